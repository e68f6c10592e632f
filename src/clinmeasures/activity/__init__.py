"""The record types, their schemas and checks, and the store of immutable activity."""
