"""Check whether published percentages are possible given their number of cases.

The number of cases (the whole) is known where ``data/observations.csv`` has a denominator, or where
``data/relations.csv`` says that the percentage is a share of another indicator's count. It is never guessed.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quarterly.core.terms import Unit
from quarterly.data.load import Basket
from quarterly.measures.cases import figures_of, numerator_of, numerators_of, possible_counts, shares_of, whole_of

ATTAINABLE = "attainable"
UNATTAINABLE = "not attainable"
NOTHING = "a percentage of nothing"
NOT_KNOWN = "not known"


def wholes(basket: Basket) -> pd.DataFrame:
    """Find the number of cases behind every published percentage.

    Returns
    -------
    DataFrame
        One row for each percentage and quarter with a figure, in report order: ``indicator_id``, ``name``,
        ``short_name``, ``quarter``, ``value``, ``decimals``, ``whole`` (float: the number of cases; missing if not
        known), ``lowest`` and ``highest`` (float: the counts that the published percentage can represent; missing if
        the whole is, or if no count fits), ``known`` (how the whole is known: stated, inferred or blank),
        ``of`` (the indicator that counts the cases, or blank) and ``outcome`` (`ATTAINABLE`, `UNATTAINABLE`,
        `NOTHING` or `NOT_KNOWN`).

    Notes
    -----
    A percentage is attainable if some whole number of cases rounds to it at its published decimals, with halves
    rounded either way: 67% of 10 is not. If the numerator is known as well, it must be one of those numbers.
    """
    figures, shares, numerators = figures_of(basket), shares_of(basket), numerators_of(basket)
    found = []
    for figure in figures.values():
        if figure.unit != Unit.PERCENTAGE or figure.value is None:
            continue
        whole, known, of = whole_of(figure, figures, shares)
        counts = possible_counts(replace(figure, numerator=numerator_of(figure, figures, numerators)), whole)
        lowest, highest = counts or (None, None)
        outcome = _outcome(whole, possible=counts is not None)
        found.append((figure.indicator, figure.quarter, figure.value, whole, lowest, highest, known, of, outcome))
    columns = ["indicator_id", "quarter", "value", "whole", "lowest", "highest", "known", "of", "outcome"]
    table = pd.DataFrame(found, columns=columns).astype(dict.fromkeys(["whole", "lowest", "highest"], float))
    shown = table.merge(basket.indicators[["indicator_id", "name", "short_name", "decimals"]], on="indicator_id")
    return shown[["indicator_id", "name", "short_name", "quarter", "value", "decimals", *columns[3:]]]


def _outcome(whole: float | None, *, possible: bool) -> str:
    if whole is None:
        return NOT_KNOWN
    if whole == 0:
        return NOTHING
    return ATTAINABLE if possible else UNATTAINABLE
