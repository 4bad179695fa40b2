"""Figures in, from real files: one module for each step from an extract to what it would change.

`source` opens what it is given, with `excel`, `delimited` or `database`, and gives its cells (`grid`). `layout` finds
the tables in them, by what `headings` says of each column. `rows` reads them: `cells` a figure, `matching` its
indicator. `extract` puts it all into frames. `difference` compares with the basket, `plausible` says what looks wrong,
`targets` does both for targets, and `plan` gives the tables of ``data/`` as they would be. Nothing here writes a file:
`quarterly.ingest.write` does.
"""
