"""Commentary by way of Word: a document an area for officers without JupyterLab, and their words brought back.

`boxes` says what a document asks and where each answer belongs. `export` writes documents; `reading` reads them,
whatever program saved them, and `outside` finds what is in none of their boxes; `merging` puts their words into a
notebook, and `importing` into an edition, all or none. `lines`, `markdown` and `paragraphs` take words from Markdown to
Word and back.
"""
