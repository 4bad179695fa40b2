"""The workbook follows the rules for accessible spreadsheets, agrees with the scorecard, and runs nothing.

It is read with openpyxl, which was not used to write it, and otherwise from the file's own XML.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import ZipFile

import nbformat
import openpyxl
import pandas as pd
import pytest
from conftest import COMPARATOR_LABELS, EXAMPLE, Project, copy_project
from openpyxl.utils import range_boundaries

from quarterly.commentary.groups import ABOUT_AREA
from quarterly.commentary.promises import published_comments
from quarterly.core.quarters import Quarter
from quarterly.core.terms import MISSING_REASONS
from quarterly.data.load import Basket
from quarterly.display.tables import kpi_rows
from quarterly.measures.reconcile import AGREES, reconcile
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.workbook import write_workbook
from quarterly.outputs.workbook.xlsx import sheet_name

QUARTER = Quarter(2023, 3)
AREA_SHEETS = ["EarlyHelp", "SocialWorkPractice", "ChildrenInCare", "QualityAssurance", "Workforce"]
SHEETS = ["Cover", "Contents", "Notes", "Scorecard", *AREA_SHEETS]
SHEETS += ["Commentary", "Comparators", "AllQuarters", "DataQuality"]
TABLES = SHEETS[1:]
HOSTILE = ["=cmd|' /C calc'!A0", "+1", "@SUM(A1:A9)", "-2+3", "\t=1+1", ' =HYPERLINK("http://x.example","y")']

# openpyxl is untyped.
Book: TypeAlias = Any
Page: TypeAlias = Any


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the published quarter's workbook once; tests only read it."""
    project = copy_project(tmp_path_factory.mktemp("workbook"))
    return write_workbook(project.root, QUARTER)[0]


@pytest.fixture(scope="module")
def book(path: Path) -> Book:
    """Return the workbook as another program reads it."""
    return openpyxl.load_workbook(path, rich_text=True)


def bounds(page: Page) -> tuple[int, int, int, int]:
    """Return the first column and row and the last column and row of a sheet's table."""
    (table,) = page.tables.values()
    return range_boundaries(table.ref)


def body(page: Page) -> list[dict[str, Any]]:
    """Read a sheet's table: one dict for each row."""
    left, top, right, bottom = bounds(page)
    head = [page.cell(top, column).value for column in range(left, right + 1)]
    return [
        dict(zip(head, (page.cell(row, column).value for column in range(left, right + 1)), strict=True))
        for row in range(top + 1, bottom + 1)
    ]


def cells(page: Page) -> Iterator[Any]:
    """List the non-empty cells of a sheet."""
    for row in page.iter_rows():
        yield from (cell for cell in row if cell.value is not None)


def parts(path: Path, pattern: str) -> dict[str, str]:
    """Read the parts of the file whose name matches."""
    with ZipFile(path) as file:
        return {name: file.read(name).decode("utf-8") for name in file.namelist() if re.search(pattern, name)}


def as_shown(cell: Any) -> str:
    """Write a number as its format shows it, by the few rules that the formats here need."""
    form = cell.number_format
    places = len(form.rstrip("%").partition(".")[2])
    if form.endswith("%"):
        return f"{cell.value * 100:.{places}f}%"
    return f"{cell.value:,.{places}f}"


# Structure of the workbook


def test_there_are_cover_contents_notes_and_one_sheet_for_each_table(book: Book) -> None:
    assert book.sheetnames == SHEETS


def test_sheet_names_are_short_letters_and_digits_and_none_is_reserved_by_excel(book: Book) -> None:
    for name in book.sheetnames:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,30}", name)
    assert len({name.lower() for name in book.sheetnames}) == len(SHEETS)
    assert "history" not in {name.lower() for name in book.sheetnames}


def test_an_area_gets_a_sheet_name_whatever_its_id() -> None:
    assert sheet_name("history", []) == "History2"
    assert sheet_name("notes", ["Cover", "Notes"]) == "Notes2"
    long = sheet_name("a-very-long-id-of-a-service-area-in-a-council", [])
    again = sheet_name("a-very-long-id-of-a-service-area-in-a-council", [long])
    assert len(long) == 31
    assert len(again) <= 31
    assert long != again


