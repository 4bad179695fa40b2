"""Figures in, from real files: one module for each step from an extract to what it would change.

`source` opens what it is given, with `excel`, `other_office`, `delimited` or `database`, and gives its cells (`grid`).
`layout` finds the tables in them, by what `headings` says of each column, `periods` and `titles` of time, and `columns`
of both. `rows` reads them: `cells` and `formats` a figure, `matching` its indicator, `parts` whether it is of the
whole, `months` how a quarter is made, `row_details`, `goals` and `arrows` the target, rating and the like of the row,
in the words of `vocabulary`. `account` names what was not read. `extract` puts it all into frames. `difference`
compares with the basket, `plausible` says what looks wrong, `targets` does both for targets, and `plan` gives the
tables of ``data/`` as they would be. `new_basket` does the same for a first extract, of which `describe` makes the
indicators. Nothing here writes a file: `quarterly.ingest.write` does.
"""
