"""RAG by rule.

Every rule is one comparison: a figure lies inside its goal, within reach of it, or outside both. The goal is an
interval. A target of 90 where higher is better is everything from 90 up, a band of 90 to 110 is the interval itself,
and a target of "decreasing" is everything below the figure that it is compared with. The reach is the goal widened by
the rule's tolerance; a rule may also require an amber figure to have improved, or not to have got worse. A rule can
also be green a little way outside its goal.

Source of the standard rule: the Q3 2023/24 report, section 3, notes: GREEN on target, AMBER within 5% tolerance of
the target, RED not on target, no target no rating. The report's own ratings show that the 5% is relative to the
target, not percentage points, and that a direction target compares with the last quarter of the previous reporting
year. Other rules are other rows in ``data/rules.csv``.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from quarterly.core.rounding import is_count, tidied
from quarterly.core.terms import (
    DATA_ONLY,
    IN_MEASUREMENT,
    NOT_RATED,
    NOT_TARGETED,
    YES,
    Polarity,
    Rag,
    Status,
    Tolerance,
    listing,
)

#: Reasons for having no rating other than by decision, in the order in which they are tested.
TARGET_UNKNOWN = "The target is not available"
NO_TARGET_YET = "No target is known for this quarter"
NO_VALUE = "There is no figure to rate"
NO_POLARITY = "There is a target but no polarity, so it cannot be rated"
NO_BASELINE = "There is no figure to compare the direction with"
NO_TOLERANCE = "It is not on target, and the rule gives no tolerance for it"
NO_EARLIER = "It is not on target, and there is no earlier figure to say whether it improved"


def rate(figures: pd.DataFrame) -> pd.DataFrame:
    """Rate figures against their targets.

    Parameters
    ----------
    figures : DataFrame
        One row per figure, with the columns ``value``, ``target``, ``baseline`` and ``tolerance`` (float, in the
        indicator's unit; the tolerance in per cent of the target, in points, or the worst figure that is amber),
        ``direction`` (increasing, decreasing or blank), ``target_missing`` (a reason symbol or blank), ``polarity``
        (higher, lower or blank) and ``tolerance_basis`` (a `Tolerance`); ``lower`` and ``upper`` (float, the ends of a
        band, or missing), ``status`` (a `Status` or blank), ``green_tolerance`` and
        ``green_tolerance_basis`` (how far outside its goal a figure is still green, in per cent of the target or in
        points), ``amber_if_improved_on`` (blank, or the baseline that an amber figure must improve on),
        ``amber_if_held`` (yes if equalling it is enough), ``amber_baseline`` (float, the figure of that baseline), and
        ``unit`` and ``decimals``, of which counts have no limit between two whole numbers.

    Returns
    -------
    DataFrame
        On the same index: ``rag`` (GREEN, AMBER, RED or blank), ``rag_reason`` (why ``rag`` is blank),
        ``green_limit`` and ``amber_limit`` (float: the worst figure that is still green, and still amber; missing
        if there is no single such figure).

    Examples
    --------
    >>> indicator = {"value": 69.0, "target": 70.0, "polarity": "higher", "unit": "percentage", "decimals": 0}
    >>> rule = {"tolerance": 5.0, "tolerance_basis": "relative"}
    >>> numbers = dict.fromkeys(["baseline", "lower", "upper", "green_tolerance", "amber_baseline"], np.nan)
    >>> texts = dict.fromkeys(["direction", "target_missing", "status", "green_tolerance_basis",
    ...     "amber_if_improved_on", "amber_if_held"], "")
    >>> judged = rate(pd.DataFrame([{**indicator, **rule, **numbers, **texts}]))
    >>> judged["rag"].item(), judged["amber_limit"].item()
    ('AMBER', 66.5)
    """
    value = tidied(figures["value"])
    directed = figures["direction"] != ""
    low, high = goal(figures)
    green_low, green_high = _widened(low, high, figures["green_tolerance_basis"], figures["green_tolerance"])
    reach_low, reach_high = _widened(low, high, figures["tolerance_basis"], figures["tolerance"])
    reach_low, reach_high = np.minimum(reach_low, green_low), np.maximum(reach_high, green_high)
    on_target = np.where(directed, (value > low) & (value < high), (value >= green_low) & (value <= green_high))
    within = ~directed & (value >= reach_low) & (value <= reach_high)
    conditional = figures["amber_if_improved_on"] != ""
    now, before = distance(value, low, high), distance(figures["amber_baseline"], low, high)
    improved = (now < before) | ((now == before) & (figures["amber_if_held"] == YES))
    reason = _reasons(figures, on_target, conditional & within & figures["amber_baseline"].isna())
    amber = within & (improved | ~conditional)
    rag = np.select([reason != "", on_target, amber], ["", str(Rag.GREEN), str(Rag.AMBER)], default=str(Rag.RED))
    higher = figures["polarity"] == Polarity.HIGHER
    one_sided = (figures["polarity"] != "") & figures["target"].notna()
    counts = is_count(figures["unit"], figures["decimals"])  # the worst amber count is a whole number
    reach_low = np.minimum(reach_low.where(~counts, np.ceil(reach_low)), green_low)
    reach_high = np.maximum(reach_high.where(~counts, np.floor(reach_high)), green_high)
    ends = {"green_limit": (green_low, green_high), "amber_limit": (reach_low, reach_high)}
    limits = {name: lower.where(higher, upper) for name, (lower, upper) in ends.items()}
    limits = {name: limit.where(one_sided & np.isfinite(limit)) for name, limit in limits.items()}
    return pd.DataFrame({"rag": rag, "rag_reason": reason, **limits}, index=figures.index)


def goal(figures: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the lower and upper end of each goal; an open end is infinite, an unknown one is missing."""
    band = figures["lower"].notna() & figures["upper"].notna()
    rising, falling = (figures["direction"] == way for way in ("increasing", "decreasing"))
    higher = figures["polarity"] == Polarity.HIGHER
    low = np.select(
        [band, rising, falling, higher],
        [figures["lower"], figures["baseline"], -np.inf, figures["target"]],
        default=-np.inf,
    )
    high = np.select(
        [band, rising, falling, higher],
        [figures["upper"], np.inf, figures["baseline"], np.inf],
        default=figures["target"],
    )
    return tidied(pd.Series(low, figures.index)), tidied(pd.Series(high, figures.index))


def distance(values: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    """Measure how far figures lie outside an interval, in their own unit; 0 inside it, missing without a figure."""
    return tidied(np.maximum(np.maximum(low - values, values - high), 0))


def _widened(low: pd.Series, high: pd.Series, basis: pd.Series, tolerance: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Widen the goal by a tolerance."""
    return tidied(low - _allowance(low, basis, tolerance, -1)), tidied(high + _allowance(high, basis, tolerance, 1))


def _allowance(end: pd.Series, basis: pd.Series, tolerance: pd.Series, outward: int) -> pd.Series:
    """Return how far a tolerance extends one end of the goal: by 0 if the end is open."""
    allowed = np.select(
        [basis == Tolerance.RELATIVE, basis == Tolerance.POINTS, basis == Tolerance.FLOOR, basis == Tolerance.ANY],
        [end.abs() * tolerance / 100, tolerance, (tolerance - end) * outward, np.inf],
        default=0.0,
    )
    return pd.Series(np.where(np.isinf(end), 0.0, allowed), end.index)


def _reasons(figures: pd.DataFrame, on_target: np.ndarray, unproven: pd.Series) -> np.ndarray:
    directed, band = figures["direction"] != "", figures["lower"].notna() & figures["upper"].notna()
    needs = figures["tolerance_basis"].isin([Tolerance.RELATIVE, Tolerance.POINTS, Tolerance.FLOOR]) & ~directed
    found = {
        DATA_ONLY: figures["status"] == Status.DATA_ONLY,
        IN_MEASUREMENT: figures["status"] == Status.IN_MEASUREMENT,
        NOT_TARGETED: figures["target_missing"] == "z",
        TARGET_UNKNOWN: figures["target_missing"] != "",
        NO_TARGET_YET: figures["target"].isna() & ~directed & ~band,
        NO_VALUE: figures["value"].isna(),
        NO_POLARITY: (figures["polarity"] == "") & ~band,
        NO_BASELINE: directed & figures["baseline"].isna(),
        NO_TOLERANCE: needs & figures["tolerance"].isna() & ~on_target,
        NO_EARLIER: unproven & ~on_target,
    }
    return np.select(list(found.values()), list(found), default="")


def rag_counts(rows: pd.DataFrame) -> dict[str, int]:
    """Count the indicators by rating, with "not rated" last."""
    counts = Counter(rows["rag"].tolist())
    return {**{str(rag): counts[rag] for rag in Rag}, NOT_RATED: counts[""]}


def rag_sentence(counts: dict[str, int]) -> str:
    """Write the counts out: ``3 green, 8 red and 6 not rated``. Ratings with a count of 0 are left out."""
    return listing([f"{number} {name.lower()}" for name, number in counts.items() if number]) or "none"