def test_it_opens_on_the_cover_with_the_cursor_in_the_first_cell(book: Book) -> None:
    assert book.active.title == "Cover"
    assert [page.title for page in book if page.sheet_view.tabSelected] == ["Cover"]
    for page in book:
        assert {place.activeCell for place in page.sheet_view.selection if place.pane in (None, "bottomRight")} == {
            "A1"
        }


def test_the_cover_gives_title_meeting_contact_and_source(book: Book) -> None:
    page = book["Cover"]
    said = "\n".join(str(cell.value) for cell in cells(page))
    assert page["A1"].value == "Children's services performance: Quarter 3 2023-24"
    for words in (
        "60 indicators",
        "October to December 2023",
        "Meeting: 22 February 2024, Children and Young People's Services Policy and Scrutiny Panel",
        "Contact: Assistant Director, Children's Family Support and Safeguarding",
        "Credit: Figures published by North Somerset Council",
        "Licence: ",
    ):
        assert words in said
    assert {cell.column for cell in cells(page)} == {1}
    assert not page.tables


def test_contents_has_a_link_to_every_other_sheet(book: Book) -> None:
    page = book["Contents"]
    assert [row["Sheet"] for row in body(page)] == [name for name in SHEETS if name != "Contents"]
    for cell in cells(page):
        if cell.hyperlink:
            assert cell.hyperlink.location == f"'{cell.value}'!A1"
    linked = {cell.value for cell in cells(page) if cell.hyperlink}
    assert linked == set(SHEETS) - {"Contents"}


def test_contents_repeats_the_titles_of_the_sheets(book: Book) -> None:
    for row in body(book["Contents"]):
        assert row["Contents"] == book[str(row["Sheet"])]["A1"].value


def test_every_sheet_except_the_first_two_links_back_to_contents(book: Book) -> None:
    for name in SHEETS[2:]:
        assert [cell.hyperlink.location for cell in cells(book[name]) if cell.hyperlink] == ["'Contents'!A1"]


def test_notes_explain_every_symbol_every_rating_and_how_percentages_are_stored(book: Book) -> None:
    notes = {str(row["About"]): str(row["Text"]) for row in body(book["Notes"])}
    for symbol, meaning in MISSING_REASONS.items():
        assert notes[f"The symbol {symbol}"].startswith(meaning.capitalize())
    for rating in ("Green", "Amber", "Red", "Not targeted", "Not rated"):
        assert f"RAG: {rating}" in notes
    assert "5% of the target" in notes["Rating rule: standard"]
    assert "holds 0.67" in notes["Percentages"]


def test_each_note_mark_of_the_scorecard_leads_to_the_note_on_that_indicator(book: Book, scorecard: Scorecard) -> None:
    notes = {f"[{row['Note']}]": row for row in body(book["Notes"])}
    found = 0
    for row, text in zip(body(book["Scorecard"]), kpi_rows(scorecard), strict=True):
        if text.notes:
            note = notes[str(row["Note"])]
            assert (note["About"], note["Text"]) == (row["Indicator"], text.notes)
            found += 1
        else:
            assert row["Note"] == "No note"
    assert found == 12


# The rules for accessible tables


@pytest.mark.parametrize("name", TABLES)
def test_a_sheet_has_one_table_marked_as_one(book: Book, name: str) -> None:
    assert len(book[name].tables) == 1


@pytest.mark.parametrize("name", TABLES)
def test_a_table_starts_in_the_first_column_with_nothing_beside_or_below_it(book: Book, name: str) -> None:
    page = book[name]
    left, top, right, bottom = bounds(page)
    assert left == 1
    assert (page.max_column, page.max_row) == (right, bottom)
    assert all(cell.column == 1 for cell in cells(page) if cell.row < top)


