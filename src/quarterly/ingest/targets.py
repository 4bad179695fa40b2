"""What an extract says of targets, beside those that the basket holds."""

from __future__ import annotations

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.written import format_value
from quarterly.data.load import Basket
from quarterly.ingest.plausible import Doubt, Warned
from quarterly.ingest.tables import inserted, number_text


def targets_at(targets: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Give the targets that apply in a quarter, indexed by indicator."""
    text = str(quarter)
    applied = targets[(targets["from_quarter"] <= text) & (targets["to_quarter"] >= text)]
    return applied.set_index("indicator_id")


def target_changes(goals: pd.DataFrame, basket: Basket, asked: Quarter) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the targets of an extract that the basket does not hold.

    Parameters
    ----------
    goals : DataFrame
        The targets of an `Extract`. One that the extract leaves out or calls not available changes nothing.
    basket : Basket
        What is held.
    asked : Quarter
        The quarter that is imported.

    Returns
    -------
    DataFrame
        The rows of ``goals`` that are new or differ, with ``old`` and ``new`` as a reader sees them.
    DataFrame
        A doubt, with the columns of `Warned`, for each that replaces another target or may be a fraction.
    """
    held = targets_at(basket.targets, asked)
    units = basket.indicators.set_index("indicator_id")["unit"]
    rows, found = [], []
    for goal in goals.itertuples(index=False):
        stated = pd.notna(goal.value) or goal.direction or goal.missing == "z"
        old = held.loc[goal.indicator_id] if goal.indicator_id in held.index else None
        if not stated or (old is not None and _same(goal, old)):
            continue
        new = _shown(goal.value, goal.direction, units[goal.indicator_id])
        before = "" if old is None else _shown(old["value"], old["direction"], units[goal.indicator_id])
        rows.append({**goal._asdict(), "old": before, "new": new})
        if 0 < goal.bare < 1:
            why = f"The target {goal.bare:g} may be the fraction of {goal.bare * 100:g}%. Write it as a percentage."
            found.append(Warned(goal.indicator_id, str(asked), str(Doubt.FRACTION), why, goal.place))
        if old is not None:
            why = f"The target was {before}, and the extract says {new}."
            found.append(Warned(goal.indicator_id, str(asked), str(Doubt.TARGET), why, goal.place))
    changed = pd.DataFrame(rows, columns=[*goals.columns, "old", "new"])
    return changed, pd.DataFrame(found, columns=list(Warned._fields))


def _same(goal: object, old: pd.Series) -> bool:
    # What a cell cannot say, a band, a comparator to follow or a decision, is not contradicted by what it does say.
    if pd.notna(old["lower"]) or pd.notna(old["upper"]) or old["comparator"] or old["status"]:
        return True
    value, direction, missing = (getattr(goal, name) for name in ("value", "direction", "missing"))
    both = pd.notna(value) and pd.notna(old["value"])
    if both:
        return bool(abs(value - old["value"]) < 1e-9)
    return bool(pd.isna(value) and pd.isna(old["value"]) and (direction, missing) == (old["direction"], old["missing"]))


def _shown(value: float, direction: str, unit: str) -> str:
    return format_value(value, unit) or str(direction).capitalize() or "none"


def with_targets(cells: pd.DataFrame, changed: pd.DataFrame, asked: Quarter) -> pd.DataFrame:
    """Write targets into ``data/targets.csv``: a target that they replace ends in the quarter before.

    Parameters
    ----------
    cells : DataFrame
        The cells of the file, as text.
    changed : DataFrame
        What `target_changes` found.
    asked : Quarter
        From which quarter the new ones apply, to the end of its reporting year or of the target they replace.
    """
    now, before, end = str(asked), str(asked.previous()), str(Quarter(asked.year, 4))
    for goal in changed.itertuples(index=False):
        mine = cells["indicator_id"] == goal.indicator_id
        applies = mine & (cells["from_quarter"] <= now) & (cells["to_quarter"] >= now)
        later = cells.loc[mine & (cells["from_quarter"] > now), "from_quarter"]
        last = cells.loc[applies, "to_quarter"].max() if applies.any() else end
        if len(later):
            last = min(last, str(Quarter.parse(later.min()).previous()))
        row = {
            "indicator_id": goal.indicator_id,
            "from_quarter": now,
            "to_quarter": last,
            "value": number_text(goal.value),
            "direction": goal.direction,
            "missing": goal.missing,
        }
        tolerance = cells.loc[applies, "tolerance"]
        row["tolerance"] = tolerance.iloc[0] if len(tolerance) else ""
        cells = cells[~(applies & (cells["from_quarter"] == now))].copy()
        cells.loc[applies.reindex(cells.index), "to_quarter"] = before
        cells = inserted(cells, row, ["indicator_id", "from_quarter"])
    return cells.reset_index(drop=True)
