"""Describe the rules of rating in words, for the pages, the paper and the workbook alike."""

from __future__ import annotations

import pandas as pd

from quarterly.core.errors import UnknownRule
from quarterly.core.terms import AND_BESIDE_IT, FITTED_TREND, Tolerance, listing

_BY_BASIS = {
    Tolerance.RELATIVE: "{:g}% of the target",
    Tolerance.POINTS: "{:g} point{}",
    Tolerance.FLOOR: "down to {:g}",
    Tolerance.ANY: "however far off",
    Tolerance.NONE: "none",
}


def tolerance_words(tolerance: float, basis: str) -> str:
    """Describe how far amber reaches.

    Examples
    --------
    >>> tolerance_words(5, "relative"), tolerance_words(float("nan"), "floor")
    ('5% of the target', "the indicator's own floor")
    """
    return (
        "the indicator's own floor"
        if basis == Tolerance.FLOOR and pd.isna(tolerance)
        else _BY_BASIS[Tolerance(basis)].format(tolerance, "" if tolerance == 1 else "s")
    )


def green_words(tolerance: float, basis: str) -> str:
    """Describe how far outside its goal a figure is still green; blank if it must be inside.

    Examples
    --------
    >>> green_words(2, "points"), green_words(2, "relative"), green_words(float("nan"), "")
    ('within 2 points of the target', 'within 2% of the target', '')
    """
    reach = tolerance_words(tolerance, basis) if basis else ""
    return reach and f"within {reach}{'' if basis == Tolerance.RELATIVE else ' of the target'}"


def rule_words(rule: pd.Series) -> dict[str, str]:
    """Describe a row of ``data/rules.csv`` as labels and wording, in reading order."""
    basis = Tolerance(rule["tolerance_basis"])
    tolerance = tolerance_words(rule["tolerance"], basis)
    if basis == Tolerance.POINTS:
        tolerance = f"{rule['tolerance']:g} percentage points, or as much in the indicator's own unit"
    stability = {
        "": "",
        Tolerance.RELATIVE: f"{rule['stability']:g}% of the earlier figure or less",
        Tolerance.POINTS: f"{tolerance_words(rule['stability'], Tolerance.POINTS)} or less",
    }[rule["stability_basis"]]
    fitted = f"the start of a trend fitted to {rule['dot_quarters']:.0f} quarters"
    bases = rule["dot_basis"].split(AND_BESIDE_IT)
    travel = ", and also with ".join(fitted if basis == FITTED_TREND else f"the {basis}" for basis in bases)
    improved = "it equalled or improved on" if rule["amber_if_held"] else "it improved on"
    said = {
        "Green": green_words(rule["green_tolerance"], rule["green_tolerance_basis"]),
        "Tolerance": tolerance,
        f"Amber only if {improved}": rule["amber_if_improved_on"] and f"the {rule['amber_if_improved_on']}",
        "A target that is a direction is compared with": rule["direction_baseline"]
        and f"the {rule['direction_baseline']}",
        "Direction of travel is compared with": travel,
        "Stable is a change of": stability,
    }
    return {what: words for what, words in said.items() if words}


def choose_rules(rules: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Select rules by their ids, in the order given; all rules if ``names`` is empty.

    Raises
    ------
    UnknownRule
        If there is no rule with one of the ids.
    """
    known = list(rules["rule_id"])
    for name in names:
        if name not in known:
            raise UnknownRule(name, known)
    return rules.set_index("rule_id", drop=False).loc[names or known].reset_index(drop=True)


def tolerances(rows: pd.DataFrame) -> str:
    """List the different tolerances of the indicators on a scorecard that have a target, each once."""
    judged = rows[rows["target"].notna() | rows["lower"].notna()][["tolerance", "tolerance_basis"]]
    # A floor is specific to its indicator, so floors are mentioned without their figures.
    judged = judged.assign(tolerance=judged["tolerance"].where(judged["tolerance_basis"] != Tolerance.FLOOR))
    judged = judged[~judged["tolerance_basis"].isin([Tolerance.NONE, Tolerance.ANY])].drop_duplicates()
    found = [tolerance_words(row.tolerance, row.tolerance_basis) for row in judged.itertuples(index=False)]
    return listing(found, "or")
