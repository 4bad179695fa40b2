"""Stories of one child, each with what the definitions of indicators must count: read from ``stories/``, run at once.

Every story is in one database; the ids of its rows begin with its own number, so that stories do not meet.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import yaml
from ibis.backends import BaseBackend

from quarterly.core.quarters import Quarter
from quarterly.records.define import Measure, measures
from quarterly.records.schema import DAYS, Column, Table, tables
from quarterly.records.tables import Records, Words

FOLDER = Path(__file__).parent / "stories"
#: Columns with text that names something, other than row ids.
NAMES = ("care_period", "adviser")
Counted = tuple[float, float]
Parameters = tuple[tuple[str, int | str], ...]


@dataclass(frozen=True)
class Story:
    """The rows of a child and the expected counts in a quarter, by indicator."""

    number: int
    file: str
    title: str
    quarter: str
    rows: Mapping[str, list[dict[str, Any]]]
    parameters: Parameters
    answers: Mapping[str, Counted]


@cache
def stories() -> tuple[Story, ...]:
    """Return every story from every file."""
    told = [(path.name, story) for path in sorted(FOLDER.glob("*.yml")) for story in _read(path)]
    return tuple(
        Story(
            number,
            file,
            story["title"],
            story["quarter"],
            {name: _for_each_child(rows) for name, rows in story["rows"].items()},
            tuple(story.get("parameters", {}).items()),
            {indicator: _counted(str(answer)) for indicator, answer in story["answers"].items()},
        )
        for number, (file, story) in enumerate(told)
    )


class _Loader(yaml.CSafeLoader):
    """Loader that keeps YES and NO as codes instead of booleans."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _read(path: Path) -> list[dict[str, Any]]:
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader


def _for_each_child(rows: dict[str, Any] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows, repeating one that is for a number of children."""
    found: list[dict[str, Any]] = []
    for row in rows if isinstance(rows, list) else [rows]:
        others = {name: value for name, value in row.items() if name != "children"}
        found += [{"person": number} | others for number in range(row["children"])] if "children" in row else [row]
    return found


def _counted(answer: str) -> Counted:
    """Return the numerator and the denominator of an answer; a number is both."""
    if answer == "nothing":
        return 0, 0
    numerator, _, denominator = answer.partition(" of ")
    return float(numerator), float(denominator or numerator)


@cache
def words() -> Words:
    """Return the meanings of local words in the stories."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with (FOLDER / "words.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["list"]][row["word"].lower()] = row["code"]
    return found


def settings(measure: Measure) -> dict[Parameters, list[Story]]:
    """Return the stories that answer for an indicator, by their parameters, the defaults first."""
    found: dict[Parameters, list[Story]] = {}
    for story in sorted(stories(), key=lambda story: len(story.parameters)):
        if measure.indicator_id in story.answers:
            chosen = tuple((name, value) for name, value in story.parameters if name in measure.parameters)
            found.setdefault(chosen, []).append(story)
    return found


def failures(told: Iterable[Story], indicator_id: str, counted: Mapping[tuple[str, int], Counted]) -> list[str]:
    """Return the stories whose counts differ from the expected ones."""
    return [
        f"{story.file}: {story.title}: {indicator_id} counted {_said(found)}, expected {_said(expected)}"
        for story in told
        if (found := counted.get((story.quarter, story.number), (0, 0))) != (expected := story.answers[indicator_id])
    ]


def _said(counted: Counted) -> str:
    return f"{counted[0]:g} of {counted[1]:g}"


def added_up(cases: Iterable[tuple[str, str, float, float]]) -> dict[tuple[str, int], Counted]:
    """Add up the cases by quarter and story."""
    found: dict[tuple[str, int], Counted] = {}
    for quarter, case, numerator, denominator in cases:
        of = quarter, int(case.partition("/")[0])
        numbers = found.get(of, (0, 0))
        found[of] = numbers[0] + float(numerator or 0), numbers[1] + float(denominator)
    return found


def database() -> BaseBackend:
    """Return a database with the rows of every story."""
    connection = ibis.duckdb.connect(threads=1)
    for table in tables().values():
        rows = [row for story in stories() for row in _filled_in(table, story)]
        types = {column.column: _type(column) for column in table.columns}
        columns = {c.column: pa.array([row.get(c.name) for row in rows], types[c.column]) for c in table.columns}
        connection.create_table(table.table, pa.table(columns))
    return connection


def quarters() -> list[Quarter]:
    """Return the quarters of the stories."""
    return [Quarter.parse(quarter) for quarter in sorted({story.quarter for story in stories()})]


def _type(column: Column) -> pa.DataType:
    if column.kind in DAYS:
        return pa.timestamp("s")
    return pa.float64() if column.kind == "number" else pa.string()


def _filled_in(table: Table, story: Story) -> list[dict[str, Any]]:
    """Return a story's rows of a table with omitted values filled in: see ``stories/README.md``."""
    rows = []
    for place, row in enumerate(story.rows.get(table.name, []), start=1):
        if unknown := set(row) - {column.name for column in table.columns}:
            raise ValueError(f"{story.file}: {story.title}: {table.name} has no column {', '.join(sorted(unknown))}")
        whole = _left_out(table, story, row) | {table.key.name: place} | row
        if table.name == "persons":
            whole["person"] = row.get("person", "child")
        rows.append({column.name: _value(column, story, whole.get(column.name)) for column in table.columns})
    if unknown := set(story.rows) - set(tables()):
        raise ValueError(f"{story.file}: {story.title}: no table is called {', '.join(sorted(unknown))}")
    return rows


def _left_out(table: Table, story: Story, row: Mapping[str, Any]) -> dict[str, Any]:
    of = {t.table: t.name for t in tables().values()}
    filled: dict[str, Any] = {c.name: 1 for c in table.columns if c.kind == "ref" and of[c.detail] in story.rows}
    filled |= {"person": "child", "care_period": 1}
    if table.name == "care_episodes":
        filled["entered_care"] = row["started"]
    return filled


def _value(column: Column, story: Story, value: Any) -> Any:
    if value is None or (column.kind == "number"):
        return value
    if column.kind in ("id", "ref") or column.name in NAMES:
        return f"{story.number}/{value}"
    if column.kind in DAYS:
        return value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time())
    if column.kind == "json":
        return value if isinstance(value, str) else json.dumps(dict.fromkeys(value, "Y"))
    return value if isinstance(value, date) else str(value)


def definitions() -> dict[str, Measure]:
    """Return the definitions, by the id of their indicator."""
    return measures()


def records() -> Records:
    """Return the tables of records, with the words of the stories."""
    return Records(words())
