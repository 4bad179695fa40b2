"""Store the analyst's options for an extract in ``data/readings.csv``, so that the next one needs no flags."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quarterly.ingest.contents import Options
from quarterly.ingest.grid import Grid
from quarterly.ingest.headings import plain

_YES, _NO = "yes", "no"
#: Settings with a value per name, and lists of names: each with its field of `Options`.
_NAMED = {"months": "months", "where": "where"}
_LISTED = {"sheet": "sheets", "skip": "skip"}
SETTINGS = (*_NAMED, *_LISTED, "fractions", "sum")


def with_remembered(options: Options, readings: pd.DataFrame, grids: list[Grid]) -> Options:
    """Add the options stored for earlier extracts (``data/readings.csv``); the options given now take precedence.

    Stored sheets that the extract lacks are ignored.
    """
    known: dict[str, dict[str, str]] = {setting: {} for setting in SETTINGS}
    for row in readings.itertuples(index=False):
        if row.setting not in _LISTED or row.value != _NO:
            known[row.setting][row.name] = row.value
    there = {plain(grid.sheet) for grid in grids}
    fractions = next((value == _YES for value in known["fractions"].values()), None)
    added = {name: value == _YES for name, value in known["sum"].items()}
    if "" in options.add:  # it applies to all indicators
        added = dict.fromkeys(added, options.add[""])
    return replace(
        options,
        months={**known["months"], **options.months},
        where={**known["where"], **options.where},
        sheets=options.sheets or tuple(name for name in known["sheet"] if plain(name) in there),
        skip=(*known["skip"], *options.skip),
        fractions=fractions if options.fractions is None else options.fractions,
        add=added | options.add,
    )


def reading_rows(options: Options, added: list[str]) -> list[dict[str, str]]:
    """Return options as rows of ``data/readings.csv``.

    Adding up is stored only for the indicators that needed it (``added``): a later extract that repeats another one
    contradicts itself.
    """
    sums = {name: yes for name, yes in options.add.items() if not yes} | dict.fromkeys(added, True)
    settings = {
        **{setting: getattr(options, part) for setting, part in _NAMED.items()},
        **{setting: dict.fromkeys(getattr(options, part), _YES) for setting, part in _LISTED.items()},
        "fractions": {} if options.fractions is None else {"": _YES if options.fractions else _NO},
        "sum": {name: _YES if yes else _NO for name, yes in sums.items()},
    }
    return [
        {"setting": setting, "name": name, "value": value}
        for setting, values in settings.items()
        for name, value in values.items()
    ]
