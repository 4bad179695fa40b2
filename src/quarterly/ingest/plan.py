"""The tables of ``data/`` as an import would leave them, and whether it may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from quarterly.core.errors import UnknownAcceptance
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.ingest.difference import PARTS, Kind, difference
from quarterly.ingest.extract import Extract
from quarterly.ingest.plausible import IMPLAUSIBLE, Doubt, doubts
from quarterly.ingest.remembered import kept
from quarterly.ingest.said import Options
from quarterly.ingest.tables import inserted, number_text, replaced
from quarterly.ingest.targets import target_changes, with_targets

#: What stands for several doubts at once.
EVERYTHING = "all"
GROUP = "implausible"


@dataclass(frozen=True)
class Origin:
    """Where an extract comes from.

    Parameters
    ----------
    name : str
        The file's name, or the database and the file of the query; never a password.
    sha256 : str
        Of the file; of a query, of what it gave.
    day : date
        The day of the import.
    """

    name: str
    sha256: str
    day: date


@dataclass(frozen=True)
class Plan:
    """What an import would do.

    Parameters
    ----------
    asked : Quarter
        The quarter that is imported.
    changes : DataFrame
        Every figure of the extract beside what is held (`difference`).
    targets : DataFrame
        The targets that are new or differ (`target_changes`).
    doubts : DataFrame
        What somebody should look at (`Warned`), with ``accepted``, whether somebody has.
    comparators : DataFrame
        The comparators that differ from those that are held: ``indicator_id``, ``comparator``, ``value``, ``held``.
    remarks : list of str
        What of the extract was not read.
    """

    asked: Quarter
    changes: pd.DataFrame
    targets: pd.DataFrame
    doubts: pd.DataFrame
    comparators: pd.DataFrame
    remarks: list[str]

    @property
    def unaccepted(self) -> pd.DataFrame:
        """The doubts that nobody has accepted: with any of these nothing is written."""
        return self.doubts[~self.doubts["accepted"]]

    @property
    def written(self) -> pd.DataFrame:
        """The figures that would be written."""
        return self.changes[self.changes["kind"] != Kind.SAME]


def make_plan(
    extract: Extract, basket: Basket, asked: Quarter, accept: tuple[str, ...] = (), *, targets: bool = True
) -> Plan:
    """Work out what an import would do.

    Parameters
    ----------
    extract : Extract
        What the extract says.
    basket : Basket
        What is held.
    asked : Quarter
        The quarter that is imported.
    accept : tuple of str
        What is accepted: ``all``, a `Doubt`, ``implausible``, the id of an indicator, or both as ``id:doubt``.
    targets : bool
        Whether the targets of the extract are looked at.

    Raises
    ------
    UnknownAcceptance
        Something is accepted that is no doubt and no indicator.
    """
    _require_known(accept, basket)
    changes = difference(extract.figures, basket, asked)
    goals = extract.targets if targets else extract.targets.iloc[:0]
    applying, others = _of_quarter(goals, asked)
    new_targets, replaced_targets = target_changes(applying, basket)
    found = pd.concat([extract.doubts, doubts(changes, basket, asked), replaced_targets], ignore_index=True)
    found["accepted"] = [
        is_accepted(indicator_id, doubt, accept)
        for indicator_id, doubt in zip(found["indicator_id"], found["doubt"], strict=True)
    ]
    remarks = [*extract.remarks, *_other_targets(others, basket)]
    return Plan(asked, changes, new_targets, found, _other_comparators(extract, basket), remarks)


def _of_quarter(goals: pd.DataFrame, asked: Quarter) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the targets into those that apply in a quarter, from then on, and all others."""
    applies = (goals["from_quarter"] <= str(asked)) & (goals["to_quarter"] >= str(asked))
    return goals[applies].assign(from_quarter=str(asked)), goals[~applies]


def _other_targets(goals: pd.DataFrame, basket: Basket) -> list[str]:
    """Tell of the targets of other quarters that differ from those that are held: they are not imported."""
    changed, _ = target_changes(goals, basket)
    return [
        f"Target of another quarter, not imported: {row.indicator_id}, {row.from_quarter}: the extract says {row.new}, "
        f"and {row.old or 'none'} is held."
        for row in changed.itertuples(index=False)
    ]


def _require_known(accept: tuple[str, ...], basket: Basket) -> None:
    kinds = [str(doubt) for doubt in Doubt]
    ids = set(basket.indicators["indicator_id"])
    for text in accept:
        indicator_id, _, doubt = text.partition(":")
        single = text in (EVERYTHING, GROUP, *kinds)
        if not single and (indicator_id not in ids or (doubt and doubt not in (GROUP, *kinds))):
            raise UnknownAcceptance(text, [EVERYTHING, GROUP, *kinds])


