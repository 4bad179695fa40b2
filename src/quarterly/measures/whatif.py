"""Work out what the ratings of a quarter would be under other rules."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.measures.scorecard import build_scorecard

#: The name in results for each indicator's own rule.
OWN = "own"


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
