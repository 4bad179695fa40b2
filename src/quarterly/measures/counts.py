"""How many indicators have which rating."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from quarterly.core.terms import NOT_RATED, Rag, listing


def rag_counts(rows: pd.DataFrame) -> dict[str, int]:
    """Count the indicators by rating, with those that are not rated last."""
    counts = Counter(rows["rag"].tolist())
    return {**{str(rag): counts[rag] for rag in Rag}, NOT_RATED: counts[""]}


def rag_sentence(counts: dict[str, int]) -> str:
    """State the counts: ``3 green, 8 red and 6 not rated``. Ratings that nothing has are left out."""
    return listing([f"{number} {name.lower()}" for name, number in counts.items() if number]) or "none"
