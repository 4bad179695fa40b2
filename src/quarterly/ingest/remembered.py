"""What somebody had to say of an extract once: it is kept in ``data/readings.csv``, and the next one needs no flags."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quarterly.ingest.grid import Grid
from quarterly.ingest.headings import plain
from quarterly.ingest.said import Options

_YES = "yes"
#: What is kept by name, as months and their indicator; a list or a choice is kept by its value alone.
_NAMED = ("months", "where")
_LISTED = {"sheet": "sheets", "skip": "skip"}
_CHOSEN = {"fractions": "fractions", "sum": "add"}
SETTINGS = (*_NAMED, *_LISTED, *_CHOSEN)


def with_remembered(options: Options, readings: pd.DataFrame, grids: list[Grid]) -> Options:
    """Add what was said of earlier extracts to what is said of this one.

    Parameters
    ----------
    options : Options
        What the analyst says now; it replaces what was said of the same setting before.
    readings : DataFrame
        ``data/readings.csv``.
    grids : list of Grid
        The sheets of the extract: a sheet that it does not have is not asked for.
    """
    known: dict[str, dict[str, str]] = {setting: {} for setting in SETTINGS}
    for row in readings.itertuples(index=False):
        known[row.setting][row.name] = row.value
    sheets = tuple(name for name in known["sheet"] if plain(name) in {plain(grid.sheet) for grid in grids})
    return replace(
        options,
        months={**known["months"], **options.months},
        where={**known["where"], **options.where},
        sheets=options.sheets or sheets,
        skip=(*known["skip"], *options.skip),
        fractions=options.fractions or bool(known["fractions"]),
        add=options.add or bool(known["sum"]),
    )


def kept(options: Options) -> list[dict[str, str]]:
    """Return what was said as rows of ``data/readings.csv``."""
    named = [
        {"setting": setting, "name": name, "value": value}
        for setting in _NAMED
        for name, value in getattr(options, setting).items()
    ]
    listed = [
        {"setting": setting, "name": name, "value": _YES}
        for setting, part in _LISTED.items()
        for name in getattr(options, part)
    ]
    chosen = [
        {"setting": setting, "name": "", "value": _YES} for setting, part in _CHOSEN.items() if getattr(options, part)
    ]
    return [*named, *listed, *chosen]
