"""Check that rules and targets are consistent. Each check lists every fault it finds."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.core.terms import AND_BESIDE_IT, FITTED_TREND, Polarity, Tolerance

Frames = dict[str, pd.DataFrame]

#: The fewest figures that a trend line is fitted to.
FEWEST_FITTED = 3


def row_faults(name: str, frame: pd.DataFrame, column: str, expected: str) -> Iterator[Fault]:
    """Yield a fault for each row of a table, with the file, the line and the value in the column."""
    for index, value in zip(frame.index, frame[column].tolist() if len(frame) else (), strict=True):
        text = f"{value:.15g}" if isinstance(value, float) else str(value)
        found = "nothing" if pd.isna(value) or value == "" else text
        yield Fault(f"data/{name}.csv", int(str(index)) + 2, column, found, expected)


def _rules(frames: Frames) -> Iterator[Fault]:
    frame = frames["rules"]
    basis, tolerance = frame["tolerance_basis"], frame["tolerance"]
    needs = basis.isin([Tolerance.RELATIVE, Tolerance.POINTS])
    idle = basis.isin([Tolerance.ANY, Tolerance.NONE])
    travel = frame["dot_basis"].str.split(AND_BESIDE_IT)
    trend = frame["dot_basis"].str.contains(FITTED_TREND)
    green, green_basis = frame["green_tolerance"], frame["green_tolerance_basis"]
    for wrong, column, expected in (
        (needs & tolerance.isna(), "tolerance", "Enter the tolerance, in per cent of the target or in points."),
        (tolerance < 0, "tolerance", "A tolerance cannot be below 0."),
        (idle & (tolerance > 0), "tolerance", "This tolerance_basis uses no tolerance. Remove one of the two."),
        (
            (basis == Tolerance.ANY) & (frame["amber_if_improved_on"] == ""),
            "amber_if_improved_on",
            "Without this nothing would ever be red: enter the quarter that an amber figure must improve on.",
        ),
        (
            trend & ~(frame["dot_quarters"] >= FEWEST_FITTED),
            "dot_quarters",
            f"Enter the number of quarters that the trend is fitted to: {FEWEST_FITTED} or more.",
        ),
        (~trend & frame["dot_quarters"].notna(), "dot_quarters", f"Only a {FITTED_TREND} uses this. Remove it."),
        (
            frame["stability"].notna() & (frame["stability_basis"] == ""),
            "stability_basis",
            "Enter relative, for per cent of the earlier figure, or points.",
        ),
        (
            frame["stability"].isna() & (frame["stability_basis"] != ""),
            "stability",
            "Enter the width of the stability band, or remove its basis.",
        ),
        (frame["stability"] < 0, "stability", "A stability band cannot be below 0."),
        (travel.map(len) > travel.map(set).map(len), "dot_basis", "It names the same basis twice. Remove one."),
        (green.notna() & (green_basis == ""), "green_tolerance_basis", "Enter relative or points."),
        (green.isna() & (green_basis != ""), "green_tolerance", "Enter the tolerance for green, or remove its basis."),
        (green < 0, "green_tolerance", "A tolerance cannot be below 0."),
        (
            (basis == green_basis) & (tolerance <= green),
            "green_tolerance",
            "Amber must reach further than green: increase its tolerance, or enter none as its tolerance_basis.",
        ),
        (
            (frame["amber_if_held"] != "") & (frame["amber_if_improved_on"] == ""),
            "amber_if_held",
            "Enter in amber_if_improved_on the quarter that an amber figure must equal or improve on.",
        ),
    ):
        yield from row_faults("rules", frame[wrong], column, expected)


def _kinds_of_target(frames: Frames) -> Iterator[Fault]:
    """Check that a target is only one of a number, a direction, a band, a comparator and a status."""
    frame = frames["targets"]
    given = pd.DataFrame(
        {
            "value": frame["value"].notna(),
            "direction": frame["direction"] != "",
            "lower": frame["lower"].notna() | frame["upper"].notna(),
            "comparator": frame["comparator"] != "",
            "status": frame["status"] != "",
        }
    )
    expected = "A target is a number, a direction, a band, a comparator or a status. Keep only one of them."
    surplus = given & (given.cumsum(axis=1) > 1)
    for column in surplus:
        found = "upper" if column == "lower" else column
        yield from row_faults("targets", frame[surplus[column]], found, expected)


def _bands(frames: Frames) -> Iterator[Fault]:
    frame = frames["targets"]
    lower, upper = frame["lower"], frame["upper"]
    for one, other in (("lower", "upper"), ("upper", "lower")):
        half = frame[frame[other].notna() & frame[one].isna()]
        yield from row_faults("targets", half, one, f"A band has two ends: enter the {one} threshold too.")
    swapped = frame[lower > upper]
    expected = "A band's lower threshold must not be above its upper one. Swap them."
    yield from row_faults("targets", swapped, "lower", expected)


def _followed_comparators(frames: Frames) -> Iterator[Fault]:
    targets, comparators = frames["targets"], frames["comparators"]
    followed = targets[targets["comparator"] != ""]
    known = set(zip(comparators["indicator_id"], comparators["comparator"], strict=True))
    pairs = list(zip(followed["indicator_id"], followed["comparator"], strict=True))
    missing = followed[[pair not in known for pair in pairs]]
    expected = "The target follows this comparator, which data/comparators.csv does not have for the indicator. Add it."
    yield from row_faults("targets", missing, "comparator", expected)


def _targets_under_their_rules(frames: Frames) -> Iterator[Fault]:
    """Check that a target and the rule of its indicator provide what each needs from the other."""
    targets, rules = frames["targets"].rename_axis("line").reset_index(), frames["rules"]
    indicators = frames["indicators"][["indicator_id", "polarity", "rule"]].replace({"rule": {"": "standard"}})
    both = targets.merge(indicators, on="indicator_id").merge(
        rules.rename_axis("rule_line").reset_index(), left_on="rule", right_on="rule_id", suffixes=("", "_of_rule")
    )
    both = both.set_index("line").sort_index()
    directed = both[(both["direction"] != "") & (both["direction_baseline"] == "")]
    lines = rules.loc[sorted(set(directed["rule_line"]))]
    targeted = "An indicator with this rule has a direction as its target. Enter the quarter to compare figures with."
    yield from row_faults("rules", lines, "direction_baseline", targeted)
    both = both[both["tolerance_basis"] == Tolerance.FLOOR]
    floor = both["tolerance"].fillna(both["tolerance_of_rule"])
    numbered = both["value"].notna() | (both["comparator"] != "")
    higher = both["polarity"] == Polarity.HIGHER
    beyond = both["value"].notna() & ((floor > both["value"]) & higher | (floor < both["value"]) & ~higher)
    two_floors = "The rule of this indicator has one floor, and a band would need two. Use another rule."
    yield from row_faults("targets", both[both["lower"].notna()], "lower", two_floors)
    no_floor = "The rule is amber down to a floor: enter the worst figure that is still amber."
    yield from row_faults("targets", both[numbered & floor.isna()], "tolerance", no_floor)
    above_target = "The worst figure that is still amber is better than the target. Correct one of the two."
    yield from row_faults("targets", both[beyond], "tolerance", above_target)


#: The checks of rules, of targets, and of the two together.
RULE_CHECKS = (_rules, _kinds_of_target, _bands, _followed_comparators, _targets_under_their_rules)
