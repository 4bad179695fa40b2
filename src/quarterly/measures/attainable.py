"""Whether published percentages are possible with the cases that they are of.

A whole is known where ``data/observations.csv`` has a denominator, or where ``data/relations.csv`` says that the
percentage is a share of what another indicator counts. Nothing else is known of it, and nothing is guessed.
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
    """Find how many cases stand behind every published percentage.

    Returns
    -------
    DataFrame
        One row a percentage and quarter that has a figure, in the order of the report: ``indicator_id``, ``name``,
        ``short_name``, ``quarter``, ``value``, ``decimals``, ``whole`` (float: the number of cases; missing where it is
        not known), ``lowest`` and ``highest`` (float: how many of them the published percentage can stand for; missing
        where the whole is or where no number does), ``known`` (how the whole is known: stated, inferred or blank),
        ``of`` (the indicator that counts the cases, or blank) and ``outcome`` (`ATTAINABLE`, `UNATTAINABLE`,
        `NOTHING` or `NOT_KNOWN`).

    Notes
    -----
    A percentage is attainable when some whole number of cases rounds to it at its published decimals, halves either
    way: 67% of 10 is not. Where the numerator is known as well it must be one of these numbers.
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
