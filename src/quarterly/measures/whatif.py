"""What the ratings of a quarter would be under other rules."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.measures.scorecard import build_scorecard

#: What stands for the rule that an indicator has.
OWN = "own"


def under_rules(basket: Basket, quarter: Quarter, rules: pd.DataFrame) -> pd.DataFrame:
    """Judge a quarter once by the rules that its indicators have, and once by each of some others.

    ``rules`` have the columns of ``data/rules.csv``.

    Returns
    -------
    DataFrame
        One row an indicator and rule, the own rules first: ``rule`` (`OWN` or a ``rule_id``), ``indicator_id``,
        ``area_id``, ``short_name``, ``rag``, ``rag_reason``, ``dot``, ``rag_changed`` and ``dot_changed`` (whether
        they are other than by the own rule).

    Notes
    -----
    A tolerance that belongs to a target is kept where the other rule counts in the same way: 20 points are not 20%.
    """
    own = build_scorecard(basket, quarter).rows
    parts = [_part(OWN, own, own)]
    for place, name in enumerate(rules["rule_id"]):
        other = build_scorecard(_all_under(basket, rules.iloc[[place]]), quarter).rows
        parts.append(_part(name, other, own))
    return pd.concat(parts, ignore_index=True)


def _all_under(basket: Basket, rule: pd.DataFrame) -> Basket:
    """Give every indicator the same rule: a table of rules with one row."""
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
