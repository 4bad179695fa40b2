"""What imports changed: figures as they were before, and revisions since a figure was last published."""

from __future__ import annotations

import pandas as pd

from quarterly.core.quarters import Quarter

KEY = ["indicator_id", "quarter"]
_PARTS = ("value", "numerator", "denominator", "missing", "note")


def restated_for(restatements: pd.DataFrame) -> pd.Series:
    """Return the quarter for which each restatement was imported: its import is called ``2023-24-Q4-1``."""
    return restatements["import_id"].str.replace("-[0-9]+$", "", regex=True)


def undo_later(observations: pd.DataFrame, restatements: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Return the figures as they were known at a quarter.

    What imports for later quarters changed is undone, the latest first. A figure that they were the first to give is
    left out.
    """
    later = restatements[restated_for(restatements) > str(quarter)]
    if later.empty:
        return observations
    # The first of several later changes holds what was known before all of them.
    before = later.drop_duplicates(KEY).set_index(KEY)
    places = pd.MultiIndex.from_frame(observations[KEY])
    changed = places.isin(before.index)
    kept = observations.copy()
    for part in _PARTS:
        kept.loc[changed, part] = before[f"old_{part}"].reindex(places[changed]).to_numpy()
    absent = changed & kept["value"].isna().to_numpy() & (kept["missing"] == "").to_numpy()
    return kept[~absent]


def revisions(restatements: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """List what was revised since it was last published: what this quarter's imports changed of earlier quarters.

    Returns
    -------
    DataFrame
        One row a figure: ``indicator_id``, ``quarter``, ``old_value``, ``old_missing``, ``new_value``, ``new_missing``.
        A figure that was changed twice has the oldest and the newest value; one that was changed back is left out, and
        so is one where nothing was held before.
    """
    own = restatements[(restated_for(restatements) == str(quarter)) & (restatements["quarter"] < str(quarter))]
    first, last = own.drop_duplicates(KEY), own.drop_duplicates(KEY, keep="last")
    first = first[first["old_value"].notna() | (first["old_missing"] != "")]
    news = ["new_value", "new_missing"]
    net = first.drop(columns=news).merge(last[[*KEY, *news]], on=KEY)
    same = (net["old_missing"] == net["new_missing"]) & (
        (net["old_value"] == net["new_value"]) | (net["old_value"].isna() & net["new_value"].isna())
    )
    return net.loc[~same, [*KEY, "old_value", "old_missing", *news]].reset_index(drop=True)
