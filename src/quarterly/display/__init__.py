"""The display: sentences, tables and charts, all from the scorecard, and the `Report` that notebooks speak to."""
