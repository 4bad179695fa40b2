"""The tables of ``data/``: their schema, loading, checks and revisions."""
