"""Work out the tables of ``data/`` after an import, and the doubts that must be accepted first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from quarterly.core.import_errors import NotAccepted, UnknownAcceptance
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.data.revisions import KEY, PARTS
from quarterly.data.schema import TABLE
from quarterly.ingest.contents import Doubt, DoubtRow, RatingRow, frame_of
from quarterly.ingest.difference import Kind, difference
from quarterly.ingest.extract import Extract
from quarterly.ingest.options import Options, reading_rows
from quarterly.ingest.plausible import IMPLAUSIBLE, doubts
from quarterly.ingest.tables import appended, number_text, replaced
from quarterly.ingest.targets import target_changes, with_targets

#: Names that accept several doubts at once.
EVERYTHING = "all"
GROUP = "implausible"


@dataclass(frozen=True)
class Origin:
    """The source of an extract."""

    name: str  # the file, or the database and the file of the query; never a password
    sha256: str  # of the file, or of the query and its result
    day: date  # the day of the import


@dataclass(frozen=True)
class Plan:
    """The effects of an import."""

    quarter: Quarter  # the quarter being imported
    changes: pd.DataFrame  # every figure of the extract compared with the one held (`difference`)
    targets: pd.DataFrame  # the targets that are new or differ (`target_changes`)
    doubts: pd.DataFrame  # the doubts to review (`DoubtRow`), with ``accepted``, whether the analyst accepted each
    # the published ratings that are new or differ: ``indicator_id``, ``quarter``, ``rag``, ``dot`` and ``place``
    ratings: pd.DataFrame
    # the comparators that differ from those held: ``indicator_id``, ``comparator``, ``value``, ``held``
    comparators: pd.DataFrame
    extract: Extract  # with remarks on its targets of other quarters

    @property
    def unaccepted(self) -> pd.DataFrame:
        """The doubts not yet accepted; while there are any, nothing is written."""
        return self.doubts[~self.doubts["accepted"]]

    @property
    def written(self) -> pd.DataFrame:
        """The figures that would be written."""
        return self.changes[self.changes["kind"] != Kind.SAME]


def make_plan(
    extract: Extract, basket: Basket, quarter: Quarter, accept: tuple[str, ...] = (), *, targets: bool = True
) -> Plan:
    """Work out the effects of an import.

    Each item of ``accept`` is ``all``, a `Doubt`, ``implausible``, an indicator's id, or an id with a doubt as
    ``id:doubt``.

    Raises
    ------
    UnknownAcceptance
        An item of ``accept`` is not one of these.
    """
    _require_known(accept, basket)
    changes = difference(extract.figures, basket, quarter, whole=extract.whole)
    goals = extract.targets if targets else extract.targets.iloc[:0]
    applies = (goals["from_quarter"] <= str(quarter)) & (goals["to_quarter"] >= str(quarter))
    new_targets, replaced_targets = target_changes(goals[applies].assign(from_quarter=str(quarter)), basket)
    others, _ = target_changes(goals[~applies], basket)
    ratings, other_ratings = _ratings(extract, basket)
    found = pd.concat(
        [extract.doubts, doubts(changes, basket, quarter), replaced_targets, other_ratings], ignore_index=True
    )
    found["accepted"] = [
        is_accepted(indicator_id, doubt, accept)
        for indicator_id, doubt in zip(found["indicator_id"], found["doubt"], strict=True)
    ]
    told = [
        f"Target of another quarter, not imported: {row.indicator_id}, {row.from_quarter}: the extract says {row.new}, "
        f"and {row.old or 'none'} is held."
        for row in others.itertuples(index=False)
    ]
    held = basket.comparators.rename(columns={"value": "held"})[["indicator_id", "comparator", "held"]]
    compared = extract.comparators.merge(held, on=["indicator_id", "comparator"], how="left")
    compared = compared[(compared["value"] - compared["held"]).abs().fillna(1) > 1e-9]
    extract = replace(extract, remarks=[*extract.remarks, *told])
    return Plan(quarter, changes, new_targets, found, ratings, compared, extract)


def _ratings(extract: Extract, basket: Basket) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the published ratings that are new or differ, and a doubt for each that contradicts one held."""
    held = basket.published_ratings.set_index(["indicator_id", "quarter"])[["rag", "dot"]].T.to_dict()
    rows, found = [], []
    for row in extract.published.itertuples(index=False):
        old = held.get((row.indicator_id, row.quarter), {"rag": "", "dot": ""})
        said = {name: getattr(row, name) or old[name] for name in old}
        if said == old:
            continue
        rows.append({**row._asdict(), **said})
        before, now = (" ".join(filter(None, one.values())) for one in (old, said))
        if any(old[name] not in ("", said[name]) for name in old):
            why = f"The published rating was {before}, and the extract says {now}."
            found.append(DoubtRow(row.indicator_id, row.quarter, str(Doubt.PUBLISHED), why, row.place))
    return frame_of(rows, RatingRow), frame_of(found, DoubtRow)


