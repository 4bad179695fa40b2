"""Count indicators by rating."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from quarterly.core.terms import NOT_RATED, Rag, listing


def rag_counts(rows: pd.DataFrame) -> dict[str, int]:
    """Count the indicators by rating, with "not rated" last."""
    counts = Counter(rows["rag"].tolist())
    return {**{str(rag): counts[rag] for rag in Rag}, NOT_RATED: counts[""]}


def rag_sentence(counts: dict[str, int]) -> str:
    """Write the counts out: ``3 green, 8 red and 6 not rated``. Ratings with a count of 0 are left out."""
    return listing([f"{number} {name.lower()}" for name, number in counts.items() if number]) or "none"
