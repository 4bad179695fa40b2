"""Read the other columns of a row: targets, comparators, published ratings, unit and polarity."""

from __future__ import annotations

import re
from typing import Any

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit, rate_base
from quarterly.core.written import unit_words
from quarterly.data.load import Basket
from quarterly.ingest.account import Account
from quarterly.ingest.cells import Reading, Unreadable, read_figure
from quarterly.ingest.contents import ComparatorRow, Doubt, DoubtRow, Indicator, RatingRow, TargetRow, place_of, written
from quarterly.ingest.goals import read_target
from quarterly.ingest.headings import Column, Role, plain
from quarterly.ingest.layout import Table
from quarterly.ingest.options import Options
from quarterly.ingest.vocabulary import read_dot, read_polarity, read_rag, read_unit

#: The heading of a target for the whole year, ignored if other columns have targets.
_OF_YEAR = re.compile(r"\byear\b|annual")
_PROPORTIONS = {Unit.PERCENTAGE, Unit.RATE}
#: Units that may be said of anything else that is counted or measured.
_PLAIN = {Unit.NUMBER, Unit.SCORE, Unit.RATIO}


class DetailReader:
    """Collects targets, comparators and ratings from rows, with their faults and doubts."""

    def __init__(self, basket: Basket, quarter: Quarter, options: Options) -> None:
        self.current = quarter  # the quarter being imported
        self.options, self.fractions = options, bool(options.fractions)
        self.indicators = {str(row["indicator_id"]): row for row in basket.indicators.to_dict("records")}
        self.comparators = {
            singular(text): name for name, label in basket.comparator_labels.items() for text in (name, label)
        }
        self.account = Account()
        self.faults: list[Fault] = []
        self.doubts: list[DoubtRow] = []
        self.goals: list[TargetRow] = []
        self.compared: list[ComparatorRow] = []
        self.published: list[RatingRow] = []

    def read_details(self, table: Table, row: int, indicator_id: str, quarter: Quarter | None) -> None:
        """Read the columns of a row other than its figures; ``quarter`` is the one that the row names, if any."""
        indicator = self.indicators[indicator_id]
        for place, column in _targets(table, row):
            self._read_target(table, place, column, indicator, quarter)
        for column in table.of(Role.COMPARATOR):
            self._read_comparator(table, row, column, indicator)
        self._compare(table, row, indicator)
        self._read_ratings(table, row, indicator_id, quarter)

    def _read_target(
        self, table: Table, row: int, column: Column, indicator: Indicator, quarter: Quarter | None
    ) -> None:
        cell = table.grid.cell(row, column.place)
        span = self._span(table, column, quarter)
        if not cell.text or span is None:
            return
        self.account.mark_read(table.grid, row, column.place)
        goal = read_target(cell, indicator["unit"], fractions=self.fractions, beyond=indicator["beyond"])
        if isinstance(goal, Unreadable):
            self.faults.append(table.grid.fault(row, column.place, goal.found, goal.expected))
            return
        polarity = indicator["polarity"]
        if goal.polarity and polarity and goal.polarity != polarity:
            wanted = f"This target means that {goal.polarity} is better; for the indicator {polarity} is. Correct one."
            self.faults.append(table.grid.fault(row, column.place, cell.text, wanted))
            return
        place = place_of(table.grid, row, column.place)
        if goal.polarity and not polarity:
            why = f"The target '{cell.text}' says that {goal.polarity} is better; data/indicators.csv has no polarity."
            self.doubts.append(DoubtRow(indicator["indicator_id"], str(self.current), Doubt.POLARITY, why, place))
        said: dict[str, Any] = vars(goal)
        self.goals.append(TargetRow(indicator["indicator_id"], *span, **said, written=written(cell), place=place))

    def _span(self, table: Table, column: Column, quarter: Quarter | None) -> tuple[str, str] | None:
        """Return the first and last quarter of a target: a quarter, a year, or the rest of this year."""
        end = Quarter(self.current.year, 4)
        if column.quarter is not None:
            return str(column.quarter), str(column.quarter)
        if column.year is not None:
            first = Quarter(column.year, 1)
            return str(self.current if column.year == self.current.year else first), str(Quarter(column.year, 4))
        if not table.of(Role.QUARTER):
            other = table.title.named if table.title.named != self.current else None
            return (str(other), str(other)) if other else (str(self.current), str(end))
        return None if quarter is None else (str(quarter), str(end if quarter == self.current else quarter))

    def _read_comparator(self, table: Table, row: int, column: Column, indicator: Indicator) -> None:
        """Read a comparator, ignoring faults: comparators are shown if they differ, but never written."""
        comparator = self.comparators.get(singular(column.words))
        cell, unit = table.grid.cell(row, column.place), indicator["unit"]
        read = read_figure(cell, unit, 6, fractions=self.fractions, beyond=indicator["beyond"])
        if comparator and isinstance(read, Reading):
            self.account.mark_read(table.grid, row, column.place)
            if read.value is not None:
                place = place_of(table.grid, row, column.place)
                self.compared.append(ComparatorRow(indicator["indicator_id"], comparator, float(read.value), place))

    def _compare(self, table: Table, row: int, indicator: Indicator) -> None:
        """Add a doubt if the unit or polarity of a row differs from the indicator's."""
        cell, place = table.cell(row, Role.UNIT)
        unit = read_unit(cell.text)
        if cell.text and unit:
            self.account.mark_read(table.grid, row, place)
            units = {Unit(unit[0]), Unit(indicator["unit"])}
            bases = {rate_base(per) for per in (unit[1], indicator["per"]) if per}
            if (len(units) == 2 and (units & _PROPORTIONS or not units & _PLAIN)) or len(bases) == 2:
                why = f"The extract says {cell.text}; the unit of the indicator is {unit_words(indicator)}."
                self._doubt(table, row, place, indicator, Doubt.UNIT, why)
        cell, place = table.cell(row, Role.POLARITY)
        polarity = read_polarity(cell.text) if cell.text else None
        if polarity is not None:
            self.account.mark_read(table.grid, row, place)
            if polarity != indicator["polarity"]:
                ways = [f"{one} is better" if one else "neither is better" for one in (polarity, indicator["polarity"])]
                why = f"The extract says {ways[0]}; data/indicators.csv says {ways[1]}."
                self._doubt(table, row, place, indicator, Doubt.POLARITY, why)

    def _doubt(self, table: Table, row: int, place: int | None, indicator: Indicator, doubt: str, why: str) -> None:
        where = place_of(table.grid, row, place)
        self.doubts.append(DoubtRow(indicator["indicator_id"], str(self.current), doubt, why, where))

    def _read_ratings(self, table: Table, row: int, indicator_id: str, quarter: Quarter | None) -> None:
        """Read the published RAG and direction of travel, one row for each quarter that has either."""
        found: dict[Quarter, RatingRow] = {}
        for role, field, read in ((Role.RAG, "rag", read_rag), (Role.DOT, "dot", read_dot)):
            for at, column in table.parts(row, role):
                rating = read(table.grid.cell(at, column.place))
                when = column.quarter or quarter or table.title.anchor or self.current
                known = found.get(when, RatingRow(indicator_id, str(when), "", "", ""))
                if rating and not getattr(known, field):
                    self.account.mark_read(table.grid, at, column.place)
                    place = place_of(table.grid, at, column.place)
                    found[when] = known._replace(**{field: rating}, place=place)
        self.published += found.values()


def _targets(table: Table, row: int) -> list[tuple[int, Column]]:
    """List where the targets of a row are, without one for the year if there are targets for its quarters."""
    targets = table.parts(row, Role.TARGET)
    years = {column.quarter.year for _, column in targets if column.quarter}
    bare = [column for _, column in targets if column.quarter is None and column.year not in years]
    others = [column for column in bare if not _OF_YEAR.search(column.words)]
    return [(at, column) for at, column in targets if column.quarter or column in (others or bare)]


def singular(text: str) -> str:
    """Reduce a comparator's name to the singular: ``neighbours`` and ``neighbour`` are the same."""
    return " ".join(word.removesuffix("s") for word in plain(text).split())
