"""Lessons: markdown files in, steps of blocks and a list of problems out."""
