"""Set up the next quarter: its parameters, the targets that still apply, and a list of what is still missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quarterly.commentary.answers import own_words
from quarterly.commentary.read import read_area
from quarterly.core.errors import NotTheNextQuarter
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Basis, count_of, listing
from quarterly.data.load import Basket, load_basket, read_cells
from quarterly.data.params import load_params
from quarterly.data.project import newest_quarter, params_file
from quarterly.data.schema import TABLE
from quarterly.data.settings import read_yaml
from quarterly.ingest.tables import csv_of, replaced
from quarterly.ingest.targets import targets_at
from quarterly.measures.rates import counted_by_rates
from quarterly.measures.scorecard import build_scorecard
from quarterly.storage.atomic import replace_files

_TARGETS = TABLE["targets"]
_YEARS = re.compile(r"20[0-9]{2}\s?[-/–]\s?(?:20)?[0-9]{2}")

#: The recommendations of a meeting and the progress on earlier ones, with the comments above: not carried over.
_RECOMMENDED = re.compile(r"(?m)^(?:  #.*\n)*  (?:recommendations|progress):.*\n?(?:(?:   |  -).*\n?|\s*\n)*")
_ASK = "The progress on each recommendation: begin with Kept, Late or Dropped, and say more."


@dataclass(frozen=True)
class Missing:
    """One thing that a quarter still needs: what it is, its state, and what to do."""

    what: str
    state: str
    to_do: str


def next_to_set_up(root: Path) -> Quarter:
    """Return the quarter after the newest one, or the newest one itself if it still has no figures."""
    newest = newest_quarter(root)
    return newest.next() if newest in load_basket(root / "data").quarters else newest


def roll_forward(root: Path, quarter: Quarter, *, dry_run: bool = False) -> list[Path]:
    """Set up the quarter that follows the newest one.

    Returns the files that are new or changed, or would be with ``dry_run``; none if the quarter is already set up.

    Raises
    ------
    NotTheNextQuarter
        Another quarter comes next, and this one has no figures yet; or the newest one has none.
    DataFaults
        The data or the parameters of the previous quarter have faults.
    """
    known = load_basket(root / "data").quarters
    if params_file(root, quarter).is_file():
        return []
    newest = newest_quarter(root)
    if newest not in known:
        to_do = f"which has no figures yet. `quarterly new {newest}` lists what it needs. "
        to_do += f"If it is not wanted, delete params/{newest}.yml."
        raise NotTheNextQuarter(str(quarter), str(newest), to_do)
    if quarter != newest.next() and not (quarter > newest and quarter in known):
        to_do = f"and {newest.next()} comes next. Set that up first: quarterly new {newest.next()}. "
        to_do += f"To leave quarters out, add the figures of {quarter} first."
        raise NotTheNextQuarter(str(quarter), str(newest), to_do)
    load_params(root, newest)
    text = params_file(root, newest).read_text(encoding="utf-8")
    contents = {params_file(root, quarter): next_params(text, newest, quarter)}
    targets = read_cells(root / _TARGETS.file, _TARGETS)
    ended = ended_targets(targets, quarter)
    if len(ended):
        carried = ended.assign(from_quarter=str(quarter), to_quarter=str(Quarter(quarter.year, 4)))
        rows = replaced(targets, carried.to_dict("records"), ["indicator_id", "from_quarter"])
        contents[root / _TARGETS.file] = csv_of(rows)
    return list(contents) if dry_run else replace_files(contents)


def next_params(text: str, before: Quarter, quarter: Quarter) -> str:
    """Write the parameters of a quarter: those of one before, without the date of the meeting.

    They ask what has become of each recommendation of that meeting.
    """
    lines: list[str] = []
    recommended = (read_yaml(text).get("meeting") or {}).get("recommendations") or []
    for line in _RECOMMENDED.sub("", text).replace(str(before), str(quarter)).splitlines():
        if re.match(r"\s+date:", line):
            lines.append("  # The day on which the panel meets, as 2024-02-22.\n  # date:")
        elif re.match(r"\s+subject:|source:", line):
            lines.append(_next_subject(line, before, quarter))
        else:
            lines.append(line)
        if recommended and line.startswith("meeting:"):
            lines += [f"  # {_ASK}", "  progress:"]
            lines += [f'    {json.dumps(said, ensure_ascii=False)}: ""' for said in recommended]
    return "\n".join(lines) + "\n"


def _next_subject(line: str, before: Quarter, quarter: Quarter) -> str:
    for between in "-/":
        line = line.replace(before.reporting_year.replace("-", between), quarter.reporting_year.replace("-", between))
    return re.sub(rf"\b(Q|Quarter )0?{before.number}\b", rf"\g<1>{quarter.number}", line)


def ended_targets(targets: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """List the targets to carry over: those that ended with the previous quarter of the same reporting year.

    A new reporting year has its own targets, so none are carried into it.
    """
    last = targets_at(targets, quarter.previous()).reset_index()
    if quarter.begins_year:
        return last.iloc[:0]
    later = targets.loc[targets["from_quarter"] >= str(quarter), "indicator_id"]
    return last[(last["to_quarter"] < str(quarter)) & ~last["indicator_id"].isin(later)]


def still_missing(root: Path, quarter: Quarter) -> list[Missing]:
    """List what a quarter still needs before it can be published."""
    basket = load_basket(root / "data")
    return [
        *_figures(basket, quarter),
        *_targets(basket, quarter),
        *_populations(basket, quarter),
        *_comparators(basket),
        *_meeting(root, quarter),
        *_commentary(root, basket, quarter),
        *_year_to_date(basket, quarter),
        *_standing_text(root, quarter),
    ]


def _figures(basket: Basket, quarter: Quarter) -> Iterator[Missing]:
    there = set(basket.observations.loc[basket.observations["quarter"] == str(quarter), "indicator_id"])
    for area in basket.areas.itertuples(index=False):
        own = basket.indicators.loc[basket.indicators["area_id"] == area.area_id, "indicator_id"]
        if lacking := (~own.isin(there)).sum():
            to_do = f"quarterly import FILE --quarter {quarter}"
            yield Missing(f"Figures: {area.short_name}", f"{lacking} of {len(own)} missing", to_do)


def _targets(basket: Basket, quarter: Quarter) -> Iterator[Missing]:
    to_do = "Write them into data/targets.csv, with z for those without one"
    if quarter.begins_year:
        to_do = (
            "A new reporting year: import them with the figures, or write them into data/targets.csv, with z for those "
            "without one. Until then nothing is rated"
        )
    if lacking := set(basket.indicators["indicator_id"]) - set(targets_at(basket.targets, quarter).index):
        state = f"{len(lacking)} of {len(basket.indicators)} missing"
        yield Missing(f"Targets of {quarter.reporting_year}", state, f"{to_do}.")


def _populations(basket: Basket, quarter: Quarter) -> Iterator[Missing]:
    """Find a missing population if there are those of other quarters: rates can be of anything, such as licences."""
    known = set(basket.populations["quarter"])
    if known and str(quarter) not in known:
        whom = counted_by_rates(basket)
        yield Missing(f"Population of {whom}", "missing", "Add it to data/populations.csv, with its source.")


def _comparators(basket: Basket) -> Iterator[Missing]:
    held = basket.comparators[basket.comparators["value"].notna()]
    periods = sorted(set(held["period"]) - {""})
    national = set(basket.indicators.loc[basket.indicators["comparison"] == "national", "indicator_id"])
    lacking = national - set(held["indicator_id"])
    state = f"the newest are for {periods[-1]}" if periods else "none"
    without = f"; {count_of(len(lacking), 'indicator')} without any" if lacking else ""
    if national:
        yield Missing("Comparators", state + without, "Have newer ones been published? data/comparators.csv")


def _meeting(root: Path, quarter: Quarter) -> Iterator[Missing]:
    if not load_params(root, quarter).meeting.get("date"):
        yield Missing("Day of the meeting", "missing", f"Write it into params/{quarter}.yml.")


def _commentary(root: Path, basket: Basket, quarter: Quarter) -> Iterator[Missing]:
    before = quarter.previous()
    cards = {when: build_scorecard(basket, when) for when in (before, quarter) if when in basket.quarters}
    # An area without indicators is there for earlier editions.
    for area in basket.areas[basket.areas["area_id"].isin(basket.indicators["area_id"])].itertuples(index=False):
        read = {when: read_area(root, area.area_id, when, card.area(area.area_id)) for when, card in cards.items()}
        written = {when: sum(own_words(one.comment) != "" for one in found or ()) for when, found in read.items()}
        if not written.get(quarter):
            then = f"{count_of(written.get(before, 0), 'comment')} to read: reports/{before}/{area.area_id}.ipynb"
            last = f" Last quarter's {then}" if written.get(before) else ""
            to_do = f"Write it into reports/{quarter}/{area.area_id}.ipynb, after quarterly run.{last}"
            yield Missing(f"Commentary: {area.short_name}", "none yet", to_do)


def _year_to_date(basket: Basket, quarter: Quarter) -> Iterator[Missing]:
    names = list(basket.indicators.loc[basket.indicators["period_basis"] == Basis.YEAR_TO_DATE, "short_name"])
    if quarter.begins_year and names:
        to_do = "They start again in April: a fall does not mean a change for the worse. Say so in the commentary."
        yield Missing("Year-to-date measures", listing(names), to_do)


def _standing_text(root: Path, quarter: Quarter) -> Iterator[Missing]:
    """Find years in the standing text that a new reporting year may have made out of date."""
    path = root / "params" / "standing.yml"
    if quarter.begins_year and path.is_file():
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
            if _YEARS.search(line) and not line.lstrip().startswith("#"):
                said = f"line {number}: {line.strip()}"
                yield Missing("Standing text", said, "Is this still true? params/standing.yml")