def _require_known(accept: tuple[str, ...], basket: Basket) -> None:
    kinds = [str(doubt) for doubt in Doubt]
    ids = set(basket.indicators["indicator_id"])
    for text in accept:
        indicator_id, _, doubt = text.partition(":")
        single = text in (EVERYTHING, GROUP, *kinds)
        if not single and (indicator_id not in ids or (doubt and doubt not in (GROUP, *kinds))):
            raise UnknownAcceptance(text, [EVERYTHING, GROUP, *kinds])


def acceptances(doubts: pd.DataFrame) -> list[str]:
    """Return each doubt in the form that accepts it, without an id if it is about the whole extract."""
    pairs = zip(doubts["indicator_id"], doubts["doubt"], strict=True)
    return list(dict.fromkeys(f"{indicator_id}:{doubt}" if indicator_id else doubt for indicator_id, doubt in pairs))


def require_accepted(doubts: pd.DataFrame) -> None:
    """Raise `NotAccepted` if any doubt has not been accepted."""
    if not doubts["accepted"].all():
        raise NotAccepted(acceptances(doubts[~doubts["accepted"]]))


def is_accepted(indicator_id: str, doubt: str, accept: tuple[str, ...]) -> bool:
    """Return whether a doubt is accepted."""
    names = [doubt, *([GROUP] if doubt in IMPLAUSIBLE else [])]
    wanted = {EVERYTHING, indicator_id, *names, *(f"{indicator_id}:{name}" for name in names)}
    return not wanted.isdisjoint(accept)


def planned_tables(
    plan: Plan, cells: dict[str, pd.DataFrame], origin: Origin, options: Options
) -> dict[str, pd.DataFrame]:
    """Return the tables of ``data/`` that an import changes, with the changes; empty if the extract has nothing new.

    ``cells`` holds the current tables, as text. The analyst's ``options`` are stored for the next quarter.
    """
    beside = {name: _with_rows(cells[name], rows, name) for name, rows in plan.extract.other_tables.items()}
    known = all(table.equals(cells[name]) for name, table in beside.items())
    if plan.written.empty and plan.targets.empty and plan.ratings.empty and known:
        return {}
    own = cells["imports"].loc[cells["imports"]["quarter"] == str(plan.quarter), "import_id"]
    import_id = f"{plan.quarter}-{max((int(text.rpartition('-')[2]) for text in own), default=0) + 1}"
    old = [f"old_{part}" for part in PARTS]
    # A first import has no restatements: no edition was published without its figures of earlier quarters.
    begun = cells["observations"]["value"].ne("").any()
    figures, records = [], []
    for row in plan.written.to_dict("records"):
        figures.append(_texts(row, (*KEY, *PARTS)))
        if isinstance(row["old_missing"], str) or (begun and row["quarter"] < str(plan.quarter)):
            new = {f"new_{part}": text for part, text in _texts(row, ("value", "missing")).items()}
            records.append({"import_id": import_id, **_texts(row, (*KEY, *old)), **new})
    tables = beside | {
        "observations": replaced(cells["observations"], figures, KEY),
        "restatements": appended(cells["restatements"], records),
    }
    if len(plan.targets):
        tables["targets"] = with_targets(cells["targets"], plan.targets)
    ratings = plan.ratings.drop(columns="place").to_dict("records")
    aliases = [{"name": name, "indicator_id": indicator_id} for name, indicator_id in options.match.items()]
    tables["published_ratings"] = replaced(cells["published_ratings"], ratings, KEY)
    tables["aliases"] = replaced(cells["aliases"], aliases, ["name"])
    tables["readings"] = replaced(cells["readings"], reading_rows(options, plan.extract.added), ["setting", "name"])
    entry = {
        "import_id": import_id,
        "quarter": str(plan.quarter),
        "date": origin.day.isoformat(),
        "file": origin.name,
        "sha256": origin.sha256,
        "figures": str(len(plan.written)),
        "changed": str(plan.written["old_missing"].notna().sum()),
        "accepted": "; ".join(acceptances(plan.doubts)),
    }
    tables["imports"] = appended(cells["imports"], [entry])
    return {name: table for name, table in tables.items() if not table.equals(cells[name])}


def _with_rows(cells: pd.DataFrame, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Replace the rows with the same first key column; rows with only some of the columns update those columns."""
    key = list(TABLE[name].key)
    if len(rows.columns) < len(cells.columns):
        return replaced(cells, rows.astype(str).to_dict("records"), key)
    kept = cells[~cells[key[0]].isin(rows[key[0]])]
    return pd.concat([kept, rows.astype(str)[cells.columns]]).sort_values(key, ignore_index=True)


def _texts(row: dict[str, object], names: Iterable[str]) -> dict[str, str]:
    return {name: value if isinstance(value := row[name], str) else number_text(value) for name in names}
