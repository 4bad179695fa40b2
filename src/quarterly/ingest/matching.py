"""Find the indicator of a row of an extract by its id or a known name, never by a guess."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from quarterly.ingest.headings import plain, unmarked

#: The least similarity, out of 100, for a name to be suggested, and the most suggestions.
_ALIKE = 60
_OFFERED = 3
#: No indicator has a longer name, and comparing longer texts is slow.
_LONGEST = 400


@dataclass(frozen=True)
class Names:
    """The names of the indicators of a basket."""

    ids: dict[str, str]  # the area of each indicator, by its id
    by_name: dict[str, set[str]] = field(default_factory=dict)  # the ids with a name, by its `name_key`

    def find(self, indicator_id: str, name: str, area: str = "") -> str:
        """Return the id of the indicator with an id or name; blank if there is none, or more than one.

        An unknown id is ignored. If several indicators share a name, the one in ``area`` is chosen.
        """
        wanted = plain(indicator_id[:_LONGEST]).replace(" ", "-")
        if wanted in self.ids:
            return wanted
        found = self.by_name.get(name_key(name), set())
        if len(found) > 1 and area:
            found = {one for one in found if self.ids[one] == area}
        written = name.casefold()
        return next(iter(found)) if len(found) == 1 else written if not found and written in self.ids else ""

    def called(self, name: str) -> list[str]:
        """List the ids of all indicators with a name."""
        return sorted(self.by_name.get(name_key(name), set()))

    def near(self, name: str) -> list[tuple[str, float]]:
        """List the ids with the most similar names, the most similar first, with a score out of 100."""
        from rapidfuzz import fuzz, process

        found = process.extract(
            name_key(name), list(self.by_name), scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=10
        )
        scores: dict[str, float] = {}
        for known, score, _ in found:
            for one in sorted(self.by_name[known]):
                scores.setdefault(one, score)
        return list(scores.items())[:_OFFERED]


def name_key(name: str) -> str:
    """Reduce a name for comparison, without capitals, punctuation and footnote marks; a % sign still counts."""
    return plain(unmarked(name[:_LONGEST]).replace("%", " percent "))


def names_of(indicators: pd.DataFrame, aliases: pd.DataFrame, given: dict[str, str] | None = None) -> Names:
    """Collect the names of the indicators of a basket.

    ``aliases`` and ``given`` (ids by name) are the analyst's decisions, and override the indicators' own names.
    """
    names = Names(dict(zip(indicators["indicator_id"], indicators["area_id"], strict=True)))
    for row in indicators.itertuples(index=False):
        for name in (row.name, row.short_name):
            names.by_name.setdefault(name_key(name), set()).add(row.indicator_id)
    for name, indicator_id in [*zip(aliases["name"], aliases["indicator_id"], strict=True), *(given or {}).items()]:
        names.by_name[name_key(name)] = {indicator_id}
    return names
