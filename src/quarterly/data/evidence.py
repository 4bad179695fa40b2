"""The terms and checks of the tables that a basket may have in addition to its figures."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.core.terms import Basis, Unit
from quarterly.data.rule_checks import Frames, row_faults

COUNCIL = "council"
#: The role of the statistical neighbours as a group.
NEIGHBOURS = "statistical_neighbour"


class Relation(StrEnum):
    """How one indicator is derived from another."""

    SHARE = "share of"
    YEAR_TO_DATE = "year to date of"
    ROLLING = "rolling 12 months of"
    COMPLEMENT = "complement of"
    PART = "part of"
    NUMERATOR = "numerator counted by"
    DENOMINATOR = "denominator counted by"
    REMAINDER = "remainder counted by"


#: The relations that name the indicator counting a figure's denominator.
COUNTS_CASES = (Relation.SHARE, Relation.DENOMINATOR)


class Treatment(StrEnum):
    """The effect of a known change on process limits; across a new definition no figures are compared at all."""

    NEW_LIMITS = "new limits"
    ONE_OFF = "one-off"
    DEFINITION = "new definition"


def new_definitions(known_changes: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return, by indicator id, the quarters in which a new definition begins, each with the reason."""
    new = known_changes[known_changes["treatment"] == Treatment.DEFINITION]
    return {
        str(name): dict(zip(part["quarter"], part["reason"], strict=True))
        for name, part in new.groupby("indicator_id", sort=False)
    }


class Differs(StrEnum):
    """How the official measure is known to differ from the indicator; the note has the details."""

    POPULATION = "another population"
    DEFINITION = "another definition"


def _unknown_others(frames: Frames) -> Iterator[Fault]:
    relations, known = frames["relations"], set(frames["indicators"]["indicator_id"])
    if known:
        expected = "There is no such row in data/indicators.csv. Correct the spelling, or add it there first."
        yield from row_faults("relations", relations[~relations["of"].isin(known)], "of", expected)
    itself = relations[relations["of"] == relations["indicator_id"]]
    yield from row_faults("relations", itself, "of", "Name a different indicator: it cannot be related to itself.")


def _wrong_units(frames: Frames) -> Iterator[Fault]:
    indicators, relations = frames["indicators"].set_index("indicator_id"), frames["relations"]
    wanted = (
        (Relation.SHARE, "unit", Unit.PERCENTAGE, "Only a percentage can be a share of something."),
        (Relation.COMPLEMENT, "unit", Unit.PERCENTAGE, "Only a percentage can be the complement of another."),
        (Relation.REMAINDER, "unit", Unit.PERCENTAGE, "Only a percentage can have a remainder."),
        (Relation.YEAR_TO_DATE, "period_basis", Basis.YEAR_TO_DATE, "Its period basis must be 'year to date'."),
        (Relation.ROLLING, "period_basis", Basis.ROLLING, "Its period basis must be 'rolling 12 months'."),
    )
    for relation, column, value, expected in wanted:
        rows = relations[relations["relation"] == relation]
        found = rows["indicator_id"].map(indicators[column])
        yield from row_faults("relations", rows[found.notna() & (found != value)], "relation", expected)
    counts = indicators[(indicators["unit"] == Unit.NUMBER) & (indicators["decimals"] == 0)].index
    percentages = indicators[indicators["unit"] == Unit.PERCENTAGE].index
    shares = relations[(relations["relation"] == Relation.SHARE) & relations["of"].isin(indicators.index)]
    expected = "Name the indicator that counts the cases, a number without decimals, or another percentage of them."
    yield from row_faults("relations", shares[~shares["of"].isin([*counts, *percentages])], "of", expected)
    counted = relations[relations["relation"].isin([Relation.NUMERATOR, Relation.DENOMINATOR, Relation.REMAINDER])]
    known = counted[["indicator_id", "of"]].isin(set(indicators.index)).all(axis=1)
    expected = "A count has no numerator or denominator. Name a percentage, a rate or a mean."
    yield from row_faults("relations", counted[known & counted["indicator_id"].isin(counts)], "relation", expected)
    expected = "Name an indicator that counts cases: a number without decimals."
    yield from row_faults("relations", counted[known & ~counted["of"].isin(counts)], "of", expected)


def _roles(frames: Frames) -> Iterator[Fault]:
    roles, known = frames["benchmark_authorities"], {COUNCIL, *frames["comparators"]["comparator"]}
    expected = f"Write {COUNCIL}, or a comparator from data/comparators.csv."
    yield from row_faults("benchmark_authorities", roles[~roles["role"].isin(known)], "role", expected)


#: The checks of these tables, and of what they say about the rest of the basket.
EVIDENCE_CHECKS = (_unknown_others, _wrong_units, _roles)
