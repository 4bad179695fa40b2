"""Atomic file replacement, the project lock, and the record of each product's inputs and outputs."""
