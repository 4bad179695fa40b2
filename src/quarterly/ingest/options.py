"""Store the analyst's options for an extract in ``data/readings.csv``, so that the next one needs no flags."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quarterly.ingest.contents import Options
from quarterly.ingest.grid import Grid
from quarterly.ingest.headings import plain

_YES, _NO = "yes", "no"


def with_remembered(options: Options, readings: pd.DataFrame, grids: list[Grid]) -> Options:
    """Add the options stored for earlier extracts (``data/readings.csv``); the options given now take precedence.

    Stored sheets that the extract lacks are ignored.
    """

    def known(setting: str) -> dict[str, str]:
        rows = readings[readings["setting"] == setting]
        return dict(zip(rows["name"], rows["value"], strict=True))

    there = {plain(grid.sheet) for grid in grids}
    sheets = [name for name, value in known("sheet").items() if value == _YES and plain(name) in there]
    skipped = [name for name, value in known("skip").items() if value == _YES]
    fractions = next((value == _YES for value in known("fractions").values()), None)
    added = {name: value == _YES for name, value in known("sum").items()}
    if "" in options.add:  # it applies to all indicators
        added = dict.fromkeys(added, options.add[""])
    return replace(
        options,
        months=known("months") | options.months,
        where=known("where") | options.where,
        sheets=options.sheets or tuple(sheets),
        skip=(*skipped, *options.skip),
        fractions=fractions if options.fractions is None else options.fractions,
        add=added | options.add,
    )


def reading_rows(options: Options, added: list[str]) -> list[dict[str, str]]:
    """Return options as rows of ``data/readings.csv``.

    Adding up is stored only for the indicators that needed it (``added``): a later extract that repeats another one
    contradicts itself.
    """
    sums = {name: yes for name, yes in options.add.items() if not yes} | dict.fromkeys(added, True)
    settings: dict[str, dict[str, str]] = {
        "months": options.months,
        "where": options.where,
        "sheet": dict.fromkeys(options.sheets, _YES),
        "skip": dict.fromkeys(options.skip, _YES),
        "fractions": {} if options.fractions is None else {"": _YES if options.fractions else _NO},
        "sum": {name: _YES if yes else _NO for name, yes in sums.items()},
    }
    return [
        {"setting": setting, "name": name, "value": value}
        for setting, values in settings.items()
        for name, value in values.items()
    ]
