"""What an extract would change: each figure beside what the basket holds."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.data.load import Basket
from quarterly.data.revisions import KEY


class Kind(StrEnum):
    """What an extract does to a figure."""

    NEW = "new"
    CORRECTED = "corrected"
    RESTATED = "restated"
    WITHDRAWN = "withdrawn"
    SAME = "unchanged"


#: What is noted of a figure that is blank in the extract, or not in it.
NOT_GIVEN = "No figure was given"
PARTS = ("value", "numerator", "denominator", "missing", "note")


def difference(figures: pd.DataFrame, basket: Basket, asked: Quarter, *, whole: bool = True) -> pd.DataFrame:
    """Put each figure of an extract beside what the basket holds.

    Returns the columns of ``figures`` with the old ones beside them (``old_value`` and so on; all missing where nothing
    was held), ``previous`` (the figure of the quarter before, after the import) and ``kind``. An indicator of an area
    of which the extract has others is there for the quarter even where the extract leaves it out, if it is ``whole``.

    Notes
    -----
    A blank says that there is no figure only in the quarter that is imported: in the columns of earlier quarters it
    says nothing, and what is held stays. A reason why a figure is missing does not replace another reason in an earlier
    quarter, because extracts write reasons more carelessly than the report does.
    """
    complete = pd.concat([figures, _left_out(figures, basket, asked)], ignore_index=True) if whole else figures
    held = basket.observations[[*KEY, *PARTS]].rename(columns={name: f"old_{name}" for name in PARTS})
    rows = complete.merge(held, on=KEY, how="left")
    rows["previous"] = _previous(rows, basket)
    rows["kind"] = _kinds(rows, basket, asked)
    blank = (
        (rows["quarter"] == str(asked)) & rows["value"].isna() & (rows["missing"] == "") & (rows["kind"] != Kind.SAME)
    )
    rows.loc[blank, "missing"] = "x"
    rows.loc[blank & (rows["note"] == ""), "note"] = NOT_GIVEN
    return rows


def counts_shown(row: Any) -> tuple[str, str]:
    """Write the counts behind a figure that stays as it was, as held and as in the extract; nothing if it changes."""
    if row.old_value != row.value:
        return "", ""
    pairs = (row.old_numerator, row.old_denominator), (row.numerator, row.denominator)
    before, after = (f" ({n:,.10g} of {d:,.10g})" if n == n else " (counts not held)" for n, d in pairs)
    return before, after


def _left_out(figures: pd.DataFrame, basket: Basket, asked: Quarter) -> pd.DataFrame:
    """Give a row to each indicator that the extract should have and leaves out, unless its figure is held already."""
    areas = basket.indicators.set_index("indicator_id")["area_id"]
    covered = areas.isin(set(areas.reindex(figures["indicator_id"].unique())))
    current = set(figures.loc[figures["quarter"] == str(asked), "indicator_id"])
    held = set(basket.observations.loc[basket.observations["quarter"] == str(asked), "indicator_id"])
    absent = [one for one in areas.index[covered] if one not in current | held]
    texts = {"missing": "", "note": NOT_GIVEN, "doubt": "", "written": "", "place": ""}
    numbers = dict.fromkeys(("value", "numerator", "denominator", "bare", "exact"), np.nan)
    rows = pd.DataFrame({"indicator_id": absent, "quarter": str(asked), **numbers, **texts})
    return rows.astype({name: kind for name, kind in figures.dtypes.items() if name in rows})


def _previous(rows: pd.DataFrame, basket: Basket) -> np.ndarray:
    """Look up the figure of the quarter before, as it would be after the import."""
    known = pd.concat([basket.observations[[*KEY, "value"]], rows.loc[rows["value"].notna(), [*KEY, "value"]]])
    values = known.drop_duplicates(KEY, keep="last").set_index(KEY)["value"]
    before = {text: str(Quarter.parse(text).previous()) for text in rows["quarter"].unique()}
    wanted = pd.MultiIndex.from_arrays([rows["indicator_id"], rows["quarter"].map(before)])
    return values.reindex(wanted).to_numpy(dtype=float)


def _kinds(rows: pd.DataFrame, basket: Basket, asked: Quarter) -> np.ndarray:
    decimals = rows["indicator_id"].map(basket.indicators.set_index("indicator_id")["decimals"])
    current = rows["quarter"] == str(asked)
    held = rows["old_missing"].notna()
    given = rows["value"].notna()
    blank = ~given & (rows["missing"] == "")
    both = given & rows["old_value"].notna()
    alike = published(rows["old_value"], decimals) == published(rows["value"], decimals)
    counts = both & alike
    for part in ("numerator", "denominator"):
        counts &= (rows[part] == rows[f"old_{part}"]) | rows[part].isna()
    same_reason = (
        held & rows["old_value"].isna() & ~given & (~current | (rows["missing"] == rows["old_missing"]) | blank)
    )
    same = counts | same_reason | (blank & ~current)
    lost = ~given & np.where(held, rows["old_value"].notna(), current & rows["previous"].notna())
    return np.select(
        [same, lost, held & ~current, held],
        [Kind.SAME, Kind.WITHDRAWN, Kind.RESTATED, Kind.CORRECTED],
        default=Kind.NEW,
    )
