"""The figures as tidy frames for analysts: one row per indicator and quarter, without suppressed figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.measures.attention import first_comparator
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.targets import newest


def figures_frame(part: Scorecard, whole: Scorecard, basket: Basket, indicators: Sequence[str] = ()) -> pd.DataFrame:
    """Return figures with their judgements, in the columns listed in `quarterly.display.report.Report.figures`.

    Raises
    ------
    UnknownIndicator
        There is no such indicator.
    """
    rows = whole.rows
    whole.require(*indicators)
    areas = basket.areas.set_index("area_id")["short_name"]
    chosen = list(indicators) or list(part.rows.index)
    history = whole.history[whole.history["indicator_id"].isin(chosen)]
    keys = [history["indicator_id"], history["quarter"]]
    behind = basket.observations.set_index(["indicator_id", "quarter"])[["numerator", "denominator"]]
    behind = behind.reindex(pd.MultiIndex.from_arrays(keys)).astype(float).reset_index(drop=True)
    history = history.reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "id": history["indicator_id"],
            "name": history["indicator_id"].map(rows["short_name"]),
            "area": history["indicator_id"].map(rows["area_id"]).map(areas),
            "period": history["quarter"],
            "value": history["value"].astype(float),
            "missing": history["missing"],
            "numerator": behind["numerator"],
            "denominator": behind["denominator"].fillna(_totals(history, whole, basket)),
            "unit": history["indicator_id"].map(rows["unit"]),
            "target": history["target"].astype(float),
            "rag": history["rag"],
            "direction": history["dot"],
            "decimals": history["indicator_id"].map(rows["decimals"]),
            "basis": history["indicator_id"].map(rows["period_basis"]),
            "beyond": history["indicator_id"].map(rows["beyond"]),
            "known_change": _known_changes(history, whole),
        }
    )
    first = first_comparator(whole)
    frame["comparator"] = _comparator_values(history, basket, first)
    frame["comparator_name"] = (
        frame["comparator"].notna().map({True: whole.comparators.get(first or "", ""), False: ""})
    )
    order = {name: place for place, name in enumerate(chosen)}
    return frame.sort_values("id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)


def _known_changes(history: pd.DataFrame, whole: Scorecard) -> list[str]:
    """Return how a control chart treats a known change in the quarter of each figure; blank without a change."""
    known = whole.known_changes.set_index(["indicator_id", "quarter"])["treatment"]
    return [str(known.get(key, "")) for key in zip(history["indicator_id"], history["quarter"], strict=True)]


def _comparator_values(history: pd.DataFrame, basket: Basket, comparator: str | None) -> list[float]:
    """Return the comparator's value for each figure, as known in the quarter."""
    table = basket.comparators[basket.comparators["comparator"] == comparator]
    known = {
        quarter: newest(table, Quarter.parse(quarter)).set_index("indicator_id")["value"]
        for quarter in history["quarter"].unique()
    }
    keys = zip(history["indicator_id"], history["quarter"], strict=True)
    return [float(known[quarter].get(name, float("nan"))) for name, quarter in keys]


def _totals(history: pd.DataFrame, whole: Scorecard, basket: Basket) -> pd.Series:
    """Return the number of cases of which each percentage is a share, where an indicator counts them."""
    shares = basket.relations[basket.relations["relation"] == "share of"].set_index("indicator_id")["of"]
    counted = whole.rows.index[whole.rows["unit"] == "number"]
    known = whole.history.set_index(["indicator_id", "quarter"])["value"]
    of = history["indicator_id"].map(shares)
    found = known.reindex(pd.MultiIndex.from_arrays([of, history["quarter"]])).astype(float).reset_index(drop=True)
    return found.where(of.isin(counted).reset_index(drop=True))


def indicators_frame(part: Scorecard) -> pd.DataFrame:
    """Describe each indicator: ``id``, ``name``, ``full_name``, ``unit``, ``decimals``, ``polarity``, ``basis``."""
    rows = part.rows
    return pd.DataFrame(
        {
            "id": rows.index,
            "name": rows["short_name"],
            "full_name": rows["name"],
            "unit": rows["unit"],
            "decimals": rows["decimals"],
            "polarity": rows["polarity"],
            "basis": rows["period_basis"],
        }
    ).reset_index(drop=True)


def comparators_frame(part: Scorecard) -> pd.DataFrame:
    """Return figures with those of comparators, one row per indicator and comparator that has a figure.

    The columns are ``id``, ``name``, ``comparator`` (its label), ``period`` (of the comparator's figure), ``other``
    (its figure) and ``value`` (the council's figure for the reporting quarter).
    """
    rows = part.rows
    found = [
        pd.DataFrame(
            {
                "id": rows.index,
                "name": rows["short_name"],
                "comparator": label,
                "period": rows[f"{comparator}_period"],
                "other": rows[comparator].astype(float),
                "value": rows["value"].astype(float),
            }
        )
        for comparator, label in part.comparators.items()
    ]
    columns = ["id", "name", "comparator", "period", "other", "value"]
    whole = pd.concat(found) if found else pd.DataFrame(columns=columns)
    return whole.dropna(subset=["other"]).reset_index(drop=True)
