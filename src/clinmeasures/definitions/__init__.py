"""What a measure says, read from TOML and checked."""
