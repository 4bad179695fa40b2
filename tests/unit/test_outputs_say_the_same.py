"""Every output writes an awkward row in the same words and the same colours."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import docx
import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner
from conftest import EXAMPLE, ROOT
from readers import as_shown, body_of, sheet_rows, table_rows, text_of
from small_basket import small_basket

from quarterly.cli.main import main
from quarterly.commentary.pins import Change, changes
from quarterly.commentary.read import figures_shown
from quarterly.core.palette import LOOKS
from quarterly.core.quarters import Quarter
from quarterly.core.written import format_value, points, signed
from quarterly.data.load import Basket
from quarterly.display import comparison, explore, officer_context
from quarterly.display.charts.ratings import ratings
from quarterly.display.charts.trend import trend
from quarterly.display.indicator_page import indicator_page
from quarterly.display.report import Report
from quarterly.display.tables import indicator_table, kpi_rows, kpi_table
from quarterly.measures.compare import compare
from quarterly.measures.scorecard import Scorecard, build_scorecard
from quarterly.outputs.forms.export import build_document
from quarterly.outputs.paper.area import write_tables
from quarterly.outputs.paper.layout import Numbers
from quarterly.outputs.word.document import add_paragraph, open_document
from quarterly.outputs.word.styles import STYLED
from quarterly.outputs.workbook.opendata import csv_text, tidy
from quarterly.outputs.workbook.sheets import history_sheet, scorecard_sheet
from quarterly.outputs.workbook.xlsx import Sheet, write_xlsx

Q3, LABEL, AREA = Quarter(2023, 3), "Q3 2023-24", "early-help"
HEADS = ["Unit", LABEL, "Target", "Polarity", "RAG", "Direction of travel", "England"]
LOWER, HIGHER = "Lower is better", "Higher is better"
RATE, COUNT, SHARE = "Rate per 100,000 collections", "Number", "Percentage"

#: Each awkward indicator as shown in a table that explains its symbols.
WRITTEN = {
    "rate-per-100000": [RATE, "1,234.5", "1,200", LOWER, "Amber", "Negative", "1,100.25"],
    "band": [SHARE, "90%", "85% to 92%", "None", "Green", "Decrease", "x"],
    "direction": [COUNT, "1,953", "Decreasing", LOWER, "Green", "Positive", "Local measure"],
    "as-a-comparator": [SHARE, "66%", "70%", HIGHER, "Red", "Positive", "70.0%"],
    "confidential": [COUNT, "c", "None", "None", "Not targeted", "x", "c"],
    "lost": [COUNT, "x", "5", LOWER, "Not rated", "x", "x"],
    "rounds-to-nought": [SHARE, "k", "5%", LOWER, "Not rated", "x", "k"],
    "not-applicable": [SHARE, "z", "5%", LOWER, "Not rated", "x", "z"],
    "data-only": [COUNT, "1", "None", "None", "Data only", "Stable", "x"],
    "in-measurement": [COUNT, "12,345", "None", HIGHER, "In measurement", "Increase", "x"],
    "target-lost": [COUNT, "4", "x", HIGHER, "Not rated", "Positive", "x"],
    "target-not-set": [COUNT, "4", "x", HIGHER, "Not rated", "Increase", "x"],
    "no-polarity": [COUNT, "4", "3", "None", "Not rated", "Increase", "x"],
    "nought": [COUNT, "0", "0", LOWER, "Green", "Stable", "0"],
    "rounds-exactly": [SHARE, "84.6%", "7.65%", HIGHER, "Green", "Positive", "84.60%"],
    "two-ways": [COUNT, "7", "8", HIGHER, "Red", "Positive (previous quarter); negative (previous year end)", "x"],
}
FIGURES: dict[str, list[float | None]] = {
    "rate-per-100000": [1100.0, 1150.0, 1200.5, 1234.5],
    "band": [84.0, 90.0, 91.0, 90.0],
    "direction": [2001.0, 2000.0, 1990.0, 1953.0],
    "as-a-comparator": [60.0, 61.0, 65.0, 66.0],
    **{name: [9.0, 8.0, 7.0, None] for name in ("confidential", "lost", "rounds-to-nought", "not-applicable")},
    "data-only": [1.0, 1.0, 1.0, 1.0],
    "in-measurement": [3.0, 3.0, 12344.0, 12345.0],
    **{name: [1.0, 2.0, 3.0, 4.0] for name in ("target-lost", "target-not-set", "no-polarity")},
    "nought": [0.0, 0.0, 0.0, 0.0],
    "rounds-exactly": [84.5, 84.5, 84.5, 84.6],
    "two-ways": [9.0, 5.0, 6.0, 7.0],
}
SYMBOLS = {"confidential": "c", "rounds-to-nought": "k", "not-applicable": "z"}
TARGETS: dict[str, dict[str, object]] = {
    "rate-per-100000": {"value": 1200.0},
    "band": {"lower": 85.0, "upper": 92.0},
    "direction": {"direction": "decreasing"},
    "as-a-comparator": {"comparator": "england"},
    "confidential": {"missing": "z"},
    **{name: {"value": 5.0} for name in ("lost", "rounds-to-nought", "not-applicable")},
    "data-only": {"status": "data only"},
    "in-measurement": {"status": "in measurement"},
    "target-lost": {"missing": "x"},
    "no-polarity": {"value": 3.0},
    "nought": {"value": 0.0},
    "rounds-exactly": {"value": 7.65},
    "two-ways": {"value": 8.0},
}
REASONS = {"c": "Confidential", "x": "Not available", "z": "Not applicable", "k": "Rounds to zero"}


def full(text: str) -> str:
    """Write a cell as shown where symbols are not explained."""
    return REASONS.get(text, text)


def rows_like(like: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    blank = {name: float("nan") if kind.kind == "f" else "" for name, kind in like.dtypes.items()}
    return pd.DataFrame([{**blank, **row} for row in rows], columns=like.columns).astype(like.dtypes)


@pytest.fixture(scope="module")
def awkward(basket: Basket) -> Basket:
    """Return a basket in which each row is awkward in a different way."""
    made = small_basket(basket, FIGURES, first="2022-23-Q4")
    kinds = {RATE: "rate", COUNT: "number", SHARE: "percentage"}
    polarity = {LOWER: "lower", HIGHER: "higher", "None": ""}
    names = list(WRITTEN)
    indicators = made.indicators.assign(
        unit=[kinds[WRITTEN[name][0]] for name in names],
        per=["100,000 collections" if WRITTEN[name][0] == RATE else "" for name in names],
        decimals=[1 if name in ("rate-per-100000", "rounds-exactly") else 0 for name in names],
        polarity=[polarity[WRITTEN[name][3]] for name in names],
        basis_source="stated",
        rule=["two-ways" if name == "two-ways" else "" for name in names],
        comparison=["local measure" if name == "direction" else "national" for name in names],
    )
    observations = made.observations.copy()
    for name, symbol in SYMBOLS.items():
        observations.loc[(observations["indicator_id"] == name) & observations["value"].isna(), "missing"] = symbol
    compared: list[dict[str, Any]] = []
    for name, written in WRITTEN.items():
        text = written[-1].replace(",", "").rstrip("%")
        known = text not in (*REASONS, "Local measure")
        place = len(text.partition(".")[2]) if known else 0
        cell = {"value": float(text)} if known else {"missing": text}
        if name != "direction":
            about = {"indicator_id": name, "comparator": "england", "period": "2022-23", "value_decimals": place}
            compared.append({**about, **cell})
    targets = [
        {"indicator_id": name, "from_quarter": "2023-24-Q1", "to_quarter": "2023-24-Q4", **said}
        for name, said in TARGETS.items()
    ]
    two_ways = basket.rules.assign(rule_id="two-ways", dot_basis="previous quarter; previous year end")
    return replace(
        made,
        rules=pd.concat([basket.rules, two_ways], ignore_index=True),
        indicators=indicators.astype(made.indicators.dtypes),
        observations=observations,
        targets=rows_like(basket.targets, targets),
        comparators=rows_like(basket.comparators, compared),
        comparator_names=basket.comparator_names[basket.comparator_names["comparator"] == "england"],
        areas=basket.areas[basket.areas["area_id"] == AREA],
    )


@pytest.fixture(scope="module")
def judged(awkward: Basket) -> Scorecard:
    return build_scorecard(awkward, Q3)


def workbook(*sheets: Sheet) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(list(sheets), {})))


def html_rows(table: Tag) -> Iterator[dict[str, str]]:
    heads = [text_of(head) for head in table.select("thead th")]
    for row in table.select("tbody tr"):
        cells: list[str] = []
        for cell in row.select("th, td"):
            text = text_of(cell, ".rag-mark, .note-mark, .beside, .published")
            cells += [text] * int(str(cell.get("colspan") or 1))
        yield dict(zip(heads, cells, strict=True))


def words_on_the_page(judged: Scorecard, _: Basket) -> Iterator[dict[str, str]]:
    page = kpi_table(judged, kpi_rows(judged), "All").html
    yield from html_rows(BeautifulSoup(page, "html.parser").select("table")[0])


def words_on_paper(judged: Scorecard, awkward: Basket) -> Iterator[dict[str, str]]:
    document = open_document(None)
    add_paragraph(document, "The paper")
    write_tables(document, awkward, judged, Numbers())
    document.save(file := io.BytesIO())
    table = next(body_of(file).iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tbl"))  # type: ignore[arg-type]
    heads, *rows = [[re.sub(r"^[●▲■] ", "", lines[0]) for lines in row] for row in table_rows(table)]
    yield from (dict(zip(heads, row, strict=True)) for row in rows)


def words_in_the_workbook(judged: Scorecard, _: Basket) -> Iterator[dict[str, str]]:
    yield from sheet_rows(workbook(scorecard_sheet("All", "All", judged, {}, {}))["All"])


def words_in_a_terminal(_: Scorecard, awkward: Basket) -> Iterator[dict[str, str]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quarterly.cli.printing.project_root", lambda: EXAMPLE)
        patch.setattr("quarterly.disclosure.open_basket", lambda __: SimpleNamespace(basket=awkward))
        printed = CliRunner().invoke(main, ["scorecard", str(Q3)])
    assert printed.exit_code == 0, printed.output
    lines = [re.split(r"  +", line.strip()) for line in printed.output.splitlines()]
    heads = next(line for line in lines if line[0] == "Indicator")
    yield from (dict(zip(heads, line, strict=True)) for line in lines if line[0] in WRITTEN)
    assert "c means confidential" in printed.output


OUTPUTS = [words_on_the_page, words_on_paper, words_in_the_workbook, words_in_a_terminal]


@pytest.mark.parametrize("read", OUTPUTS, ids=lambda read: read.__name__)
def test_every_table_of_indicators_says_the_same_words(judged: Scorecard, awkward: Basket, read: Any) -> None:
    found = {row["Indicator"]: row for row in read(judged, awkward)}
    heads = [head for head in HEADS if head in next(iter(found.values()))]
    assert set(HEADS) - set(heads) <= {"Unit"}, "a page and the paper leave out the unit"
    expected = {
        name: {head: text for head, text in zip(HEADS, texts, strict=True) if head in heads}
        for name, texts in WRITTEN.items()
    }
    assert {name: {head: row[head] for head in heads} for name, row in found.items()} == expected


def test_open_data_has_the_same_states_as_codes_and_symbols(judged: Scorecard, awkward: Basket) -> None:
    facts = {
        (row["indicator_id"], row["measure"]): row
        for row in csv.DictReader(io.StringIO(csv_text(tidy(awkward, judged))))
        if row["quarter"] == str(Q3)
    }
    for name, written in WRITTEN.items():
        for measure, text in zip(
            ("figure", "target", "rag", "dot", "england"), [*written[1:3], *written[4:]], strict=True
        ):
            if measure == "target" and name == "band":
                ends = [facts[name, f"target_{end}"]["value"] for end in ("lower", "upper")]
                assert (ends, (name, measure) in facts) == (["85", "92"], False)
                continue
            fact = facts[name, measure]
            if text in REASONS:
                assert (fact["symbol"], fact["value"], fact["category"]) == (text, "", "")
            elif text in ("None", "Not targeted", "Data only", "In measurement", "Local measure"):
                assert fact["symbol"] == "z"
            elif text == "Not rated":
                assert fact["symbol"] == "x"
            elif text[0].isdigit():
                assert fact["value"] == text.replace(",", "").rstrip("%").removesuffix(".00").removesuffix(
                    ".0"
                ) or float(fact["value"]) == float(text.replace(",", "").rstrip("%"))
            else:
                assert fact["category"].lower() == text.lower().partition(" (")[0]
    assert facts["two-ways", "second_dot"]["category"] == "NEGATIVE"
    assert [name for name, measure in facts if measure == "second_dot"] == ["two-ways"]
    wide = {row["indicator_id"]: row for row in csv.DictReader(io.StringIO(csv_text(judged.export())))}
    assert (wide["two-ways"]["dot"], wide["two-ways"]["second_dot"]) == ("POSITIVE", "NEGATIVE")


def test_without_a_key_to_symbols_the_same_states_are_written_in_words(judged: Scorecard, awkward: Basket) -> None:
    expected = {name: [full(text) for text in written] for name, written in WRITTEN.items()}
    head, rows = officer_context.figures_table(judged, tuple(WRITTEN))
    told = {row[0].full: dict(zip(head, (cell.full for cell in row), strict=True)) for row in rows}
    document = io.BytesIO(build_document(AREA, "Early help", judged, [], None, "A council"))
    tables = [
        [[re.sub(r"^[●▲■] ", "", lines[0]) for lines in row] for row in table_rows(table)]
        for table in body_of(document).iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tbl")  # type: ignore[arg-type]
    ]
    form = {row[0]: dict(zip(tables[-1][0], row, strict=True)) for row in tables[-1][1:]}
    kpis = {kpi.id: kpi for kpi in kpi_rows(judged)}
    area = {"id": AREA, "name": "Early help", "href": "area.html"}
    explored = explore.Explorer(awkward, judged).compared(*WRITTEN)
    for name, (unit, figure, target, _, rag, dot, theirs) in expected.items():
        for row in (told[name], form[name]):
            assert [row[key] for key in (LABEL, "Target", "RAG", "Direction of travel")] == [figure, target, rag, dot]
        place = BeautifulSoup(indicator_page(judged, kpis[name], area, None, None).html, "html.parser")
        newest = next(html_rows(place.select("table")[0]))
        # With two directions side by side, the heading says which quarters they compare with.
        heading, against = list(newest)[-1], re.findall(r" \((.*?)\)", dot) if name == "two-ways" else []
        assert heading == (f"Direction ({'; '.join(against)})" if against else "Direction")
        told_dot = re.sub(r" \(.*?\)", "", dot) if against else dot
        assert [newest[key] for key in ("Figure", "Target", "RAG", heading)] == [figure, target, rag, told_dot]
        facts = {text_of(entry.find("dt")): text_of(entry.find("dd")) for entry in place.select("dl > div")}
        assert facts["Measured as"].startswith(f"{unit}, in quarter")
        assert facts["Target"] == target
        assert "Not rated. ." not in facts["How it is rated"]
        assert list(explored.loc[name, [str(Q3), "target", "England"]]) == [figure, target, theirs]


def test_charts_show_the_same_to_a_pointer_and_to_a_screen_reader(judged: Scorecard) -> None:
    grid = unquote(ratings(judged, "Ratings").html)
    for name, written in WRITTEN.items():
        figure, rag = full(written[1]), full(written[4])
        said = f"{figure[:1].lower()}{figure[1:]}, {rag[:1].lower()}{rag[1:]}"
        if figure == written[1]:
            assert f'aria-label="{name}, {LABEL}: {said}"' in grid
            assert f'aria-label="{LABEL}: {said}"' in unquote(trend(judged, name).html)
        assert said in BeautifulSoup(grid, "html.parser").get_text()
    drawn = trend(judged, "confidential")
    assert "confidential" in drawn.subtitle
    assert trend(judged, "rate-per-100000").html.count("Rate per 100,000 collections") == 1


def test_every_known_quarter_is_written_like_the_newest(judged: Scorecard) -> None:
    rows = sheet_rows(workbook(history_sheet(judged, {AREA: "Early help"}))["AllQuarters"])
    for row in (row for row in rows if row["Quarter"] == str(Q3)):
        unit, figure, target, _, rag, dot, _ = WRITTEN[row["Indicator"]]
        keys = ("Unit", "Figure", "Target", "RAG", "Direction of travel")
        assert [row[key] for key in keys] == [unit, figure, target, rag, dot]


def test_a_comparison_says_why_a_figure_is_missing_and_names_the_kind_of_not_rated(awkward: Basket) -> None:
    before, after = (build_scorecard(awkward, quarter) for quarter in (Q3.previous(), Q3))
    tables = comparison.comparison_rows(compare(before, after), Q3.previous(), Q3)
    missing = {row[0]: row[-1] for row in tables[2].rows}
    assert missing == {
        "confidential": "Confidential (c)",
        "lost": "Not available (x)",
        "rounds-to-nought": "Rounds to zero (k)",
        "not-applicable": "Not applicable (z)",
    }
    moved = {row[0]: row for row in tables[1].rows}
    assert moved["as-a-comparator"][3] == "Up 1 percentage point"
    assert moved["in-measurement"][-1] == "In measurement"
    assert moved["rate-per-100000"][1:4] == ["1,200.5", "1,234.5", "Up 34.0"]


def test_differences_have_a_true_minus_sign_and_the_unit_of_a_difference() -> None:
    share, count = {"unit": "percentage"}, {"unit": "number"}
    assert [signed(size, 0) for size in (3, -1234, 0, -0.0)] == ["+3", "−1,234", "0", "0"]
    assert [points(share, signed(size, 0)) for size in (1, -1, 3)] == [
        "+1 percentage point",
        "−1 percentage point",
        "+3 percentage points",
    ]
    assert points(count, signed(-1.5, 1)) == "−1.5"
    assert [format_value(value, "percentage", 1) for value in (-7.65, -0.0, 1234.5)] == ["−7.65%", "0.0%", "1,234.5%"]


def test_changes_on_the_page_are_in_percentage_points(judged: Scorecard, awkward: Basket) -> None:
    text = Report(awkward, judged, "", judged).signals().text
    assert "+1 percentage point" in text
    assert re.search(r"\d points", text) is None


def test_pins_of_older_editions_are_unchanged_if_only_the_wording_differs(judged: Scorecard) -> None:
    now = figures_shown(judged)
    older = {
        "confidential": {**now["confidential"], "target": "Not targeted", "dot": "not known"},
        "target-lost": {**now["target-lost"], "target": "Not available"},
        "direction": {**now["direction"], "target": "Decreasing"},
    }
    assert changes(older, now) == []
    changed = changes({"nought": {**now["nought"], "target": "Not targeted"}}, now)
    assert changed == [Change("nought", "target", "Not targeted", "0")]


def test_the_list_of_all_indicators_can_be_sorted_by_every_figure(awkward: Basket) -> None:
    large = awkward.observations.assign(value=awkward.observations["value"] + 1_234_567)
    found = build_scorecard(replace(awkward, observations=large), Q3)
    cells = BeautifulSoup(indicator_table(found, awkward.areas, "All", "{area}{id}").html, "html.parser").select(
        "tbody tr td:nth-of-type(2)"
    )
    sorts = {str(cell["data-sort"]) for cell in cells}
    assert {"1236520", "1234657", "1235801.5", ""} <= sorts


def test_the_style_sheet_word_and_workbook_have_the_colours_of_the_palette(judged: Scorecard) -> None:
    sheet = (ROOT / "theme" / "report.css").read_text(encoding="utf-8")
    # The first rule has the colours for paper and light screens; a dark screen has its own.
    held = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet[: sheet.index("}")]))
    word = docx.Document(str(STYLED))
    for rag, name in (("GREEN", "green"), ("AMBER", "amber"), ("RED", "red")):
        look = LOOKS[rag]
        in_word = word.styles[f"Rating {name.capitalize()}"].font.color.rgb
        assert (held[name], held[f"{name}-fill"], f"#{in_word}".lower()) == (look.ink, look.fill, look.ink)
        assert f'.comment-{name} h3::before {{ content: "{look.mark} "; }}' in sheet
    assert held["amber-mark"] == LOOKS["AMBER"].colour
    rest = sheet[sheet.index("}") :]
    assert not re.findall(r"(?:^|\n)\.(?:rag|comment|said)-[^{]*\{[^}]*#[0-9a-f]{6}", rest), (
        "a rating's colour of its own"
    )
    page = workbook(scorecard_sheet("All", "All", judged, {}, {}))["All"]
    fills = {
        (as_shown(cell), str(cell.fill.fgColor.rgb)[2:].lower()) for row in page for cell in row if cell.fill.fill_type
    }
    assert fills == {(rag.capitalize(), LOOKS[rag].fill[1:]) for rag in ("GREEN", "AMBER", "RED")}


def test_a_comparator_called_as_another_column_keeps_the_headings_of_the_workbook(judged: Scorecard) -> None:
    renamed = replace(judged, comparators=dict.fromkeys(judged.comparators, "target"))
    (table,) = workbook(scorecard_sheet("All", "All", renamed, {}, {}))["All"].tables.values()
    assert [column.name for column in table.tableColumns if "arget" in column.name] == ["Target", "target (2)"]


def test_no_other_module_has_a_rating_symbol_or_colour() -> None:
    """Two places that decide the same thing disagree some day."""
    colours = {colour for rag in ("GREEN", "AMBER", "RED") for colour in vars(LOOKS[rag]).values() if colour[0] == "#"}
    own = re.compile("|".join(["[●▲■]", *colours]), re.IGNORECASE)
    # Words that `ingest` reads in extracts come from others.
    sources = [
        path for path in (ROOT / "src").rglob("*") if path.suffix in (".py", ".html") and "ingest" not in path.parts
    ]
    found = {path.name for path in sources if own.search(path.read_text(encoding="utf-8"))}
    assert found == {"palette.py"}
