"""The tables of ``data/``: schema, loading, checks and revisions; the layout of a project, and its settings."""
