"""Figures from child-level records, by stated definitions (the extra ``records``: nothing else imports it)."""
