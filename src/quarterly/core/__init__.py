"""Quarters, units, terms and errors, and how a value, a target or a rating is written."""
