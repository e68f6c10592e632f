"""The commands of clinmeasures."""
