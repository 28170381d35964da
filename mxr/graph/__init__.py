"""Symbols, their compiled form, and the executor."""
