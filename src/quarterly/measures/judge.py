"""Judge every figure of a basket: its rating and its direction of travel, by what applied in its own quarter."""

from __future__ import annotations

import pandas as pd

from quarterly.core.terms import AND_BESIDE_IT
from quarterly.data.load import Basket
from quarterly.measures.direction import direction_of_travel
from quarterly.measures.rag import rate
from quarterly.measures.targets import TARGET_WORDS, Values, compared_figures, value_at, with_targets

#: The note on a figure that has no row in ``data/observations.csv``.
ABSENT = "Not reported for this quarter"


def judge(basket: Basket) -> pd.DataFrame:
    """Judge every figure of a basket by the target and rule that applied in its own quarter.

    Returns
    -------
    DataFrame
        One row per indicator and quarter, in report order: ``indicator_id``, ``quarter``, ``value``,
        ``missing``, ``note``, the target and rule that applied (``target``, ``lower``, ``upper``, ``direction``,
        ``status``, ``target_missing``, ``target_note``, ``target_comparator``, and the columns of ``data/rules.csv``),
        the figures compared with (``previous``, ``current``, ``baseline``, ``amber_baseline``), and ``rag``,
        ``rag_reason``, ``green_limit``, ``amber_limit``, ``dot``, ``dot_reason``; and ``second_dot_basis``,
        ``second_dot``, ``second_dot_reason``, which are blank if the rule has only one basis of comparison.
    """
    indicators = basket.indicators[["indicator_id", "polarity", "unit", "decimals", "rule"]].copy()
    indicators["rule"] = indicators["rule"].replace("", "standard")
    bases = basket.rules["dot_basis"].str.partition(AND_BESIDE_IT)
    rules = basket.rules.drop(columns="source").assign(dot_basis=bases[0], second_dot_basis=bases[2])
    rules = indicators.merge(rules, left_on="rule", right_on="rule_id")
    # The same few words in every row are compared many times, which is faster with categories.
    words = [name for name in rules.columns.drop("indicator_id") if pd.api.types.is_string_dtype(rules[name])]
    figures = _complete(basket).merge(rules.astype(dict.fromkeys(words, "category")), on="indicator_id")
    figures = with_targets(figures, basket)
    figures = figures.astype(dict.fromkeys(TARGET_WORDS, "category"))
    values = Values.of(figures, basket.known_changes)
    figures = figures.join(compared_figures(figures, values))
    figures["baseline"] = value_at(values, figures["direction_baseline"])
    figures["amber_baseline"] = value_at(values, figures["amber_if_improved_on"])
    figures = figures.join(rate(figures)).join(direction_of_travel(figures)).join(_second_direction(figures, values))
    figures["order"] = pd.Index(indicators["indicator_id"]).get_indexer(figures["indicator_id"])
    figures = figures.sort_values(["order", "quarter"], ignore_index=True)
    figures = figures.drop(columns=["order", "polarity", "unit", "decimals", "rule", "rule_id"])
    return figures.astype(dict.fromkeys(figures.columns[figures.dtypes == "category"], str))


def _second_direction(figures: pd.DataFrame, values: Values) -> pd.DataFrame:
    """Judge the additional direction that a rule shows: ``second_dot`` and ``second_dot_reason``."""
    wanted = figures["second_dot_basis"] != ""
    if not wanted.any():
        return pd.DataFrame("", figures.index, ["second_dot", "second_dot_reason"])
    other = figures.drop(columns=["previous", "current", "redefined"]).assign(dot_basis=figures["second_dot_basis"])
    return direction_of_travel(other.join(compared_figures(other, values))).add_prefix("second_").where(wanted, "")


def _complete(basket: Basket) -> pd.DataFrame:
    """Return the observations with a row for every indicator and quarter, adding a missing figure where absent."""
    figures = basket.observations[["indicator_id", "quarter", "value", "missing", "note"]]
    every = pd.MultiIndex.from_product([basket.indicators["indicator_id"], sorted(figures["quarter"].unique())])
    complete = figures.set_index(["indicator_id", "quarter"]).reindex(every.set_names(["indicator_id", "quarter"]))
    absent = complete["missing"].isna()
    texts = {"missing": complete["missing"].where(~absent, "x"), "note": complete["note"].where(~absent, ABSENT)}
    return complete.assign(**texts).reset_index()
