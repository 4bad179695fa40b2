"""Sentences, tables and charts, all from the scorecard, and the `Report` that notebooks use."""