@pytest.mark.parametrize("name", TABLES)
def test_a_title_and_a_line_on_the_table_are_above_it_without_a_gap(book: Book, name: str) -> None:
    page = book[name]
    _, top, _, bottom = bounds(page)
    above = [page.cell(row, 1).value for row in range(1, top)]
    assert all(above)
    assert page["A1"].font.b
    assert page["A1"].font.sz > page.cell(top, 1).font.sz
    number = bottom - top
    assert f"one table, with {number} " in str(above[1]) or name == "Commentary"


@pytest.mark.parametrize("name", TABLES)
def test_headings_are_unique_words_in_one_row(book: Book, name: str) -> None:
    page = book[name]
    left, top, right, _ = bounds(page)
    (table,) = page.tables.values()
    head = [page.cell(top, column).value for column in range(left, right + 1)]
    assert head == [column.name for column in table.tableColumns]
    assert len({str(text).lower() for text in head}) == len(head)
    assert all(isinstance(text, str) and text.strip() for text in head)
    assert all(page.cell(top, column).font.b for column in range(left, right + 1))


def test_tables_have_names_and_texts_for_screen_readers(path: Path, book: Book) -> None:
    names = [name for page in book for name in page.tables]
    assert len(set(names)) == len(TABLES)
    for text in parts(path, r"xl/tables/").values():
        assert re.search(r'altText="[^"]{10,}', text)
        assert re.search(r'altTextSummary="[^"]*The columns are: ', text)


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_is_merged_or_empty(book: Book, name: str) -> None:
    page = book[name]
    assert not page.merged_cells.ranges
    for row in body(page):
        assert all(value is not None and str(value).strip() for value in row.values()), row


def test_nothing_is_hidden(book: Book) -> None:
    for page in book:
        assert page.sheet_state == "visible"
        assert not any(column.hidden for column in page.column_dimensions.values())
        assert not any(row.hidden for row in page.row_dimensions.values())


def test_there_are_no_filters_headers_footers_pictures_macros_or_links_elsewhere(path: Path, book: Book) -> None:
    with ZipFile(path) as file:
        names = file.namelist()
    assert not [name for name in names if re.search(r"drawing|media|vba|external|comments", name, re.IGNORECASE)]
    assert not any("TargetMode" in text for text in parts(path, r"\.rels$").values())
    for text in parts(path, r"xl/(tables|worksheets)/[^/]+\.xml").values():
        assert "autoFilter" not in text
        assert "headerFooter" not in text
    assert all(table.autoFilter is None for page in book for table in page.tables.values())


