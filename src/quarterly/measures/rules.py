"""Rules of rating: in words for every output, tried on the figures, and fitted to published ratings."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from quarterly.core.errors import UnknownRule
from quarterly.core.quarters import Quarter
from quarterly.core.terms import AND_BESIDE_IT, FITTED_TREND, Baseline, Dot, Rag, Tolerance, listing
from quarterly.data.load import Basket
from quarterly.measures.scorecard import build_scorecard

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
    if basis == Tolerance.FLOOR and pd.isna(tolerance):
        return "the indicator's own floor"
    return _BY_BASIS[Tolerance(basis)].format(tolerance, "" if tolerance == 1 else "s")


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


#: The name in results for each indicator's own rule.
OWN = "own"
#: The tolerances to try, in per cent of the target and in points.
_TOLERANCES = {Tolerance.RELATIVE: (1, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20), Tolerance.POINTS: (1, 2, 3, 4, 5, 7.5, 10)}
#: The largest changes that count as stable, to try with each earlier quarter.
_STABILITY_BANDS = {Tolerance.RELATIVE: (1, 2, 5, 10), Tolerance.POINTS: (1, 2, 5)}


@dataclass(frozen=True)
class Fit:
    """How well rules explain the published judgements."""

    #: One row per rule, best first: ``rule``, ``words`` (the part of the rule that is varied), ``agrees`` (how many
    #: published judgements it reproduces) and ``compared`` (how many of those published it can judge).
    rules: pd.DataFrame
    #: The published judgements that no rule reproduces: ``indicator_id``, ``short_name``, ``quarter``, ``published``
    #: and ``judged`` (the rules' own judgements).
    unexplained: pd.DataFrame


def fit_rules(basket: Basket, rules: pd.DataFrame, judgement: str = "rag") -> Fit:
    """Try rules on every quarter that has published judgements.

    ``rules`` has the columns of ``data/rules.csv``. The first rule is also tried with other tolerances or, to explain
    directions of travel (``dot``), with other earlier quarters and other limits of stability.
    """
    varied = _with_tolerances(rules.iloc[[0]]) if judgement == "rag" else _with_bases(rules.iloc[[0]])
    tried = pd.concat([rules, varied], ignore_index=True)
    words = {rule["rule_id"]: _words(rule, judgement) for _, rule in tried.iterrows()}
    known = [str(one) for one in (Rag if judgement == "rag" else Dot)]
    published = basket.published_ratings[basket.published_ratings[judgement].isin(known)]
    found = [
        _judged_by(basket, quarter, published, tried, judgement) for quarter in sorted(published["quarter"].unique())
    ]
    columns = ["rule", "indicator_id", "short_name", "judged", "quarter", "published", "agrees"]
    every = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    counted = every.groupby("rule", sort=False)["agrees"].agg(agrees="sum", compared="count").reset_index()
    counted.insert(1, "words", counted["rule"].map(words).fillna("as each indicator has it"))
    return Fit(
        counted.sort_values("agrees", ascending=False, kind="stable").reset_index(drop=True), _unexplained(every)
    )


def _with_tolerances(rule: pd.DataFrame) -> pd.DataFrame:
    """Return a rule with each tolerance in `_TOLERANCES`, and with none."""
    tried = [
        rule.assign(rule_id=f"{size:g} {basis}", tolerance=float(size), tolerance_basis=str(basis))
        for basis, sizes in _TOLERANCES.items()
        for size in sizes
    ]
    none = rule.assign(rule_id="none", tolerance=float("nan"), tolerance_basis=str(Tolerance.NONE))
    return pd.concat([*tried, none], ignore_index=True)


def _with_bases(rule: pd.DataFrame) -> pd.DataFrame:
    """Return a rule with each baseline, combined with each limit in `_STABILITY_BANDS` and with none."""
    none = {"": {"stability": float("nan"), "stability_basis": ""}}
    stable = {
        f", {size} {basis}": {"stability": float(size), "stability_basis": str(basis)}
        for basis, sizes in _STABILITY_BANDS.items()
        for size in sizes
    }
    tried = [
        rule.assign(rule_id=f"{base}{name}", dot_basis=str(base), **change)
        for base in Baseline
        for name, change in {**none, **stable}.items()
    ]
    return pd.concat(tried, ignore_index=True)


def _words(rule: pd.Series, judgement: str) -> str:
    said = rule_words(rule)
    if judgement == "rag":
        return said["Tolerance"]
    stable = said.get("Stable is a change of")
    return said["Direction of travel is compared with"] + (f"; a change of {stable} is stable" if stable else "")


def _judged_by(
    basket: Basket, quarter: str, published: pd.DataFrame, rules: pd.DataFrame, judgement: str
) -> pd.DataFrame:
    """Join a quarter's judgements under each rule to the published ones, where both exist."""
    judged = under_rules(basket, Quarter.parse(quarter), rules).rename(columns={judgement: "judged"})
    own = published.loc[published["quarter"] == quarter, ["indicator_id", "quarter", judgement]]
    both = judged.merge(own.rename(columns={judgement: "published"}), on="indicator_id")
    both = both[both["judged"] != ""]
    return both.assign(agrees=both["judged"] == both["published"])


def _unexplained(every: pd.DataFrame) -> pd.DataFrame:
    key = ["indicator_id", "short_name", "quarter", "published"]
    kinds = every[every["rule"] != OWN].groupby(key, sort=False)
    found = kinds.agg(explained=("agrees", "any"), judged=("judged", lambda some: ", ".join(sorted(set(some)))))
    return found[~found["explained"].astype(bool)].drop(columns="explained").reset_index()


def under_rules(basket: Basket, quarter: Quarter, rules: pd.DataFrame) -> pd.DataFrame:
    """Judge a quarter by its indicators' own rules, and by each of some other rules.

    ``rules`` has the columns of ``data/rules.csv``.

    Returns
    -------
    DataFrame
        One row per indicator and rule, own rules first: ``rule`` (`OWN` or a ``rule_id``), ``indicator_id``,
        ``area_id``, ``short_name``, ``rag``, ``rag_reason``, ``dot``, ``rag_changed`` and ``dot_changed`` (whether
        they differ from those under the own rule).

    Notes
    -----
    A target's own tolerance is kept only if the other rule has the same tolerance basis: 20 points are not 20%.
    """
    own = build_scorecard(basket, quarter).rows
    parts = [_part(OWN, own, own)]
    for place, name in enumerate(rules["rule_id"]):
        other = build_scorecard(_all_under(basket, rules.iloc[[place]]), quarter).rows
        parts.append(_part(name, other, own))
    return pd.concat(parts, ignore_index=True)


def _all_under(basket: Basket, rule: pd.DataFrame) -> Basket:
    """Return the basket with the same rule, a table of one row, for every indicator."""
    basis = basket.rules.set_index("rule_id")["tolerance_basis"]
    own = basket.indicators.set_index("indicator_id")["rule"].replace("", "standard").map(basis)
    alike = basket.targets["indicator_id"].map(own) == rule["tolerance_basis"].item()
    targets = basket.targets.assign(tolerance=basket.targets["tolerance"].where(alike))
    indicators = basket.indicators.assign(rule=rule["rule_id"].item())
    return replace(basket, rules=rule, targets=targets, indicators=indicators)


def _part(name: str, rows: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    part = rows[["area_id", "short_name", "rag", "rag_reason", "dot"]].reset_index()
    part.insert(0, "rule", name)
    changed = {f"{judged}_changed": (rows[judged] != own[judged]).to_numpy() for judged in ("rag", "dot")}
    return part.assign(**changed)
