"""The sets of comments with labelled claims, and the scores of the rules on them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import yaml
from conftest import COMPARATOR_LABELS, EXAMPLE, PLAIN_RULE

from quarterly.commentary.cells import TAG
from quarterly.commentary.claims import Doubt, Kind, doubts
from quarterly.commentary.format import read_comment
from quarterly.core.quarters import Quarter
from quarterly.data.load import load_basket
from quarterly.measures.direction import direction_of_travel
from quarterly.measures.rag import rate
from quarterly.measures.scorecard import Scorecard, build_scorecard

FOLDER = Path(__file__).parent / "claims"
#: The reporting quarter of the invented figures.
INVENTED = Quarter(2024, 2)
PUBLISHED = Quarter(2023, 3)


@dataclass(frozen=True)
class Case:
    """A comment, its subject, and its words that the figures contradict."""

    name: str
    words: str
    rows: pd.DataFrame
    quarters: list[Quarter]
    wrong: tuple[tuple[Kind, str], ...]

    def found(self) -> list[Doubt]:
        """List the doubts that the rules raise."""
        return doubts(self.words, self.rows, self.quarters, COMPARATOR_LABELS)

    def compare(self) -> tuple[Counter[Kind], list[Doubt], list[tuple[Kind, str]]]:
        """Compare doubts with the labels: the hits of each kind, the false alarms and the misses."""
        hits: Counter[Kind] = Counter()
        alarms, missed = [], list(self.wrong)
        for doubt in self.found():
            same = [label for label in missed if label[0] == doubt.kind and overlap(label[1], doubt)]
            if same:
                missed.remove(same[0])
                hits[doubt.kind] += 1
            else:
                alarms.append(doubt)
        return hits, alarms, missed


def overlap(label: str, doubt: Doubt) -> bool:
    """Return whether a doubt quotes the labelled words, and not merely the same sentence."""
    return (
        label in doubt.said
        or doubt.said in label
        or (label in doubt.quote and bool({*label.split()} & {*doubt.said.split()}))
    )


@cache
def _invented_rows(shown: int) -> tuple[pd.DataFrame, list[Quarter]]:
    stored = yaml.safe_load((FOLDER / "figures.yml").read_text(encoding="utf-8"))
    return make_rows(stored, INVENTED.window(shown))


def invented_rows(names: list[str], shown: int = 4) -> tuple[pd.DataFrame, list[Quarter]]:
    """Make scorecard rows of the invented figures by the real rating rules."""
    rows, quarters = _invented_rows(shown)
    return rows.loc[names], quarters


def make_rows(indicators: dict[str, dict[str, Any]], quarters: list[Quarter]) -> tuple[pd.DataFrame, list[Quarter]]:
    """Make scorecard rows; each indicator has its figures, newest last, and any other fields."""
    records = []
    for indicator in indicators.values():
        figures = [float("nan")] * len(quarters) + [
            float("nan") if v is None else float(v) for v in indicator["figures"]
        ]
        values = figures[-len(quarters) :]
        compared = indicator.get("comparators", {})
        record = {
            **PLAIN_RULE,
            "name": indicator["name"],
            "short_name": indicator.get("short_name", indicator["name"]),
            "unit": indicator["unit"],
            "polarity": indicator.get("polarity", ""),
            "decimals": indicator.get("decimals", 0),
            "target": float(indicator.get("target", "nan")),
            "direction": indicator.get("direction", ""),
            "target_missing": "" if "target" in indicator or "direction" in indicator else "z",
            "tolerance": 5.0,
            "tolerance_basis": "relative",
            "value": values[-1],
            "current": values[-1],
            "previous": values[-2],
            "baseline": values[-3],
            "rag_published": "",
        }
        record |= {str(quarter): value for quarter, value in zip(quarters, values, strict=True)}
        record |= {which: float(compared.get(which, "nan")) for which in COMPARATOR_LABELS}
        record |= {f"{which}_decimals": 1.0 for which in COMPARATOR_LABELS}
        records.append(record)
    rows = pd.DataFrame(records, index=list(indicators))
    return rows.join(rate(rows)).join(direction_of_travel(rows)), quarters


@cache
def invented(part: str) -> tuple[Case, ...]:
    """Read a part of the invented set: ``tuned`` or ``held_out``."""
    cases = yaml.safe_load((FOLDER / f"{part}.yml").read_text(encoding="utf-8"))
    return tuple(
        Case(f"{part} {place}", case["words"], *invented_rows(case["about"], case.get("shown", 4)), wrong_of(case))
        for place, case in enumerate(cases, 1)
    )


def wrong_of(case: dict[str, Any]) -> tuple[tuple[Kind, str], ...]:
    """Read the labels of a case."""
    return tuple((kind, words) for kind in Kind for words in case.get(str(kind), []))


@dataclass(frozen=True)
class Score:
    """The score of the rules on a set, for one kind."""

    hits: int
    alarms: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the doubts that are right; 1 if there are none."""
        return self.hits / (self.hits + self.alarms) if self.hits + self.alarms else 1.0

    @property
    def recall(self) -> float:
        """Share of the contradictions that are found; 1 if there are none."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0


def score(cases: tuple[Case, ...], kind: Kind) -> Score:
    """Count hits, false alarms and misses over a set."""
    results = [case.compare() for case in cases]
    return Score(
        sum(hits[kind] for hits, _, _ in results),
        sum(doubt.kind == kind for _, alarms, _ in results for doubt in alarms),
        sum(label[0] == kind for _, _, missed in results for label in missed),
    )


# --- possible sentences about the published figures
# -------------------------------------------------------------------


@dataclass(frozen=True)
class Sentence:
    """A sentence of a kind, its label, and the parts that the figures contradict."""

    kind: str
    label: str
    case: Case
    marked: tuple[str, ...]

    def doubts(self) -> tuple[list[Doubt], list[Doubt]]:
        """Split the doubts into those about the marked words and false alarms."""
        found = self.case.found()
        right = [doubt for doubt in found if any(overlap(words, doubt) for words in self.marked)]
        return right, [doubt for doubt in found if doubt not in right]


@cache
def _scorecard() -> Scorecard:
    return build_scorecard(load_basket(EXAMPLE / "data"), PUBLISHED)


def _sentence(kind: str, label: str, entry: dict[str, str]) -> Sentence:
    ((about, text),) = entry.items()
    words, marked = re.sub(r"[{}]", "", text), tuple(re.findall(r"{(.+?)}", text))
    rows = _scorecard().rows.loc[about.split(",")]
    return Sentence(kind, label, Case(kind, words, rows, _scorecard().quarters, ()), marked)


@cache
def officers(half: str) -> tuple[Sentence, ...]:
    """Read the ``tuned`` half, every odd sentence of a list, or the other half, which is kept back from the rules."""
    stored = yaml.safe_load((FOLDER / "officers.yml").read_text(encoding="utf-8"))
    return tuple(
        _sentence(kind, label, entry)
        for kind, lists in stored.items()
        for label, entries in lists.items()
        for entry in entries[half != "tuned" :: 2]
    )


def reports() -> list[Sentence]:
    """Read the sentences in the words of quarterly reports."""
    stored = yaml.safe_load((FOLDER / "reports.yml").read_text(encoding="utf-8"))
    return [_sentence("reports", label, entry) for label, entries in stored.items() for entry in entries]


def score_sentences(sentences: list[Sentence]) -> Score:
    """Count the sentences that are rightly doubted, those with a false alarm, and those missed."""
    results = [(sentence, *sentence.doubts()) for sentence in sentences]
    return Score(
        sum(bool(right) for _, right, _ in results),
        sum(bool(alarms) for _, _, alarms in results),
        sum(bool(sentence.marked) and not right for sentence, right, _ in results),
    )


# --- the real commentary ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Label:
    """A claim in the real commentary as a careful reader judged it: supported, contradicted or unknowable."""

    area: str
    cell: str
    kind: Kind
    quote: str
    label: str


@cache
def labels(part: str) -> tuple[Label, ...]:
    """Read the labels of the real commentary, of this ``edition`` or as ``published``."""
    stored = yaml.safe_load((FOLDER / "real.yml").read_text(encoding="utf-8"))[part]
    return tuple(Label(e["area"], e["cell"], Kind(e["kind"]), e["quote"], e["label"]) for e in stored)


@cache
def real(part: str) -> tuple[Case, ...]:
    """Read the real comments with their labels, as in this ``edition`` or as ``published``."""
    scorecard = build_scorecard(load_basket(EXAMPLE / "data"), PUBLISHED)
    stored = yaml.safe_load((FOLDER / "real.yml").read_text(encoding="utf-8"))["published"]
    published = {(entry["area"], entry["cell"]): entry["words"] for entry in stored if "words" in entry}
    cases = []
    for path in sorted((EXAMPLE / "reports" / str(PUBLISHED)).glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            comment = read_comment(cell.source, scorecard.rows) if TAG in cell.metadata.get("tags", []) else None
            words = comment.words if comment and part == "edition" else published.get((path.stem, cell.get("id")))
            if not comment or not words:
                continue
            part_of = scorecard.only(list(comment.indicators)) if comment.indicators else scorecard.area(path.stem)
            wrong = tuple(
                (label.kind, label.quote)
                for label in labels(part)
                if (label.area, label.cell, label.label) == (path.stem, cell.id, "contradicted")
            )
            cases.append(Case(f"{path.stem} {cell.id}", words, part_of.rows, scorecard.quarters, wrong))
    return tuple(cases)


def mirrored(case: Case) -> Case:
    """Mirror the figures of a comment at its targets, so that above becomes below and a rise becomes a fall."""
    rows = case.rows.copy()
    columns = [str(quarter) for quarter in case.quarters]
    axis = rows["target"].fillna(rows[columns[-1]])
    for column in [*columns, "value", "previous", "baseline"]:
        rows[column] = 2 * axis - rows[column]
    rows["rag"] = rate(rows.assign(**PLAIN_RULE, tolerance_basis="relative"))["rag"]
    return replace(case, rows=rows.assign(rag_published=""))
