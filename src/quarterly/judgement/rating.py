"""RAG by rule.

Source of the standard rule: the Q3 2023/24 report, section 3, notes: GREEN on target, AMBER within 5% tolerance of
the target, RED not on target, no target no rating. Measured against the ratings it published, the 5% is of the
target and not percentage points, and a target that is a direction compares with the last quarter of the reporting
year before. Other rules are other rows in ``data/rules.csv``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterly.words.terms import Polarity, Rag

#: Why there is no rating, in the order in which the reasons are looked for.
NOT_TARGETED = "Not targeted"
TARGET_UNKNOWN = "The target is not available"
NO_TARGET_YET = "No target is known for this quarter"
NO_VALUE = "There is no figure to rate"
NO_POLARITY = "There is a target but no polarity, so it cannot be rated"
NO_BASELINE = "There is no figure to compare the direction with"

# Figures are published with at most a few decimals; comparing at nine keeps 85.5 equal to 90 less 5%.
_PRECISION = 9


def rate(figures: pd.DataFrame) -> pd.DataFrame:
    """Rate figures against their targets.

    Parameters
    ----------
    figures : DataFrame
        One row a figure, with the columns ``value``, ``target``, ``baseline`` and ``tolerance`` (float, in the
        indicator's unit; the tolerance in per cent of the target or in points), ``direction`` (increasing,
        decreasing or blank), ``target_missing`` (a reason symbol or blank), ``polarity`` (higher, lower or blank)
        and ``tolerance_basis`` (relative or points).

    Returns
    -------
    DataFrame
        On the same index: ``rag`` (GREEN, AMBER, RED or blank), ``rag_reason`` (why it is blank, else blank) and
        ``amber_limit`` (float: the worst figure that is still amber; missing where there is no such figure).

    Examples
    --------
    >>> figures = pd.DataFrame({"value": [69.0], "target": [70.0], "baseline": [np.nan], "tolerance": [5.0],
    ...     "direction": [""], "target_missing": [""], "polarity": ["higher"], "tolerance_basis": ["relative"]})
    >>> judged = rate(figures)
    >>> judged["rag"].item(), judged["amber_limit"].item()
    ('AMBER', 66.5)
    """
    value, target = figures["value"], figures["target"]
    higher = figures["polarity"] == Polarity.HIGHER
    directed = figures["direction"] != ""
    allowance = np.where(
        figures["tolerance_basis"] == "points", figures["tolerance"], target.abs() * figures["tolerance"] / 100
    )
    limit = (target + np.where(higher, -allowance, allowance)).round(_PRECISION)
    moved = np.where(figures["direction"] == "increasing", value - figures["baseline"], figures["baseline"] - value)
    rounded = value.round(_PRECISION)
    on_target = np.where(directed, moved > 0, np.where(higher, rounded >= target, rounded <= target))
    tolerated = ~directed & np.where(higher, rounded >= limit, rounded <= limit)
    reason = np.select(
        [
            figures["target_missing"] == "z",
            figures["target_missing"] != "",
            target.isna() & ~directed,
            value.isna(),
            figures["polarity"] == "",
            directed & figures["baseline"].isna(),
        ],
        [NOT_TARGETED, TARGET_UNKNOWN, NO_TARGET_YET, NO_VALUE, NO_POLARITY, NO_BASELINE],
        default="",
    )
    rag = np.select([reason != "", on_target, tolerated], ["", str(Rag.GREEN), str(Rag.AMBER)], default=str(Rag.RED))
    rateable = figures["polarity"] != ""
    return pd.DataFrame({"rag": rag, "rag_reason": reason, "amber_limit": limit.where(rateable)}, index=figures.index)
