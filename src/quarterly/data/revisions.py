"""Figures and descriptions as they were at an earlier quarter, and the revisions since figures were last published."""

from __future__ import annotations

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.data.schema import TABLE

KEY = ["indicator_id", "quarter"]
#: The columns of a figure, which a restatement records as ``old_value`` and so on.
PARTS = ("value", "numerator", "denominator", "missing", "note")


def restated_for(restatements: pd.DataFrame) -> pd.Series:
    """Return the quarter for which each restatement was imported, from its import id, such as ``2023-24-Q4-1``."""
    return restatements["import_id"].str.replace("-[0-9]+$", "", regex=True)


def undo_later(observations: pd.DataFrame, restatements: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Return the figures as they were known at a quarter.

    Changes by imports for later quarters are undone. Figures that did not exist before those imports are left out. If
    that leaves none of the quarter's own, it was delivered late: then the first import that brought some counts as its
    own, since the quarter cannot have been published before.
    """
    made = restated_for(restatements)
    late = made[(made > str(quarter)) & (restatements["quarter"] == str(quarter))]
    for end in (str(quarter), *sorted(late.unique())):
        figures = _undone(observations, restatements, made > end)
        if (figures["quarter"] == str(quarter)).any():
            break
    return figures


def _undone(observations: pd.DataFrame, restatements: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """Return the figures without the changes by later imports, which ``later`` marks."""
    if not later.any():
        return observations
    # Another import for this quarter or an earlier one settles a figure, so only later changes after it are undone. The
    # first of these holds what was known before all of them.
    settled = (~later)[::-1].groupby([restatements[name] for name in KEY]).cumsum()
    before = restatements[settled.reindex(restatements.index) == 0].drop_duplicates(KEY).set_index(KEY)
    places = pd.MultiIndex.from_frame(observations[KEY])
    changed = places.isin(before.index)
    kept = observations.copy()
    for part in PARTS:
        kept.loc[changed, part] = before[f"old_{part}"].reindex(places[changed]).to_numpy()
    absent = changed & kept["value"].isna().to_numpy() & (kept["missing"] == "").to_numpy()
    return kept[~absent]


def described_at(table: str, rows: pd.DataFrame, former: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Return areas or indicators as they were described at a quarter, from ``data/former_descriptions.csv``."""
    then = former[(former["table"] == table) & (former["to_quarter"] >= str(quarter))]
    # Of several descriptions that a column has had since, the first to end was in force.
    then = then.sort_values("to_quarter").drop_duplicates(["id", "column"])
    changed = {}
    for column, each in then.groupby("column"):
        values = rows[TABLE[table].key[0]].map(dict(zip(each["id"], each["value"], strict=True)))
        changed[str(column)] = values.where(values.notna(), rows[column]).astype(rows[column].dtype)
    return rows.assign(**changed)


def revisions(restatements: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """List the figures of earlier quarters that this quarter's imports revised since they were last published.

    Returns
    -------
    DataFrame
        One row per figure: ``indicator_id``, ``quarter``, ``old_value``, ``old_missing``, ``new_value`` and
        ``new_missing``. A figure that was changed twice has the oldest and the newest value. Figures that were changed
        back, or did not exist before, are left out.
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


def in_force(members: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Select the members of groups in a quarter; a blank ``from_quarter`` or ``to_quarter`` sets no limit."""
    ends = members["to_quarter"]
    return members[(members["from_quarter"] <= quarter) & ((ends == "") | (ends >= quarter))]
