"""Measurements: what the program takes, beside what would be done without it."""
