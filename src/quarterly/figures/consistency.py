"""What the tables of a basket must say of one another: each check lists every fault it finds."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from quarterly.words.errors import Fault, MalformedQuarter
from quarterly.words.quarters import Quarter
from quarterly.words.terms import MISSING_REASONS, Unit

Frames = dict[str, pd.DataFrame]


def consistency_faults(frames: Frames) -> list[Fault]:
    """List what is wrong between tables whose cells are each sound.

    Parameters
    ----------
    frames : dict of str to DataFrame
        Every table of `quarterly.figures.schema.TABLES` by name, typed. A table with faults of its own is given
        without rows: what depends on it comes to light when it is mended.
    """
    checks = (_unknown_ids, _impossible_quarters, _values_or_reasons, _values_in_range, _fractions, _target_periods)
    return [fault for check in checks for fault in check(frames)]


def _rows(name: str, frame: pd.DataFrame, column: str, expected: str) -> Iterator[Fault]:
    for index, row in frame.iterrows():
        value = row[column]
        found = "nothing" if pd.isna(value) or value == "" else f"{value:g}" if isinstance(value, float) else str(value)
        yield Fault(f"data/{name}.csv", int(str(index)) + 2, column, found, expected)


def _unknown_ids(frames: Frames) -> Iterator[Fault]:
    known = {
        "indicator_id": ("indicators", set(frames["indicators"]["indicator_id"])),
        "area_id": ("areas", set(frames["areas"]["area_id"])),
        "rule": ("rules", set(frames["rules"]["rule_id"]) | {""}),
    }
    for column, (home, ids) in known.items():
        for name, frame in frames.items():
            if name != home and column in frame and len(frames[home]):
                expected = f"There is no such row in data/{home}.csv. Mend the spelling, or add it there first."
                yield from _rows(name, frame[~frame[column].isin(ids)], column, expected)
    if len(frames["rules"]) and "standard" not in known["rule"][1]:
        yield Fault(
            "data/rules.csv", None, "rule_id", "", "Add a rule with the id 'standard': it rates what names no other."
        )


def _impossible_quarters(frames: Frames) -> Iterator[Fault]:
    for name, frame in frames.items():
        for column in ("quarter", "from_quarter", "to_quarter"):
            if column in frame:
                wrong = frame[~frame[column].map(_is_quarter)]
                yield from _rows(
                    name, wrong, column, "The second year of a reporting year follows the first: 2023-24-Q3."
                )


def _is_quarter(text: str) -> bool:
    try:
        Quarter.parse(text)
    except MalformedQuarter:
        return False
    return True


def _values_or_reasons(frames: Frames) -> Iterator[Fault]:
    for name, column in (
        ("observations", "value"),
        ("targets", "value"),
        ("comparators", "value"),
        ("populations", "population"),
    ):
        frame = frames[name]
        given = frame[column].notna()
        if "direction" in frame:
            given |= frame["direction"] != ""
        reason = frame["missing"] != ""
        reasons = ", ".join(f"{symbol} {meaning}" for symbol, meaning in MISSING_REASONS.items())
        no_value = f"Give the value, or a reason in the column missing: {reasons}."
        yield from _rows(name, frame[~given & ~reason], column, no_value)
        yield from _rows(
            name, frame[given & reason], "missing", "There is a value too. Take out the one that is wrong."
        )
    targets = frames["targets"]
    both = targets[targets["value"].notna() & (targets["direction"] != "")]
    yield from _rows("targets", both, "direction", "A target is a number or a direction. Take out one of the two.")


def _values_in_range(frames: Frames) -> Iterator[Fault]:
    units = frames["indicators"].set_index("indicator_id")["unit"]
    for name in ("observations", "targets", "comparators"):
        frame = frames[name]
        unit = frame["indicator_id"].map(units)
        too_big = frame[(unit == Unit.PERCENTAGE) & (frame["value"] > 100)]
        yield from _rows(name, too_big, "value", "A percentage lies between 0 and 100.")
        yield from _rows(name, frame[frame["value"] < 0], "value", "A figure cannot be below 0.")
    indicators, frame = frames["indicators"], frames["observations"]
    whole = indicators[(indicators["unit"] == Unit.NUMBER) & (indicators["decimals"] == 0)]
    counts = frame["indicator_id"].isin(whole["indicator_id"])
    yield from _rows(
        "observations",
        frame[counts & (frame["value"] % 1 > 0)],
        "value",
        "This indicator counts: a whole number belongs here.",
    )


def _fractions(frames: Frames) -> Iterator[Fault]:
    frame = frames["observations"]
    expected = "A numerator needs its denominator. A denominator is above 0 and not below the numerator."
    one = frame["numerator"].notna() & frame["denominator"].isna()
    impossible = (frame["denominator"] <= 0) | (frame["numerator"] > frame["denominator"])
    units = frame["indicator_id"].map(frames["indicators"].set_index("indicator_id")["unit"])
    yield from _rows("observations", frame[one | (impossible & (units == Unit.PERCENTAGE))], "denominator", expected)


def _target_periods(frames: Frames) -> Iterator[Fault]:
    frame = frames["targets"]
    yield from _rows(
        "targets",
        frame[frame["to_quarter"] < frame["from_quarter"]],
        "to_quarter",
        "A target ends in or after the quarter in which it starts.",
    )
    ordered = frame.sort_values(["indicator_id", "from_quarter"])
    overlap = ordered["from_quarter"] <= ordered.groupby("indicator_id")["to_quarter"].shift().fillna("")
    yield from _rows(
        "targets",
        ordered[overlap],
        "from_quarter",
        "The indicator's target before this one has not ended yet. End that one first.",
    )
