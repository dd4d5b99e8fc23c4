"""Measurements behind the numbers in README.md."""