def acceptances(doubts: pd.DataFrame) -> list[str]:
    """Name each doubt as it is accepted: by its kind alone where it is about the whole extract."""
    pairs = zip(doubts["indicator_id"], doubts["doubt"], strict=True)
    return list(dict.fromkeys(f"{indicator_id}:{doubt}" if indicator_id else doubt for indicator_id, doubt in pairs))


def is_accepted(indicator_id: str, doubt: str, accept: tuple[str, ...]) -> bool:
    """Return whether a doubt is among what is accepted."""
    names = [doubt, *([GROUP] if doubt in IMPLAUSIBLE else [])]
    wanted = {EVERYTHING, indicator_id, *names, *(f"{indicator_id}:{name}" for name in names)}
    return not wanted.isdisjoint(accept)


def _other_comparators(extract: Extract, basket: Basket) -> pd.DataFrame:
    held = basket.comparators.rename(columns={"value": "held"})[["indicator_id", "comparator", "held"]]
    both = extract.comparators.merge(held, on=["indicator_id", "comparator"], how="left")
    return both[(both["value"] - both["held"]).abs().fillna(1) > 1e-9]


def planned_tables(
    plan: Plan, cells: dict[str, pd.DataFrame], origin: Origin, options: Options
) -> dict[str, pd.DataFrame]:
    """Return the tables that an import changes, as they would be.

    Parameters
    ----------
    plan : Plan
        What the import would do.
    cells : dict of str to DataFrame
        The cells of the tables of ``data/`` as text, by name.
    origin : Origin
        Where the extract comes from.
    options : Options
        What the analyst said of it; it is kept for the next quarter.

    Returns
    -------
    dict of str to DataFrame
        The tables that change, by name, as text. Empty when the extract says nothing new.
    """
    if plan.written.empty and plan.targets.empty:
        return {}
    tables = {"observations": cells["observations"], "restatements": cells["restatements"]}
    import_id = _next_id(cells["imports"], plan.asked)
    for row in plan.written.itertuples(index=False):
        figure = {"indicator_id": row.indicator_id, "quarter": row.quarter, **_parts(row)}
        tables["observations"] = replaced(tables["observations"], figure, ["indicator_id", "quarter"])
        if row.kind not in (Kind.NEW, Kind.WITHDRAWN) or isinstance(row.old_missing, str):
            record = {"import_id": import_id, "indicator_id": row.indicator_id, "quarter": row.quarter, **_old(row)}
            tables["restatements"] = inserted(tables["restatements"], record, [])
    if len(plan.targets):
        tables["targets"] = with_targets(cells["targets"], plan.targets)
    tables["aliases"] = cells["aliases"]
    for name, indicator_id in options.match.items():
        tables["aliases"] = replaced(tables["aliases"], {"name": name, "indicator_id": indicator_id}, ["name"])
    tables["readings"] = cells["readings"]
    for row in kept(options):
        tables["readings"] = replaced(tables["readings"], row, ["setting", "name"])
    changed = len(tables["restatements"]) - len(cells["restatements"])
    entry = {
        "import_id": import_id,
        "quarter": str(plan.asked),
        "date": origin.day.isoformat(),
        "file": origin.name,
        "sha256": origin.sha256,
        "figures": str(len(plan.written)),
        "changed": str(changed),
        "accepted": "; ".join(acceptances(plan.doubts)),
    }
    tables["imports"] = inserted(cells["imports"], entry, [])
    return {name: table for name, table in tables.items() if not table.equals(cells[name])}


def _next_id(imports: pd.DataFrame, asked: Quarter) -> str:
    own = imports.loc[imports["quarter"] == str(asked), "import_id"]
    return f"{asked}-{max((int(text.rpartition('-')[2]) for text in own), default=0) + 1}"


def _parts(row: object) -> dict[str, str]:
    values = {part: getattr(row, part) for part in PARTS}
    return {part: value if isinstance(value, str) else number_text(value) for part, value in values.items()}


def _old(row: object) -> dict[str, str]:
    values = {f"old_{part}": getattr(row, f"old_{part}") for part in PARTS}
    texts = {name: value if isinstance(value, str) else number_text(value) for name, value in values.items()}
    return {**texts, "new_value": number_text(getattr(row, "value")), "new_missing": getattr(row, "missing")}  # noqa: B009
