"""`quarterly rules --fit` shows the rule that explains published ratings best, and those that none explains."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from small_basket import small_basket

from quarterly.data.load import Basket
from quarterly.measures.rules import fit_rules

#: Ratings with a tolerance of 10% of the target, 50; no rule gives the last one to a figure on target.
PUBLISHED = {"a": (50, "GREEN"), "b": (46, "AMBER"), "c": (45.5, "AMBER"), "d": (40, "RED"), "e": (60, "RED")}


def rated(basket: Basket) -> Basket:
    """Return a basket of shares with a target of 50 and a council's published ratings."""
    made = small_basket(
        basket, {name: [value] for name, (value, _) in PUBLISHED.items()}, units=dict.fromkeys(PUBLISHED, "percentage")
    )
    indicators = made.indicators.assign(polarity="higher", decimals=1)
    blank = dict.fromkeys(basket.targets.columns, "")
    targets = [
        {**blank, "indicator_id": name, "from_quarter": "2023-24-Q1", "to_quarter": "2023-24-Q4", "value": 50.0}
        for name in PUBLISHED
    ]
    numbers = {name: float("nan") for name in ("lower", "upper", "tolerance")}
    ratings = [
        {"indicator_id": name, "quarter": "2023-24-Q1", "rag": rag, "dot": "", "note": ""}
        for name, (_, rag) in PUBLISHED.items()
    ]
    return replace(
        made,
        indicators=indicators,
        targets=pd.DataFrame(targets).assign(**numbers).astype(basket.targets.dtypes.to_dict()),
        published_ratings=pd.DataFrame(ratings),
    )


def test_the_rule_that_agrees_most_comes_first(basket: Basket) -> None:
    found = fit_rules(rated(basket), basket.rules).rules.set_index("rule")
    assert found.iloc[0].to_dict() == {"words": "10% of the target", "agrees": 4, "compared": 5}
    assert found.loc["own", "agrees"] == found.loc["5 relative", "agrees"] == 2
    assert found.loc["none", "agrees"] == 2


def test_a_rating_that_no_rule_explains_is_named(basket: Basket) -> None:
    left = fit_rules(rated(basket), basket.rules).unexplained
    assert left[["indicator_id", "published", "judged"]].to_numpy().tolist() == [["e", "RED", "GREEN"]]


def test_without_published_ratings_there_is_nothing_to_explain(basket: Basket) -> None:
    bare = replace(rated(basket), published_ratings=basket.published_ratings.iloc[:0])
    assert fit_rules(bare, basket.rules).rules.empty


def test_directions_of_travel_are_fitted_too(basket: Basket) -> None:
    held = rated(basket)
    last_year = held.observations.assign(quarter="2022-23-Q1", value=held.observations["value"] - 5)
    before = held.observations.assign(quarter="2022-23-Q4", value=held.observations["value"] + 5)
    known = replace(
        held,
        observations=pd.concat([last_year, before, held.observations], ignore_index=True),
        published_ratings=held.published_ratings.assign(dot=["POSITIVE", "POSITIVE", "POSITIVE", "POSITIVE", "STABLE"]),
    )
    found = fit_rules(known, basket.rules, "dot")
    best = found.rules.iloc[0]
    assert best["rule"] == "same quarter last year, 10 relative"
    assert best["words"] == "the same quarter last year; a change of 10% of the earlier figure or less is stable"
    assert (best["agrees"], best["compared"]) == (5, 5)
    assert found.rules.set_index("rule").loc["previous quarter", "agrees"] == 0
    assert found.unexplained.empty
