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
from quarterly.ingest.contents import ComparatorRow, Doubt, DoubtRow, Indicator, RatingRow, TargetRow, written
from quarterly.ingest.goals import read_target
from quarterly.ingest.grid import SheetCell
from quarterly.ingest.headings import Column, Role, plain
from quarterly.ingest.options import Options
from quarterly.ingest.sheet_table import Table, TableRow
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

    def read_details(self, row: TableRow, indicator_id: str, quarter: Quarter | None) -> None:
        """Read the columns of a row other than its figures; ``quarter`` is the one that the row names, if any."""
        indicator = self.indicators[indicator_id]
        for target, column in _targets(row):
            if target.text and (span := self._span(row.table, column, quarter)):
                self._read_target(target, span, indicator)
        for column in row.table.of(Role.COMPARATOR):
            self._read_comparator(row.at(column.place), column, indicator)
        self._compare(row, indicator)
        self._read_ratings(row, indicator_id, quarter)

    def _read_target(self, at: SheetCell, span: tuple[str, str], indicator: Indicator) -> None:
        self.account.mark_read(at)
        goal = read_target(at.cell, indicator["unit"], fractions=self.fractions, beyond=indicator["beyond"])
        if isinstance(goal, Unreadable):
            self.faults.append(at.fault(goal.found, goal.expected))
            return
        polarity = indicator["polarity"]
        if goal.polarity and polarity and goal.polarity != polarity:
            wanted = f"This target means that {goal.polarity} is better; for the indicator {polarity} is. Correct one."
            self.faults.append(at.fault(at.text, wanted))
            return
        if goal.polarity and not polarity:
            why = f"The target '{at.text}' says that {goal.polarity} is better; data/indicators.csv has no polarity."
            self._doubt(at, indicator, Doubt.POLARITY, why)
        said: dict[str, Any] = vars(goal)
        self.goals.append(TargetRow(indicator["indicator_id"], *span, **said, written=written(at.cell), place=at.place))

    def _span(self, table: Table, column: Column, quarter: Quarter | None) -> tuple[str, str] | None:
        """Return the first and last quarter of a target: a quarter, a year, or the rest of this year."""
        end = Quarter(self.current.year, 4 if self.current.number else 0)
        if column.quarter is not None:
            return str(column.quarter), str(column.quarter)
        if column.year is not None:
            first = Quarter(column.year, 1)
            return str(self.current if column.year == self.current.year else first), str(Quarter(column.year, 4))
        if not table.of(Role.QUARTER):
            other = table.title.named if table.title.named != self.current else None
            return (str(other), str(other)) if other else (str(self.current), str(end))
        return None if quarter is None else (str(quarter), str(end if quarter == self.current else quarter))

    def _read_comparator(self, at: SheetCell, column: Column, indicator: Indicator) -> None:
        """Read a comparator, ignoring faults: comparators are shown if they differ, but never written."""
        comparator = self.comparators.get(singular(column.words))
        read = read_figure(at.cell, indicator["unit"], 6, fractions=self.fractions, beyond=indicator["beyond"])
        if comparator and isinstance(read, Reading):
            self.account.mark_read(at)
            if read.value is not None:
                value = float(read.value)
                self.compared.append(ComparatorRow(indicator["indicator_id"], comparator, value, at.place))

    def _compare(self, row: TableRow, indicator: Indicator) -> None:
        """Add a doubt if the unit or polarity of a row differs from the indicator's."""
        at = row.of(Role.UNIT)
        unit = read_unit(at.text)
        if at.text and unit:
            self.account.mark_read(at)
            units = {Unit(unit[0]), Unit(indicator["unit"])}
            bases = {rate_base(per) for per in (unit[1], indicator["per"]) if per}
            if (len(units) == 2 and (units & _PROPORTIONS or not units & _PLAIN)) or len(bases) == 2:
                why = f"The extract says {at.text}; the unit of the indicator is {unit_words(indicator)}."
                self._doubt(at, indicator, Doubt.UNIT, why)
        at = row.of(Role.POLARITY)
        polarity = read_polarity(at.text) if at.text else None
        if polarity is not None:
            self.account.mark_read(at)
            if polarity != indicator["polarity"]:
                ways = [f"{one} is better" if one else "neither is better" for one in (polarity, indicator["polarity"])]
                why = f"The extract says {ways[0]}; data/indicators.csv says {ways[1]}."
                self._doubt(at, indicator, Doubt.POLARITY, why)

    def _doubt(self, at: SheetCell, indicator: Indicator, doubt: str, why: str) -> None:
        self.doubts.append(DoubtRow(indicator["indicator_id"], str(self.current), doubt, why, at.place))

    def _read_ratings(self, row: TableRow, indicator_id: str, quarter: Quarter | None) -> None:
        """Read the published RAG and direction of travel, one row for each quarter that has either."""
        found: dict[Quarter, RatingRow] = {}
        for role, field, read in ((Role.RAG, "rag", read_rag), (Role.DOT, "dot", read_dot)):
            for at, column in row.parts(role):
                rating = read(at.cell)
                when = column.quarter or quarter or row.table.title.anchor or self.current
                known = found.get(when, RatingRow(indicator_id, str(when), "", "", ""))
                if rating and not getattr(known, field):
                    self.account.mark_read(at)
                    found[when] = known._replace(**{field: rating}, place=at.place)
        self.published += found.values()


def _targets(row: TableRow) -> list[tuple[SheetCell, Column]]:
    """List where the targets of a row are, without one for the year if there are targets for its quarters."""
    targets = row.parts(Role.TARGET)
    years = {column.quarter.year for _, column in targets if column.quarter}
    bare = [column for _, column in targets if column.quarter is None and column.year not in years]
    others = [column for column in bare if not _OF_YEAR.search(column.words)]
    return [(at, column) for at, column in targets if column.quarter or column in (others or bare)]


def singular(text: str) -> str:
    """Reduce a comparator's name to the singular: ``neighbours`` and ``neighbour`` are the same."""
    return " ".join(word.removesuffix("s") for word in plain(text).split())
