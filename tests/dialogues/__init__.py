"""Whole conversations with the running product, kept as data."""
