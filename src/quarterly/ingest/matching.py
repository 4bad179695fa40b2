"""Find the indicator that a row of an extract is about: by its id or a name it is known by, and never by a guess."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from quarterly.ingest.headings import plain, unmarked

#: How alike, of 100, a name must be to be offered, and how many are.
_ALIKE = 60
_OFFERED = 3
#: No indicator has a longer name; comparing longer texts takes long.
_LONGEST = 400


@dataclass(frozen=True)
class Names:
    """The names that each indicator of a basket goes by."""

    ids: dict[str, str]  # the area of each indicator, by its id
    by_name: dict[str, set[str]] = field(default_factory=dict)  # the ids that go by a name, as `name_key` reduces it

    def find(self, indicator_id: str, name: str, area: str = "") -> str:
        """Return the id of the indicator that goes by an id or a name; blank where none does, or more than one.

        What is no id of the basket counts for nothing. Of a name that more than one has, the one in ``area`` is meant.
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
        """List the ids that go by a name, for when there is more than one."""
        return sorted(self.by_name.get(name_key(name), set()))

    def near(self, name: str) -> list[tuple[str, float]]:
        """List the ids whose names are most like a name, the most alike first, with how alike they are, of 100."""
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
    """Reduce a name to what tells it from others: a % in it does, capitals, dashes and footnotes' marks do not."""
    return plain(unmarked(name[:_LONGEST]).replace("%", " percent "))


def names_of(indicators: pd.DataFrame, aliases: pd.DataFrame, given: dict[str, str] | None = None) -> Names:
    """Collect the names that the indicators of a basket go by.

    ``aliases`` and ``given`` (names with ids) hold what somebody has said: it goes before what the names say.
    """
    names = Names(dict(zip(indicators["indicator_id"], indicators["area_id"], strict=True)))
    for row in indicators.itertuples(index=False):
        for name in (row.name, row.short_name):
            names.by_name.setdefault(name_key(name), set()).add(row.indicator_id)
    # What somebody has said goes before what the names say.
    for name, indicator_id in [*zip(aliases["name"], aliases["indicator_id"], strict=True), *(given or {}).items()]:
        names.by_name[name_key(name)] = {indicator_id}
    return names
