"""Compare the targets of an extract with those that the basket holds."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.written import format_value
from quarterly.data.load import Basket
from quarterly.ingest.contents import Doubt, DoubtRow, frame_of
from quarterly.ingest.tables import number_text, replaced


def targets_at(targets: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Return the targets that apply in a quarter, indexed by indicator."""
    text = str(quarter)
    applied = targets[(targets["from_quarter"] <= text) & (targets["to_quarter"] >= text)]
    return applied.set_index("indicator_id")


def target_changes(goals: pd.DataFrame, basket: Basket) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the targets of an extract that the basket does not hold, with ``old`` and ``new`` as readable text.

    A target that is left out or not available changes nothing. The second frame (`DoubtRow`) has a doubt for each
    target that replaces another or may be a fraction.
    """
    units = basket.indicators.set_index("indicator_id")["unit"]
    rows: list[dict[str, Any]] = []
    found: list[DoubtRow] = []
    for goal in goals.itertuples(index=False):
        held = targets_at(basket.targets, Quarter.parse(goal.from_quarter))
        old = held.loc[goal.indicator_id] if goal.indicator_id in held.index else None
        if not _stated(goal) or (old is not None and _same(goal, old)):
            continue
        new, before = (_shown(one, units[goal.indicator_id]) if one is not None else "" for one in (goal, old))
        rows.append({**goal._asdict(), "old": before, "new": new})
        if 0 < goal.bare < 1:
            why = f"The target {goal.bare:g} may be a fraction for {goal.bare * 100:g}%. Write it as a percentage."
            found.append(DoubtRow(goal.indicator_id, goal.from_quarter, str(Doubt.FRACTION), why, goal.place))
        if old is not None:
            why = f"The target was {before}, and the extract says {new}."
            found.append(DoubtRow(goal.indicator_id, goal.from_quarter, str(Doubt.TARGET), why, goal.place))
    changed = pd.DataFrame(rows, columns=[*goals.columns, "old", "new"])
    return changed, frame_of(found, DoubtRow)


def _stated(goal: Any) -> bool:
    """Return whether a target can be stored; one not known yet cannot."""
    number = pd.notna(goal.value) or pd.notna(goal.lower)
    return bool(number or goal.direction or goal.status or goal.missing == "z")


def _same(goal: Any, old: pd.Series) -> bool:
    # An extract cannot express a comparator as a target, and "none" does not contradict a status.
    if old["comparator"] or (old["status"] and goal.missing):
        return True
    texts = all(getattr(goal, name) == old[name] for name in ("direction", "status", "missing"))
    numbers = (number_text(getattr(goal, name)) == number_text(old[name]) for name in ("value", "lower", "upper"))
    return texts and all(numbers)


def _shown(target: Any, unit: str) -> str:
    """Return a target, from an extract or the basket, as readable text."""
    band = " to ".join(format_value(end, unit) for end in (target.lower, target.upper) if pd.notna(end))
    words = str(target.direction or target.status).capitalize()
    return format_value(target.value, unit) or band or words or "none"


def with_targets(cells: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Apply the changes from `target_changes` to the table of targets.

    A replaced target ends in the previous quarter. A new one lasts until its last quarter or the end of the target that
    it replaces, but not into a later target.
    """
    held: dict[str, dict[str, dict[Hashable, str]]] = {}  # by indicator and first quarter
    for line in cells.to_dict("records"):
        held.setdefault(line["indicator_id"], {})[line["from_quarter"]] = line
    for goal in changed.sort_values("from_quarter", kind="stable").itertuples(index=False):
        now, own = goal.from_quarter, held.setdefault(goal.indicator_id, {})
        applies = [line for line in own.values() if line["from_quarter"] <= now <= line["to_quarter"]]
        last = max((line["to_quarter"] for line in applies), default=goal.to_quarter)
        if later := [first for first in own if first > now]:
            last = min(last, str(Quarter.parse(min(later)).previous()))
        row = {"indicator_id": goal.indicator_id, "from_quarter": now, "to_quarter": last}
        row |= {name: number_text(getattr(goal, name)) for name in ("value", "lower", "upper")}
        row |= {name: getattr(goal, name) for name in ("direction", "status", "missing")}
        row["tolerance"] = applies[0]["tolerance"] if applies else ""
        for line in applies:
            line["to_quarter"] = str(Quarter.parse(now).previous())
        own[now] = dict.fromkeys(cells.columns, "") | row
    rows = [line for own in held.values() for line in own.values()]
    unheld = [name for name in ("lower", "upper", "status") if name not in cells and any(row.get(name) for row in rows)]
    return replaced(cells.assign(**dict.fromkeys(unheld, "")), rows, ["indicator_id", "from_quarter"])
