"""Check the figures and ratings against those that were published.

Where a published rating and the rule disagree, both are shown: the published one is history, the rule is the truth
of this system.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import combinations

import pandas as pd

from quarterly.core.terms import NOT_TARGETED, Dot, Rag, Tolerance, Unit
from quarterly.core.written import limit, show, target_cell
from quarterly.data.load import Basket
from quarterly.measures import direction
from quarterly.measures.cases import shares_of
from quarterly.measures.rules import tolerance_words
from quarterly.measures.scorecard import Scorecard

AGREES = "agrees"
DISAGREES = "disagrees"
NOT_COMPARED = "cannot be compared"
#: The ways in which two indicators can have the same comparators.
IDENTICAL = "identical"
ROUNDED = "the same when rounded"
#: The labels of the two judgements.
JUDGEMENTS = {"RAG": "RAG", "DOT": "Direction of travel"}


def reconcile(scorecard: Scorecard) -> pd.DataFrame:
    """Compare every RAG and DOT with the published one.

    Returns
    -------
    DataFrame
        One row per indicator and judgement: ``indicator_id``, ``name``, ``judgement`` (RAG or DOT), ``by_rule``,
        ``published``, ``outcome`` (`AGREES`, `DISAGREES` or `NOT_COMPARED`) and ``reason`` (blank if they agree).
    """
    found = []
    for indicator_id, row in scorecard.rows.iterrows():
        for judgement, compare in (("RAG", _compare_rag), ("DOT", _compare_dot)):
            outcome, published, reason = compare(row)
            by_rule = row[judgement.lower()] or "none"
            found.append((indicator_id, row["name"], judgement, by_rule, published, outcome, reason))
    columns = ["indicator_id", "name", "judgement", "by_rule", "published", "outcome", "reason"]
    return pd.DataFrame(found, columns=columns)


def _compare_rag(row: pd.Series) -> tuple[str, str, str]:
    computed, published = row["rag"], row["rag_published"]
    if not published and row["rag_published_reason"]:
        target = target_cell(row).words
        reason = f"There is a target of {target}, so the rule rates it {computed.lower()}." if computed else ""
        return (DISAGREES if computed else AGREES), row["rag_published_reason"], reason
    if not published:
        return _unpublished(row)
    if computed == published:
        return AGREES, published, ""
    return DISAGREES, published, _why_rag(row)


def _unpublished(row: pd.Series) -> tuple[str, str, str]:
    return NOT_COMPARED, "not readable" if row["published_note"] else "not published", row["published_note"]


def _why_rag(row: pd.Series) -> str:
    if row["rag_reason"] == NOT_TARGETED:
        return "The source rates it although it gives no target. Without a target there is nothing to rate against."
    if row["rag_reason"]:
        return f"{row['rag_reason']}. The source still rates it."
    value, target = show(row, row["value"]), target_cell(row).words
    within = row["tolerance_basis"] in (Tolerance.RELATIVE, Tolerance.POINTS)
    if row["rag"] == Rag.AMBER and within and pd.notna(row["amber_limit"]):
        tolerance = tolerance_words(row["tolerance"], row["tolerance_basis"])
        side = "or more" if row["polarity"] == "higher" else "or less"
        return (
            f"{value} is within {tolerance} of {target}: {limit(row)} {side} is amber by the rule that the source "
            f"states. The source rates it {row['rag_published'].lower()}."
        )
    return f"{value} against a target of {target} is {row['rag'].lower()} by the rule that the source states."


def _compare_dot(row: pd.Series) -> tuple[str, str, str]:
    computed, published = row["dot"], row["dot_published"]
    if not published:
        return _unpublished(row)
    if row["dot_reason"]:
        return NOT_COMPARED, published, f"{row['dot_reason']}."
    if computed == published:
        return AGREES, published, ""
    return DISAGREES, published, _why_dot(row)


def _why_dot(row: pd.Series) -> str:
    value, previous = (show(row, row[name]) for name in ("value", "previous"))
    lacks = direction.lacking(row)
    judged = row["dot_published"] in (Dot.POSITIVE, Dot.NEGATIVE)
    if not (lacks and judged) or row["dot"] == Dot.STABLE:
        return f"From {previous} to {value} is {row['dot'].lower()} by the rule that the source states."
    return (
        f"Without a {lacks} a change is neither positive nor negative, so the rule says only that the figure went "
        f"{'down' if row['dot'] == Dot.DECREASE else 'up'}. The source still judges it."
    )


def children_behind_rates(basket: Basket) -> pd.DataFrame:
    """Convert each published rate of the population back into a number of children, or of whatever it counts.

    Returns
    -------
    DataFrame
        One row per rate and quarter with a figure: ``indicator_id``, ``short_name``, ``quarter``, ``value``,
        ``per`` (int: the base of the rate, such as 10,000), ``population`` (missing if not known) and ``children`` (the
        whole number that gives the published rate; missing if the population is, or if no whole number does).
        Empty for a basket without populations.
    """
    indicators = basket.indicators
    counted = (indicators["unit"] == Unit.RATE) & bool(len(basket.populations))
    rates = indicators.loc[counted, ["indicator_id", "short_name", "decimals", "per"]]
    rates["per"] = [rate_base(per) for per in rates["per"]]
    figures = rates.merge(basket.observations.dropna(subset=["value"]), on="indicator_id", sort=False)
    figures = figures.merge(basket.populations[["quarter", "population"]], on="quarter", how="left")
    # Other rates have a denominator of their own.
    based = figures["denominator"].isna() | (figures["denominator"] == figures["population"])
    figures = figures[based & ~figures["indicator_id"].isin(shares_of(basket))]
    figures["children"] = [
        _children(row.value, row.population, row.per, int(row.decimals)) for row in figures.itertuples(index=False)
    ]
    return figures[["indicator_id", "short_name", "quarter", "value", "per", "population", "children"]]


def rate_base(per: str) -> int:
    """Return the number in the base of a rate.

    Examples
    --------
    >>> rate_base("10,000 children")
    10000
    """
    return int(per.partition(" ")[0].replace(",", ""))


def counted_by_rates(basket: Basket) -> str:
    """Return the noun that the basket's rates count: ``children`` from ``10,000 children``."""
    named = [noun for per in basket.indicators["per"] if (noun := per.partition(" ")[2])]
    return named[0] if named else "cases"


