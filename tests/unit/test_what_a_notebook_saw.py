"""A report notes the data that it served; nothing else affects it, so a notebook is run again when needed."""

from __future__ import annotations

import inspect
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from quarterly.core.output_errors import FiguresNotSuppressed
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.display import seen
from quarterly.display.figures_frame import ReportFrames
from quarterly.display.report import Report
from quarterly.display.seen import Seen
from quarterly.editions.dependencies import files_named, input_digests, reads_only_reports
from quarterly.measures.scorecard import build_scorecard

AREA, Q3 = "workforce", Quarter(2023, 3)
OTHER = ("mash-enquiries", "mash-enquiries-progressing")
#: Arguments for the methods that need some.
CALLS: dict[str, tuple[Any, ...]] = {
    "beside": ("average-caseload",),
    "lines": OTHER,
    "ranges": ("Ranges", OTHER[1]),
    "parts": (),
    "counts": OTHER,
    "chain": ("Chain", "strategy-discussions-to-section-47", "section-47-to-icpc"),
    "children": ("child-in-need-rate",),
    "standing": OTHER,
    "finding": ("{value}", {"value": 1.0}),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(16), "Title", "Words"),
}
_OPENED: dict[int, Report] = {}
NAMES = [
    name
    for kind in (ReportFrames, Report)
    for name in vars(kind)
    if not name.startswith("_") and name not in Report.__dataclass_fields__
]


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Return the record of what is seen in one test."""
    fresh = Seen()
    for module in ("report", "figures_frame"):
        monkeypatch.setattr(f"quarterly.display.{module}.SEEN", fresh)
    return fresh


def opened(basket: Basket) -> Report:
    key = pd.util.hash_pandas_object(basket.observations["value"]).sum()
    if key not in _OPENED:
        _OPENED[key] = _report(basket)
    return _OPENED[key]


def _report(basket: Basket) -> Report:
    known, whole = basket.as_known_at(Q3), build_scorecard(basket, Q3)
    before = build_scorecard(basket, Q3.previous())
    return Report(known, whole.area(AREA), AREA, whole, before=before.area(AREA))


def shown(report: Report, name: str) -> str:
    found = getattr(report, name)
    if name == "parts":
        found = found("Parts", of=OTHER[0], rest="Rest", Some=OTHER[1], More="repeat-contacts-12-months")
    found = found(*CALLS.get(name, ())) if callable(found) else found
    return found.to_csv() if isinstance(found, pd.DataFrame) else str(getattr(found, "html", found))


def with_others_changed(basket: Basket, kept: set[str]) -> Basket:
    figures = basket.observations
    changed = figures["value"].where(figures["indicator_id"].isin(kept) | figures["value"].isna(), 1.0)
    return replace(basket, observations=figures.assign(value=changed))


@pytest.mark.parametrize("name", NAMES)
def test_data_that_was_not_noted_does_not_affect_the_output(name: str, basket: Basket, noted: Seen) -> None:
    try:
        before = shown(opened(basket), name)
    except KeyError:  # a method for all areas
        assert noted.everything
    if noted.everything:
        return
    rows = basket.indicators
    kept = {*rows.loc[rows["area_id"] == AREA, "indicator_id"], *noted.indicators}
    while more := set(basket.relations.loc[basket.relations["indicator_id"].isin(kept), "of"]) - kept:
        kept |= more
    assert shown(opened(with_others_changed(basket, kept)), name) == before


def test_an_areas_own_parts_do_not_count_as_everything(basket: Basket, noted: Seen) -> None:
    report = opened(basket)
    for name in ("headline", "table", "overview", "figures", "comparators", "signals", "missing"):
        shown(report, name)
    assert not noted.everything
    assert noted.indicators == set()
    report.lines(*OTHER)
    assert noted.indicators == set(OTHER)
    report.areas()
    assert noted.everything


def test_every_method_with_arguments_is_tried() -> None:
    wanting = {
        name
        for name in NAMES
        if inspect.isfunction(method := inspect.getattr_static(Report, name))
        and any(
            one.default is one.empty and one.kind != one.VAR_KEYWORD
            for one in list(inspect.signature(method).parameters.values())[1:]  # the first is the report
        )
    }
    assert wanting - {"figures"} <= set(CALLS)


def test_only_rows_that_were_seen_cause_a_change(basket: Basket) -> None:
    import nbformat

    notebook = nbformat.v4.new_notebook()
    changed = with_others_changed(basket, {"mash-enquiries"})
    for saw, same in (
        (Seen(), True),
        (Seen(indicators={"mash-enquiries"}), True),
        (Seen(indicators={"average-caseload"}), False),
        (Seen(areas={AREA}), False),
        (Seen(everything=True), False),
    ):
        one, two = (input_digests(notebook, {}, known.as_known_at(Q3), saw) for known in (basket, changed))
        assert (one == two) is same, saw


def test_the_record_can_be_passed_between_processes() -> None:
    saw = Seen({"a"}, {"b", "c"}, files={"d.csv"})
    assert Seen.from_json(saw.as_json()) == saw


def test_only_cells_without_other_inputs_are_known() -> None:
    for known in (
        "import altair as alt\nimport pandas as pd\nimport numpy as np",
        "from quarterly import open_report, trend",
        "figures.assign(late=100 - figures['value'])",
    ):
        assert reads_only_reports([known]), known
    for unknown in (
        "import os",
        "import quarterly",
        "from quarterly.disclosure import open_basket",
        "open('x')",
        "%run x",
        "().__class__",
        "pd.read_csv('x')",
        "from . import x",
    ):
        assert not reads_only_reports([unknown]), unknown


def test_outside_a_kernel_nothing_is_recorded() -> None:
    seen.watch()
    assert not seen.SEEN.files


@pytest.mark.parametrize(
    "source",
    [
        "import duckdb\nduckdb.sql(\"from '../data/observations.csv'\")",
        "import polars as pl\npl.scan_csv('../data/*.csv')",
        "import pyarrow.csv as csv\ncsv.read_csv(root / 'data' / 'restatements.csv')",
        "import subprocess\nsubprocess.run(['git', 'show', 'HEAD:data/observations.csv'])",
        "!head ../data/observations.csv",
        "%load ../data/observations.csv",
        "%%bash\ncat ../data/**",
    ],
)
def test_a_cell_that_lets_another_program_or_library_open_suppressed_figures_is_found(source: str) -> None:
    cells = [new_markdown_cell("data/observations.csv"), new_code_cell("report = 1"), new_code_cell(source)]
    assert [number for number, _ in files_named(cells)] == [3]
    plain = "import pandas as pd\nsubtitle = 'Source: data/observations.csv'"
    assert list(files_named([new_code_cell(plain)])) == []


def test_cells_cannot_read_figures_that_are_suppressed(tmp_path: Path) -> None:
    file = tmp_path / "observations.csv"
    file.touch()
    try:
        seen.guard(tmp_path)
        with pytest.raises(FiguresNotSuppressed, match=r"report\.figures\(\)"):
            seen._note("open", (str(file), "r", 0))
        with pytest.raises(FiguresNotSuppressed):
            seen._note("open", (os.fsencode(file), "r", 0))
        with seen.reading_the_project():
            seen._note("open", (str(file), "r", 0))
        seen._note("open", (str(tmp_path / "glossary.csv"), "r", 0))
    finally:
        seen.guard(None)