@pytest.mark.parametrize("name", TABLES)
def test_headings_and_first_column_stay_in_view(book: Book, name: str) -> None:
    assert book[name].freeze_panes == f"B{bounds(book[name])[1] + 1}"


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_wide_enough_and_text_is_wrapped(book: Book, name: str) -> None:
    page = book[name]
    left, top, right, bottom = bounds(page)
    for column in range(left, right + 1):
        letter = page.cell(top, column).column_letter
        shared = [width for width in page.column_dimensions.values() if width.min <= column <= width.max]
        width = shared[0].width
        longest = max(len(word) for word in re.split(r"[\s-]+", str(page.cell(top, column).value)))
        assert width >= longest * 1.1, f"{name}!{letter}"
        assert all(page.cell(row, column).alignment.wrap_text for row in range(top, bottom + 1))


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_high_enough_for_their_text_and_can_grow(path: Path, book: Book, name: str) -> None:
    page = book[name]
    _, top, _, bottom = bounds(page)
    for row in range(top, bottom + 1):
        lines = 1
        for cell in page[row]:
            width = next(w.width for w in page.column_dimensions.values() if w.min <= cell.column <= w.max)
            lines = max(lines, -(-len(str(cell.value)) // int(width * 1.4)) if isinstance(cell.value, str) else 1)
        assert page.row_dimensions[row].height >= min(15 * lines, 409)
    assert not any("customHeight" in text for text in parts(path, r"worksheets/sheet").values())


def test_every_font_is_sans_serif_and_at_least_twelve_points(path: Path, book: Book) -> None:
    fonts = {(cell.font.name, cell.font.sz) for page in book for cell in cells(page)}
    assert {name for name, _ in fonts} == {"Arial"}
    assert min(size for _, size in fonts) >= 12
    assert "scheme" not in next(iter(parts(path, "xl/styles").values())), "a theme's font would take Arial's place"


def test_a_colour_only_repeats_the_word_in_its_cell_and_black_on_it_is_easy_to_read(book: Book) -> None:
    coloured: dict[str, set[object]] = {}
    for page in book:
        for cell in cells(page):
            if cell.fill.fill_type:
                coloured.setdefault(cell.fill.fgColor.rgb, set()).add(cell.value)
    assert sorted(sorted(map(str, words)) for words in coloured.values()) == [["Amber"], ["Green"], ["Red"]]
    for colour in coloured:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (2, 4, 6)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        brightness = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
        assert (brightness + 0.05) / 0.05 >= 7


def test_the_file_states_its_title_author_language_and_day(path: Path, book: Book) -> None:
    said = book.properties
    assert said.title == "Children's services performance: Quarter 3 2023-24"
    assert said.creator == "Assistant Director, Children's Family Support and Safeguarding"
    assert said.language == "en-GB"
    assert said.created == said.modified == datetime(2024, 2, 22)  # noqa: DTZ001
    with ZipFile(path) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_is_identical_on_every_run_and_in_every_folder(path: Path, tmp_path: Path) -> None:
    again = write_workbook(copy_project(tmp_path / "another folder").root, QUARTER)
    assert [file.name for file in again] == [
        "scorecard.xlsx",
        "scorecard.csv",
        "scorecard-wide.csv",
        "datapackage.json",
    ]
    for file in again:
        assert file.read_bytes() == (path.parent / file.name).read_bytes()


# Agreement with the scorecard


@pytest.mark.parametrize("name", ["Scorecard", *AREA_SHEETS])
def test_every_figure_rating_and_direction_is_that_of_the_scorecard(
    book: Book, scorecard: Scorecard, basket: Basket, name: str
) -> None:
    part = scorecard if name == "Scorecard" else scorecard.area(basket.area_ids[AREA_SHEETS.index(name)])
    page, compared = book[name], 0
    left, top, right, _ = bounds(page)
    head = {page.cell(top, column).value: column for column in range(left, right + 1)}
    assert len(body(page)) == len(part.rows)
    for place, text in enumerate(kpi_rows(part), start=top + 1):
        row = part.rows.loc[text.id]
        at = {key: page.cell(place, column) for key, column in head.items()}
        scale = 100 if row["unit"] == "percentage" else 1
        figures = [(quarter.short_label, row[str(quarter)], "") for quarter in part.quarters]
        figures += [
            ("Target", row["target"], ""),
            *((COMPARATOR_LABELS[c], row[str(c)], "") for c in COMPARATOR_LABELS),
        ]
        shown = [cell.text for cell in (*text.figures, text.target, *text.comparators)]
        for (heading, value, _), words in zip(figures, shown, strict=True):
            cell = at[heading]
            if pd.isna(value):
                assert cell.value == words
            else:
                assert isinstance(cell.value, int | float)
                assert cell.value == pytest.approx(value / scale, abs=1e-9)
                assert as_shown(cell) == words
            compared += 1
        assert (at["Indicator"].value, at["Indicator id"].value) == (row["name"], text.id)
        assert (at["RAG"].value, at["Direction of travel"].value) == (text.rag.text, text.dot.text)
        published = row["rag_published"].capitalize() or row["rag_published_reason"] or "x"
        assert at["RAG as published"].value == published
        assert at["Direction of travel as published"].value == (row["dot_published"].capitalize() or "x")
    assert compared == len(part.rows) * 9


def test_the_area_sheets_hold_the_rows_of_the_scorecard_in_its_order(book: Book) -> None:
    whole = [{key: value for key, value in row.items() if key != "Service area"} for row in body(book["Scorecard"])]
    assert [row for name in AREA_SHEETS for row in body(book[name])] == whole
    assert len(whole) == 60


def test_every_comment_of_the_edition_is_there_word_for_word(book: Book, scorecard: Scorecard, basket: Basket) -> None:
    expected = [
        (
            basket.require_area(area)["name"],
            str(one.comment.group or one.comment.heading or ABOUT_AREA),
            "; ".join(scorecard.rows.loc[name, "name"] for name in one.comment.indicators) or "The area as a whole",
            one.comment.words,
            "The same",
        )
        for area in basket.area_ids
        for one in published_comments(EXAMPLE, area, scorecard)
    ]
    assert [tuple(row.values()) for row in body(book["Commentary"])] == expected
    assert len(expected) == 24


def test_every_comparator_of_the_data_is_there_with_period_and_source(book: Book, scorecard: Scorecard) -> None:
    with (EXAMPLE / "data" / "comparators.csv").open(encoding="utf-8", newline="") as file:
        data = list(csv.DictReader(file))
    rows = {(str(row["Indicator"]), row["Comparator"]): row for row in body(book["Comparators"])}
    assert len(rows) == len(body(book["Comparators"])) == len(data) == 100
    labels = {str(name): label for name, label in COMPARATOR_LABELS.items()}
    for given in data:
        indicator = scorecard.rows.loc[given["indicator_id"]]
        row = rows[(indicator["name"], labels[given["comparator"]])]
        assert row["Period"] == (given["period"] or "x")
        assert str(row["Source"]).startswith("The report of the quarter")
        if given["value"]:
            scale = 100 if indicator["unit"] == "percentage" else 1
            assert row["Figure"] == pytest.approx(float(given["value"]) / scale, abs=1e-9)
        else:
            assert row["Figure"] == given["missing"]


def test_every_quarter_known_is_there_with_target_rating_and_direction(book: Book, scorecard: Scorecard) -> None:
    rows = body(book["AllQuarters"])
    assert len(rows) == len(scorecard.history) == 240
    for row, judged in zip(rows, scorecard.history.to_dict("records"), strict=True):
        indicator = scorecard.rows.loc[judged["indicator_id"]]
        scale = 100 if indicator["unit"] == "percentage" else 1
        assert (row["Indicator"], row["Quarter"]) == (indicator["name"], judged["quarter"])
        for heading, value, otherwise in (
            ("Figure", judged["value"], judged["missing"]),
            (
                "Target",
                judged["target"],
                judged["direction"].capitalize() or {"z": "None"}.get(judged["target_missing"], "x"),
            ),
        ):
            assert row[heading] == (otherwise if pd.isna(value) else pytest.approx(value / scale, abs=1e-9))
        assert str(row["RAG"]).upper() == (judged["rag"] or str(row["RAG"]).upper())
        assert judged["rag"] or row["RAG"] in ("Not targeted", "Not rated")
        assert row["Direction of travel"] == (judged["dot"].capitalize() or "x")


def test_every_rating_that_does_not_agree_is_listed_with_its_reason(book: Book, scorecard: Scorecard) -> None:
    found = reconcile(scorecard)
    different = found[found["outcome"] != AGREES]
    expected = sorted(zip(different["name"], different["outcome"].str.capitalize(), different["reason"], strict=True))
    assert sorted((r["Indicator"], r["Outcome"], r["Reason"]) for r in body(book["DataQuality"])) == expected
    assert len(expected) == 14


def test_no_number_is_stored_as_text(book: Book) -> None:
    for page in book:
        for cell in cells(page):
            if isinstance(cell.value, str):
                assert not re.fullmatch(r"-?[\d,]+(\.\d+)?%?", cell.value), f"{page.title}!{cell.coordinate}"


# Other quarters


def test_a_quarter_without_edition_meeting_or_published_ratings_says_so(project: Project) -> None:
    book = openpyxl.load_workbook(write_workbook(project.root, Quarter(2023, 1))[0])
    assert "Last day of the quarter: 30 June 2023. No meeting is set." in [cell.value for cell in cells(book["Cover"])]
    assert book.properties.created == datetime(2023, 6, 30)  # noqa: DTZ001
    assert [row["Commentary"] for row in body(book["Commentary"])] == [
        "No commentary has been written for this quarter."
    ]
    lists_nothing = "This sheet holds one table, with no entries: its only row says so."
    assert [book[name]["A2"].value for name in ("Commentary", "DataQuality")] == [lists_nothing] * 2
    sizes = {row["Sheet"]: row["Size of table"] for row in body(book["Contents"])}
    assert (sizes["Commentary"], sizes["DataQuality"]) == ("No rows", "No rows")
    assert sizes["Scorecard"] == f"{len(body(book['Scorecard']))} rows"
    assert {row["RAG as published"] for row in body(book["Scorecard"])} == {"Not published"}
    assert "No ratings were published" in str(body(book["DataQuality"])[0]["Reason"])
    # Later figures are left out, and anything unknown then is a symbol and not 0.
    assert {row["Quarter"] for row in body(book["AllQuarters"])} == {"2022-23-Q4", "2023-24-Q1"}
    assert {row["Q2 2022-23"] for row in body(book["Scorecard"])} == {"x"}


# Nothing in it runs


def hostile_project(project: Project) -> list[str]:
    """Put texts that a spreadsheet would run into names, notes and a comment; return them."""
    file = project.root / "data" / "indicators.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    name, note = rows[0].index("name"), rows[0].index("note")
    for row, text in zip(rows[1:], HOSTILE, strict=False):
        row[name], row[note] = text, text
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    project.edit("data/areas.csv", "A Stable and able workforce", "@SUM(A1:A9)")
    edition = project.root / "reports" / str(QUARTER) / "workforce.ipynb"
    notebook = nbformat.read(edition, as_version=4)
    cell = next(cell for cell in notebook.cells if "commentary" in cell.metadata.get("tags", []))
    cell.source = f"### Red of concern\n\n- agency-workers\n\n{HOSTILE[0]}\x0b"
    nbformat.write(notebook, edition)
    return HOSTILE


def test_text_that_looks_like_a_formula_stays_text_even_when_edited(project: Project) -> None:
    hostile = hostile_project(project)
    file = write_workbook(project.root, QUARTER)[0]
    book = openpyxl.load_workbook(file)
    assert not any("<f>" in text or "<f " in text for text in parts(file, r"worksheets/sheet").values())
    held = [cell for page in book for cell in cells(page) if str(cell.value).lstrip().startswith(("=", "+", "-", "@"))]
    assert set(hostile) < {cell.value for cell in held}
    assert book["Workforce"]["A1"] in held
    # Names appear on the scorecard, on the area's sheet, and with the comparators, quarters and notes.
    assert len(held) >= 6 * (2 + 4 + 1)
    for cell in held:
        assert cell.data_type in ("s", "inlineStr")
        assert cell.quotePrefix, f"Excel would run {cell.coordinate} once somebody edits it"
    assert any(str(row["Commentary"]).startswith(HOSTILE[0]) for row in body(book["Commentary"]))


def test_no_cell_of_the_published_workbook_is_a_formula(path: Path, book: Book) -> None:
    assert not [cell.coordinate for page in book for cell in cells(page) if cell.data_type == "f"]
    assert not any("<f>" in text or "<f " in text for text in parts(path, r"worksheets/sheet").values())


def test_a_comment_that_is_too_long_for_a_cell_says_that_it_was_cut(project: Project) -> None:
    edition = project.root / "reports" / str(QUARTER) / "workforce.ipynb"
    notebook = nbformat.read(edition, as_version=4)
    cell = next(cell for cell in notebook.cells if "commentary" in cell.metadata.get("tags", []))
    cell.source = "### Red of concern\n\n- agency-workers\n\n" + "We are recruiting. " * 3000
    nbformat.write(notebook, edition)
    book = openpyxl.load_workbook(write_workbook(project.root, QUARTER)[0])
    longest = max((str(row["Commentary"]) for row in body(book["Commentary"])), key=len)
    assert len(longest) == 32_767
    assert longest.endswith("(cut here: the cell is full)")
