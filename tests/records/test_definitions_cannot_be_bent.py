"""Every rule of a definition is covered by a story: any change to it makes a story of one child fail.

There are a thousand places. Every fifth is tried, always the same ones; ``QUARTERLY_BENDS=1`` tries them all.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

import ibis
import pytest
from bending import Bend, bends, bent_codes, bent_defaults, uses
from record_stories import (
    Parameters,
    Story,
    added_up,
    database,
    definitions,
    failures,
    quarters,
    records,
    settings,
)

from quarterly.records import expressions
from quarterly.records.store import Store
from quarterly.records.tables import STAGED, reads

#: One change in this many is tried.
EVERY = int(os.environ.get("QUARTERLY_BENDS", "5"))
#: Changes that alter no figure, with the reason.
EQUIVALENT = {
    "expressions.in_last: 0 → 1 (2)": "no definition asks for neither months nor days",
    "expressions.in_last: 0 → -1 (2)": "no definition asks for neither months nor days",
    "expressions.in_days: 'days' → 'days_'": "the name of the column is only shown",
    "expressions.in_working_days: 'working_days' → 'working_days_'": "the name of the column is only shown",
    "expressions.counting_matches: 0 → -1 (2)": "any of the keys says whether a row was found",
    "care.in_care_since: held.s_ended.isnull() | (held.s_ended > held[after]) → held.s_ended > held[after]": (
        "short breaks without an end are open on the last day: those children are not in care"
    ),
    "child_protection.seen_every: seen.visit_visited >= seen.started → seen.visit_visited > seen.started": (
        "the start of the plan is a day of its own"
    ),
    "child_protection.seen_every: plans.select(*dict.fromkeys(['plan', key, 'started'])).distinct() → "
    "plans.select(*dict.fromkeys(['plan', key, 'started']))": "a plan's gaps are only found again",
    "looking_after.dental: 1 → 0": "a child without a check has no number of checks",
    "looking_after.health: 1 → 0": "a child without a check has no number of checks",
    "section_47.prompt_strategy_discussions: [of_referral.started, of_referral.enquiry] → [of_referral.started]": (
        "enquiries that begin on one day are equally late: the id only settles which is shown"
    ),
    "section_47.discussions_to_enquiries: ('quarter', 'person', 'referral', 'discussion') → "
    "('quarter', 'referral', 'discussion')": "the person is only shown",
}


class Told:
    """The stories of every definition, in a database that is loaded once."""

    def __init__(self) -> None:
        self._connection = database()
        self._store = Store(self._connection, quarters())
        self._held: dict[str, Any] = {}  # the inputs of each step, and the steps that it reads
        self.settings: dict[str, dict[Parameters, list[Story]]] = {i: settings(m) for i, m in definitions().items()}

    def _query(self, indicator_id: str, chosen: Parameters) -> tuple[Any, Any]:
        tables = records()
        cases = replace(definitions()[indicator_id], chosen=dict(chosen)).cases(tables)
        return cases.select("quarter", "case", "numerator", "denominator"), tables

    def fails(self, indicator_id: str, chosen: Parameters, query: Any, tables: Any) -> bool:
        """Return whether a story fails."""
        self._store._stage(query, tables)
        for name in tables.steps:
            made = self._made(name, tables)
            if self._held.get(name) != made:
                self._held[name] = made
                self._connection.create_table(STAGED + name, tables.steps[name], temp=True, overwrite=True)
        rows = self._connection.con.execute(str(ibis.to_sql(query, dialect="duckdb"))).fetchall()
        return bool(failures(self.settings[indicator_id][chosen], indicator_id, added_up(rows)))

    def _made(self, name: str, tables: Any) -> Any:
        rows = tables.steps[name]
        return rows.op(), tuple(self._made(other, tables) for other in reads(rows) if other in tables.steps)

    def outcome(self, bend: Bend, users: list[str]) -> str:
        """Return the outcome of a change: a story fails, a definition is refused, or the change survives."""
        with bend.in_force():
            for indicator_id in users:
                for chosen in self.settings[indicator_id]:
                    try:
                        query, tables = self._query(indicator_id, chosen)
                        failed = self.fails(indicator_id, chosen, query, tables)
                    except Exception as error:  # noqa: BLE001 - what the change makes impossible, whatever refuses it
                        return f"refused: {error!r:.300}"
                    if failed:
                        return "fails"
        return "survives"


def modules() -> list[ModuleType]:
    """Return the modules whose functions are changed."""
    named = {measure.define.__module__ for measure in definitions().values()}
    return [expressions, *map(import_module, sorted(named))]


def bent() -> Iterator[tuple[Bend, list[str]]]:
    """Return every change, with the definitions that use the changed function."""
    users = {indicator_id: uses(inspect.unwrap(measure.define)) for indicator_id, measure in definitions().items()}
    for module in modules():
        for bend in bends(module):
            yield bend, [indicator_id for indicator_id, used in users.items() if bend.place in used]
    for indicator_id, measure in definitions().items():
        for bend in bent_defaults(measure):
            yield bend, [indicator_id]
    for name, bend in bent_codes(modules()):
        yield bend, [indicator_id for indicator_id, used in users.items() if name in used]


def test_every_changed_rule_makes_a_story_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    # Build longer queries, which are compiled in two thirds of the time.
    monkeypatch.setattr(ibis.options.sql, "fuse_selects", False)
    told = Told()
    tried = list(bent())[::EVERY]
    assert len(tried) > 900 / EVERY
    survivors = [bend for bend, users in tried if told.outcome(bend, users) == "survives"]
    unexpected = [f"line {bend.line}: {bend}" for bend in survivors if str(bend) not in EQUIVALENT]
    assert not unexpected, "No story fails when a rule is bent:\n" + "\n".join(unexpected)
    listed = set(EQUIVALENT) & {str(bend) for bend, _ in tried}
    assert not listed - {str(bend) for bend in survivors}, "Changes that are listed and make a story fail"
