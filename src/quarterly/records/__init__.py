"""Figures from child-level records, by stated definitions (the extra ``records``: only its commands import this)."""
