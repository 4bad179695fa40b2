"""Compare each figure of an extract with the one that the basket holds."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.data.load import Basket
from quarterly.data.revisions import KEY, PARTS


class Kind(StrEnum):
    """How an extract changes a figure."""

    NEW = "new"
    CORRECTED = "corrected"
    RESTATED = "restated"
    WITHDRAWN = "withdrawn"
    SAME = "unchanged"


#: The note on a figure that is blank in the extract or missing from it.
NOT_GIVEN = "No figure was given"


def difference(figures: pd.DataFrame, basket: Basket, quarter: Quarter, *, whole: bool = True) -> pd.DataFrame:
    """Compare each figure of an extract with the one that the basket holds.

    Returns the columns of ``figures`` with the held ones (``old_value`` and so on; all missing if nothing was held),
    ``previous`` (the figure of the previous quarter, after the import) and ``kind``. If the extract is ``whole``, an
    indicator that it leaves out still gets a row for the quarter, provided that the extract covers its area.

    Notes
    -----
    A blank means that there is no figure only in the quarter being imported: in earlier quarters it means nothing, and
    the held figure stays. In an earlier quarter a reason for a missing figure does not replace another reason, because
    extracts are less careful about reasons than the report is.
    """
    complete = pd.concat([figures, _left_out(figures, basket, quarter)], ignore_index=True) if whole else figures
    held = basket.observations[[*KEY, *PARTS]].rename(columns={name: f"old_{name}" for name in PARTS})
    rows = complete.merge(held, on=KEY, how="left")
    rows["previous"] = _previous(rows, basket)
    rows["kind"] = _kinds(rows, basket, quarter)
    blank = (rows["quarter"] == str(quarter)) & rows["value"].isna()
    blank &= (rows["missing"] == "") & (rows["kind"] != Kind.SAME)
    rows.loc[blank, "missing"] = "x"
    rows.loc[blank & (rows["note"] == ""), "note"] = NOT_GIVEN
    return rows


def counts_shown(row: Any) -> tuple[str, str]:
    """Return the held and new counts behind an unchanged figure, as text; blank if the figure changes."""
    if row.old_value != row.value:
        return "", ""
    pairs = (row.old_numerator, row.old_denominator), (row.numerator, row.denominator)
    before, after = (f" ({n:,.10g} of {d:,.10g})" if n == n else " (counts not held)" for n, d in pairs)
    return before, after


def _left_out(figures: pd.DataFrame, basket: Basket, quarter: Quarter) -> pd.DataFrame:
    """Return a row for each indicator that the extract should include but omits, unless its figure is already held."""
    areas = basket.indicators.set_index("indicator_id")["area_id"]
    covered = areas.isin(set(areas.reindex(figures["indicator_id"].unique())))
    current = set(figures.loc[figures["quarter"] == str(quarter), "indicator_id"])
    held = set(basket.observations.loc[basket.observations["quarter"] == str(quarter), "indicator_id"])
    absent = [one for one in areas.index[covered] if one not in current | held]
    texts = {"missing": "", "note": NOT_GIVEN, "doubt": "", "written": "", "place": ""}
    rows = pd.DataFrame({"indicator_id": absent, "quarter": str(quarter), **texts}, columns=figures.columns)
    return rows.astype(figures.dtypes)


def _previous(rows: pd.DataFrame, basket: Basket) -> np.ndarray:
    """Return the figure of the previous quarter for each row, as it would be after the import."""
    known = pd.concat([basket.observations[[*KEY, "value"]], rows.loc[rows["value"].notna(), [*KEY, "value"]]])
    values = known.drop_duplicates(KEY, keep="last").set_index(KEY)["value"]
    before = {text: str(Quarter.parse(text).previous()) for text in rows["quarter"].unique()}
    wanted = pd.MultiIndex.from_arrays([rows["indicator_id"], rows["quarter"].map(before)])
    return values.reindex(wanted).to_numpy(dtype=float)


def _kinds(rows: pd.DataFrame, basket: Basket, quarter: Quarter) -> np.ndarray:
    decimals = rows["indicator_id"].map(basket.indicators.set_index("indicator_id")["decimals"])
    current = rows["quarter"] == str(quarter)
    held = rows["old_missing"].notna()
    given = rows["value"].notna()
    blank = ~given & (rows["missing"] == "")
    both = given & rows["old_value"].notna()
    alike = published(rows["old_value"], decimals) == published(rows["value"], decimals)
    counts = both & alike
    for part in ("numerator", "denominator"):
        counts &= (rows[part] == rows[f"old_{part}"]) | rows[part].isna()
    same_reason = ~current | (rows["missing"] == rows["old_missing"]) | blank
    same = counts | (held & rows["old_value"].isna() & ~given & same_reason) | (blank & ~current)
    lost = ~given & np.where(held, rows["old_value"].notna(), current & rows["previous"].notna())
    kinds = [Kind.SAME, Kind.WITHDRAWN, Kind.RESTATED, Kind.CORRECTED]
    return np.select([same, lost, held & ~current, held], kinds, default=Kind.NEW)
