"""Reads and writes files, holds the declared schema, makes the sample data."""
