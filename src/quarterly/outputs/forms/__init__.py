"""Commentary in Word for officers without JupyterLab: one document per area, exported and imported again.

`boxes` defines the boxes of a document and where each answer belongs. `export` writes documents; `reading` reads them,
whichever program saved them, and `outside` finds text outside the boxes; `merging` merges a document into a notebook,
and `importing` updates an edition, all or nothing. `lines`, `markdown` and `paragraphs` convert between Markdown and
Word.
"""
