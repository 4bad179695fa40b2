"""The analyst's options for reading an extract.

They are stored in ``data/readings.csv``, so that the next extract needs no flags.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from quarterly.core.terms import Months
from quarterly.data.load import Basket
from quarterly.ingest.grid import Grid
from quarterly.ingest.headings import plain
from quarterly.ingest.matching import names_of

_YES, _NO = "yes", "no"


@dataclass(frozen=True)
class Options:
    """The analyst's options for reading an extract."""

    # names as written in the extract, with the id of the indicator for each
    match: dict[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()  # names of rows that are not part of the basket
    sheets: tuple[str, ...] = ()  # the sheets to read; all visible ones by default
    fractions: bool | None = None  # whether percentages are written as fractions, 0.7 for 70%; None if not stated
    # how months make a quarter (`Months`), by indicator; the blank key is for all others
    months: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)  # the part of the whole to read, by heading
    # whether to add up counts that appear more than once, by indicator; the blank key is for all others
    add: dict[str, bool] = field(default_factory=dict)
    council: str = ""  # the council's name, to distinguish its rows from those of others

    def combines(self, indicator_id: str) -> Months | None:
        """Return how the months of an indicator make a quarter; None if that is not stated."""
        how = self.months.get(indicator_id) or self.months.get("")
        return Months(how) if how else None

    def adds(self, indicator_id: str) -> bool:
        """Return whether to add up the counts of an indicator that appear more than once."""
        return self.add.get(indicator_id, self.add.get("", False))


def with_remembered(options: Options, basket: Basket, grids: list[Grid]) -> Options:
    """Add the options stored for earlier extracts (``data/readings.csv``); the options given now take precedence.

    Ignored are stored sheets that the extract lacks, and rows to leave out that are named like an indicator now: they
    were left out because the basket had no such indicator.
    """

    def known(setting: str) -> dict[str, str]:
        rows = basket.readings[basket.readings["setting"] == setting]
        return dict(zip(rows["name"], rows["value"], strict=True))

    names = names_of(basket.indicators, basket.aliases, options.match)
    there = {plain(grid.sheet) for grid in grids}
    sheets = [name for name, value in known("sheet").items() if value == _YES and plain(name) in there]
    skipped = [name for name, value in known("skip").items() if value == _YES and not names.called(name)]
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
