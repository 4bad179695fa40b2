"""Import figures from real files: one module for each step from an extract to the changes it would make.

`source` opens a file or query with `excel`, `delimited` or `database`, and returns its cells (`grid`). `layout` finds
tables (`sheet_table`), some `turned` round, with `headings` for what a column holds, `periods` and `titles` for dates,
and `columns` for both. `rows` reads them: `cells` and `formats` read a figure, `matching` finds its indicator, `parts`
leaves out breakdowns, `months` makes quarters, `options` says how the analyst wants an extract read, and `row_details`,
`goals` and `arrows` read targets, ratings and the like, with the words in `vocabulary`. `account` lists what was not
read. `extract` puts the result into frames. `difference` compares it with the basket, `plausible` raises doubts,
`targets` does both for targets, and `plan` works out the new tables of ``data/``. `new_basket` does the same for a
first extract, whose indicators come from `describe`. Only `quarterly.ingest.write` writes files.
"""
