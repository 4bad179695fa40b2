"""The definitions, a file for each family of indicators."""
