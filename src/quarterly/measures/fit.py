"""Which rule of rating explains the published ratings best, and which ratings no rule explains."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Rag, Tolerance
from quarterly.data.load import Basket
from quarterly.measures.rules import tolerance_words
from quarterly.measures.whatif import OWN, under_rules

#: The tolerances that are tried, in per cent of the target and in points.
_TRIED = {Tolerance.RELATIVE: (1, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20), Tolerance.POINTS: (1, 2, 3, 4, 5, 7.5, 10)}


@dataclass(frozen=True)
class Fit:
    """How well rules explain the published ratings.

    Parameters
    ----------
    rules : DataFrame
        One row a rule, the best first: ``rule``, ``tolerance`` (in words), ``agrees`` and ``compared`` (with how many
        published ratings it agrees, and how many there are that it rates too).
    unexplained : DataFrame
        The published ratings that no rule gives: ``indicator_id``, ``short_name``, ``quarter``, ``published`` and
        ``ratings`` (what the rules make of it).
    """

    rules: pd.DataFrame
    unexplained: pd.DataFrame


def fit_rules(basket: Basket, rules: pd.DataFrame) -> Fit:
    """Try rules on every quarter that has published ratings.

    Parameters
    ----------
    basket : Basket
        Every figure.
    rules : DataFrame
        Rules with the columns of ``data/rules.csv``. Those of the first row are tried with other tolerances as well.
    """
    tried = pd.concat([rules, _with_tolerances(rules.iloc[[0]])], ignore_index=True)
    words = {row.rule_id: tolerance_words(row.tolerance, row.tolerance_basis) for row in tried.itertuples(index=False)}
    published = basket.published_ratings[basket.published_ratings["rag"].isin(list(Rag))]
    found = [_tried(basket, quarter, published, tried) for quarter in sorted(published["quarter"].unique())]
    columns = ["rule", "indicator_id", "short_name", "rag", "quarter", "published", "agrees"]
    every = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    counted = every.groupby("rule", sort=False)["agrees"].agg(agrees="sum", compared="count").reset_index()
    counted.insert(1, "tolerance", counted["rule"].map(words).fillna("as each indicator has it"))
    return Fit(
        counted.sort_values("agrees", ascending=False, kind="stable").reset_index(drop=True), _unexplained(every)
    )


def _with_tolerances(rule: pd.DataFrame) -> pd.DataFrame:
    """Return a rule with each tolerance that is tried, and with none."""
    tried = [
        rule.assign(rule_id=f"{size:g} {basis}", tolerance=float(size), tolerance_basis=str(basis))
        for basis, sizes in _TRIED.items()
        for size in sizes
    ]
    none = rule.assign(rule_id="none", tolerance=float("nan"), tolerance_basis=str(Tolerance.NONE))
    return pd.concat([*tried, none], ignore_index=True)


def _tried(basket: Basket, quarter: str, published: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Put the ratings of a quarter by each rule beside the published ones, where there are both."""
    judged = under_rules(basket, Quarter.parse(quarter), rules)
    own = published.loc[published["quarter"] == quarter, ["indicator_id", "quarter", "rag"]]
    both = judged.merge(own.rename(columns={"rag": "published"}), on="indicator_id")
    both = both[both["rag"] != ""]
    return both.assign(agrees=both["rag"] == both["published"])


def _unexplained(every: pd.DataFrame) -> pd.DataFrame:
    key = ["indicator_id", "short_name", "quarter", "published"]
    kinds = every[every["rule"] != OWN].groupby(key, sort=False)
    found = kinds.agg(explained=("agrees", "any"), ratings=("rag", lambda ratings: ", ".join(sorted(set(ratings)))))
    return found[~found["explained"].astype(bool)].drop(columns="explained").reset_index()
