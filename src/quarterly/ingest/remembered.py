"""Store the analyst's options for an extract in ``data/readings.csv``, so that the next one needs no flags."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quarterly.ingest.contents import Options
from quarterly.ingest.grid import Grid
from quarterly.ingest.headings import plain

_YES = "yes"
#: Settings with a value per name, lists of names, and yes-or-no settings: each with its field of `Options`.
_NAMED = {"months": "months", "where": "where"}
_LISTED = {"sheet": "sheets", "skip": "skip"}
_CHOSEN = {"fractions": "fractions", "sum": "add"}
SETTINGS = (*_NAMED, *_LISTED, *_CHOSEN)


def with_remembered(options: Options, readings: pd.DataFrame, grids: list[Grid]) -> Options:
    """Add the options stored for earlier extracts (``data/readings.csv``); the options given now take precedence.

    Stored sheets that the extract lacks are ignored.
    """
    known: dict[str, dict[str, str]] = {setting: {} for setting in SETTINGS}
    for row in readings.itertuples(index=False):
        known[row.setting][row.name] = row.value
    there = {plain(grid.sheet) for grid in grids}
    return replace(
        options,
        months={**known["months"], **options.months},
        where={**known["where"], **options.where},
        sheets=options.sheets or tuple(name for name in known["sheet"] if plain(name) in there),
        skip=(*known["skip"], *options.skip),
        fractions=options.fractions or bool(known["fractions"]),
        add=options.add or bool(known["sum"]),
    )


def reading_rows(options: Options) -> list[dict[str, str]]:
    """Return options as rows of ``data/readings.csv``."""
    said = {
        **{setting: getattr(options, part) for setting, part in _NAMED.items()},
        **{setting: dict.fromkeys(getattr(options, part), _YES) for setting, part in _LISTED.items()},
        **{setting: {"": _YES} for setting, part in _CHOSEN.items() if getattr(options, part)},
    }
    return [
        {"setting": setting, "name": name, "value": value}
        for setting, values in said.items()
        for name, value in values.items()
    ]