def _children(rate: float, population: float, base: int, decimals: int) -> float:
    if pd.isna(population):
        return float("nan")
    nearest = int((Decimal(str(rate)) * Decimal(int(population)) / base).to_integral_value(ROUND_HALF_UP))
    fits = _published_rate(nearest, int(population), base, decimals) == Decimal(str(rate))
    return float(nearest) if fits else float("nan")


def _published_rate(children: int, population: int, base: int, decimals: int) -> Decimal:
    exact = Decimal(children) * base / Decimal(population)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def fitting_populations(
    rates: list[float], lowest: int, highest: int, decimals: int = 2, base: int = 10_000
) -> list[int]:
    """Find the populations for which every published rate is a whole number of children.

    Populations from ``lowest`` to ``highest`` are tried. The rates are those published for one quarter, per ``base``
    people. A few rates usually leave very few populations.
    """
    half = Decimal(1).scaleb(-decimals) / 2
    fitting = set(range(lowest, highest + 1))
    for rate in map(Decimal, map(str, rates)):
        possible: set[int] = set()
        most = int((rate + half) * highest / base) + 1
        for children in range(most + 1):
            first = (Decimal(children) * base / (rate + half)).to_integral_value(ROUND_FLOOR)
            last = (
                (Decimal(children) * base / (rate - half)).to_integral_value(ROUND_CEILING) if rate > half else highest
            )
            candidates = range(max(int(first), lowest, 1), min(int(last), highest) + 1)
            possible.update(p for p in candidates if _published_rate(children, p, base, decimals) == rate)
        fitting &= possible
    return sorted(fitting)


def shared_comparators(basket: Basket) -> list[tuple[str, str, str]]:
    """Find pairs of indicators whose comparators are all the same, which suggests an error.

    Two measures seldom have the same four figures: one indicator may have been given the other's. Pairs with fewer
    than two comparators in common are left out, as are comparators that only one of the two has.

    Returns
    -------
    list of tuple of str
        The first indicator, the second, and in what way they are the same: `IDENTICAL`, or `ROUNDED` if a figure of
        one is the other's rounded to a whole number.
    """
    known = basket.comparators.dropna(subset=["value"])
    figures = {
        str(name): dict(zip(part["comparator"], part["value"], strict=True))
        for name, part in known.groupby("indicator_id", sort=False)
    }
    found = []
    for (first, ours), (second, theirs) in combinations(figures.items(), 2):
        pairs = [(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()]
        if len(pairs) < 2 or not all(_same_rounded(*pair) for pair in pairs):
            continue
        found.append((first, second, IDENTICAL if all(one == other for one, other in pairs) else ROUNDED))
    return found


def _same_rounded(one: float, other: float) -> bool:
    """Return whether two figures are equal, or one is a whole number that the other rounds to."""
    return one == other or any(a % 1 == 0 and abs(a - b) <= 0.5 for a, b in ((one, other), (other, one)))
