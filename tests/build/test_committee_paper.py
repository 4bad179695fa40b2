"""The committee paper agrees with the scorecard and the edition, and can be opened, edited and read by everyone."""

from __future__ import annotations

import csv
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from conftest import COMPARATOR_LABELS, EXAMPLE, Project, copy_project
from docx.document import Document
from docx.table import Table

from quarterly.commentary.groups import ABOUT_AREA
from quarterly.commentary.promises import published_comments
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.display.attention import questions
from quarterly.display.charts.trend import trend
from quarterly.display.comparison import comparison_lead, comparison_rows
from quarterly.measures.compare import compare, with_moves
from quarterly.measures.reconcile import DISAGREES, reconcile
from quarterly.measures.scorecard import Scorecard, build_scorecard
from quarterly.outputs.paper import write_paper
from quarterly.outputs.paper.area import charted
from quarterly.outputs.paper.layout import PaperFacts
from quarterly.outputs.paper.summary import build_pack
from quarterly.outputs.word.document import open_document

QUARTER = Quarter(2023, 3)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A4 = (11906, 16838)
TWIPS = 635
POLARITY = {"higher": "Higher is better", "lower": "Lower is better", "": "None"}
SECTIONS = (
    "Summary",
    "Policy",
    "Detail",
    "Consultation",
    "Financial",
    "Legal",
    "Climate",
    "Risk",
    "Equality",
    "Corporate",
    "Options",
)


@dataclass(frozen=True)
class Made:
    """A document as written: its file, as python-docx reads it, and its raw XML."""

    path: Path
    document: Document
    body: ET.Element

    @classmethod
    def read(cls, path: Path) -> Made:
        """Read a document both ways."""
        return cls(path, docx.Document(str(path)), part(path, "word/document.xml"))


def part(path: Path, name: str) -> ET.Element:
    """Read one part of a document without python-docx."""
    with zipfile.ZipFile(path) as file:
        return ET.fromstring(file.read(name))  # noqa: S314 - made here, not brought in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the Word documents of the published quarter."""
    project = copy_project(tmp_path_factory.mktemp("paper"))
    written = write_paper(project.root, QUARTER)
    assert [path.name for path in written] == ["committee-paper.docx", "summary.docx", "members-pack.docx"]
    assert {path.parent for path in written} == {project.root / "downloads" / "2023-24-Q3"}
    return written[0].parent


@pytest.fixture(scope="module")
def paper(folder: Path) -> Made:
    """Return the paper of the published quarter."""
    return Made.read(folder / "committee-paper.docx")


@pytest.fixture(scope="module")
def pack(folder: Path) -> Made:
    """Return the members' pack of the published quarter."""
    return Made.read(folder / "members-pack.docx")


@pytest.fixture(scope="module")
def summary(folder: Path) -> Made:
    """Return the one-page summary of the published quarter."""
    return Made.read(folder / "summary.docx")


def kpi_tables(made: Made) -> list[Table]:
    """Find the scorecard's tables."""
    return [table for table in made.document.tables if "Polarity" in [cell.text for cell in table.rows[0].cells]]


def data_rows(name: str) -> list[dict[str, str]]:
    """Read a table of data as stored in data/."""
    with (EXAMPLE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(number: str, unit: str) -> str:
    """Write a stored figure as a reader sees it."""
    return f"{Decimal(number):,}{'%' if unit == 'percentage' else ''}"


def expected_rows(scorecard: Scorecard) -> dict[str, list[str]]:
    """Return the expected row of each indicator: figures as stored in data/, ratings from the scorecard."""
    observations = {(row["indicator_id"], row["quarter"]): row for row in data_rows("observations")}
    targets = {row["indicator_id"]: row for row in data_rows("targets")}
    comparators = {(row["indicator_id"], row["comparator"]): row for row in data_rows("comparators")}
    rows = {}
    for indicator in data_rows("indicators"):
        name, unit = indicator["indicator_id"], indicator["unit"]
        cells = []
        for quarter in scorecard.quarters:
            seen = observations[name, str(quarter)]
            cells.append(written(seen["value"], unit) if seen["value"] else seen["missing"])
        target = targets[name]
        nothing = {"z": "None"}.get(target["missing"], target["missing"])
        cells.append(
            target["direction"].capitalize() or (written(target["value"], unit) if target["value"] else nothing)
        )
        judged = scorecard.rows.loc[name]
        unrated = "Not targeted" if target["missing"] == "z" else "Not rated"
        mark = {"GREEN": "● Green", "AMBER": "▲ Amber", "RED": "■ Red"}.get(judged["rag"], unrated)
        cells += [POLARITY[indicator["polarity"]], mark, judged["dot"].capitalize() or "x"]
        for comparator in COMPARATOR_LABELS:
            found = comparators.get((name, comparator), {"value": "", "missing": "x"})
            shown = written(found["value"], unit) if found["value"] else found["missing"]
            cells.append("Local measure" if indicator["comparison"] == "local measure" else shown)
        rows[indicator["short_name"]] = cells
    return rows


def test_every_cell_of_every_indicator_matches_the_scorecard(paper: Made, scorecard: Scorecard) -> None:
    expected, compared, names = expected_rows(scorecard), 0, []
    for table in kpi_tables(paper):
        head = [cell.text for cell in table.rows[0].cells]
        assert head[2:6] == [quarter.short_label for quarter in scorecard.quarters]
        assert head[6:10] == ["Target", "Polarity", "RAG", "Direction of travel"]
        for row in table.rows[1:]:
            name, trend_line, *cells = [cell.paragraphs[0].text for cell in row.cells]
            assert cells == expected[name], name
            drawn = row.cells[1]._tc.xpath(".//w:drawing")
            assert (len(drawn), trend_line) in ((1, ""), (0, "None")), name
            names.append(name)
            compared += len(cells)
    assert names == list(expected)
    assert compared == 60 * 12


def test_the_xml_agrees_with_python_docx(paper: Made) -> None:
    pieces = {f"{W}t": "", f"{W}noBreakHyphen": "-"}
    texts = [
        [
            "".join(pieces[piece.tag] or piece.text or "" for piece in cell.iter() if piece.tag in pieces)
            for cell in row.findall(f"{W}tc")
        ]
        for row in paper.body.iter(f"{W}tr")
    ]
    rows = [row for table in paper.document.tables for row in table.rows]
    assert texts == [[cell.text.replace("\n", "") for cell in row.cells] for row in rows]
    assert len(texts) > 60


def test_a_published_rating_that_disagrees_is_shown_with_the_computed_one(paper: Made, scorecard: Scorecard) -> None:
    found, names = reconcile(scorecard), scorecard.rows["short_name"]
    wanted = sorted(
        (
            names[row.indicator_id],
            {"RAG": 8, "DOT": 9}[row.judgement],
            f"published as {row.published.lower()}",
        )
        for row in found[found["outcome"] == DISAGREES].itertuples(index=False)
    )
    seen = sorted(
        (row.cells[0].paragraphs[0].text, place, line.text)
        for table in kpi_tables(paper)
        for row in table.rows
        for place, cell in enumerate(row.cells)
        for line in cell.paragraphs[1:]
        if line.text.startswith("published")
    )
    assert seen == wanted
    assert len(wanted) == 5


def test_each_note_is_under_its_table_and_each_symbol_is_explained(paper: Made, scorecard: Scorecard) -> None:
    notes = {text.partition(":")[0]: text for text in texts_of(paper) if re.match(r"Note \d+\. ", text)}
    for name, row in scorecard.rows.iterrows():
        for caveat in scorecard.caveats(str(name)):
            assert any(row["short_name"] in title and caveat in text for title, text in notes.items()), caveat
    links = {link.get(f"{W}anchor") for link in paper.body.iter(f"{W}hyperlink")}
    places = [place.get(f"{W}name") for place in paper.body.iter(f"{W}bookmarkStart")]
    listed = [place for place in places if place and place.startswith("contents_")]
    assert len(listed) >= 15
    assert len(places) == len(set(places)) == len(notes) + 5 + len(listed)
    assert links == set(places)
    assert sum(text.startswith("In these tables x means not available.") for text in texts_of(paper)) == 1


def texts_of(made: Made) -> list[str]:
    """List the paragraphs outside tables."""
    return [paragraph.text for paragraph in made.document.paragraphs]


def under_headings(made: Made) -> dict[tuple[str, str], str]:
    """Collect the text under each level 3 heading, grouped by the level 2 heading above it."""
    above, heading, found = "", "", dict[tuple[str, str], str]()
    for paragraph in made.document.paragraphs:
        style = paragraph.style.name if paragraph.style else ""
        if style == "Heading 2":
            above, heading = paragraph.text, ""
        elif style == "Heading 3":
            heading = paragraph.text
        else:
            found[above, heading] = f"{found.get((above, heading), '')}\n{paragraph.text}"
    return found


def test_every_comment_is_in_its_group_with_its_indicators(paper: Made, basket: Basket, scorecard: Scorecard) -> None:
    found, comments, words = under_headings(paper), 0, 0
    for area in basket.areas.itertuples(index=False):
        for written in published_comments(EXAMPLE, area.area_id, scorecard):
            comment = written.comment
            group = str(comment.group) if comment.group else comment.heading or ABOUT_AREA
            text = found[f"{area.short_name}: commentary", group]
            for paragraph in comment.words.split("\n\n"):
                assert paragraph in text
                words += len(paragraph.split())
            for name in comment.indicators:
                assert f"\n{scorecard.rows.loc[name, 'short_name']}: " in text
            comments += 1
    assert comments >= 20
    assert words > 300


def test_each_group_of_an_area_has_comments_or_says_that_there_are_none(paper: Made, basket: Basket) -> None:
    found = under_headings(paper)
    for name in basket.areas["short_name"]:
        own = {heading: text for (above, heading), text in found.items() if above == f"{name}: commentary"}
        none = " ".join(re.findall(r"Nothing is reported under (.*)\.", " ".join(own.values())))
        for group in ("Green to celebrate", "Amber to watch", "Red to watch", "Red of concern"):
            assert (f"'{group}'" in none) != bool(own.get(group, "").strip()), (name, group)


def test_headings_form_an_outline_with_the_eleven_sections(paper: Made, basket: Basket) -> None:
    headings = [
        (int(paragraph.style.name[-1]), paragraph.text)
        for paragraph in paper.document.paragraphs
        if paragraph.style and paragraph.style.name and paragraph.style.name.startswith("Heading")
    ]
    first = [text for level, text in headings if level == 1]
    assert first[:2] == ["Contents", "Recommendations"]
    assert first[-3:] == ["Authors", "Background papers", "Appendix: notes and terms"]
    for number, (text, section) in enumerate(zip(first[2:-3], SECTIONS, strict=True), start=1):
        assert text.startswith(f"{number}. {section}")
    assert {level for level, _ in headings} == {1, 2, 3}
    assert all(level <= before + 1 for (before, _), (level, _) in pairwise(headings))
    areas = [text.removesuffix(": commentary") for level, text in headings if text.endswith(": commentary")]
    assert areas == list(basket.areas["short_name"])
    last = [text for level, text in headings if level == 2][-3:]
    assert last == ["Notes on the tables", "Terms in this paper", "Statistical neighbours"]


def test_the_title_block_has_the_meeting(paper: Made) -> None:
    texts = texts_of(paper)
    assert texts[:7] == [
        "North Somerset Council",
        "Report to the Children and Young People's Services Policy and Scrutiny Panel",
        "Date of meeting:\tThursday 22 February 2024",
        "Subject of report:\tQ3 performance monitoring",
        "Town or parish:\tAll",
        "Officer presenting:\tAssistant Director, Children's Family Support and Safeguarding",
        "Key decision:\tNo",
    ]
    assert not [text for text in texts if "{" in text]
    assert not [text for text in texts if "@" in text]
    assert any("43,367" in text for text in texts)
    assert any("no more than 5% of the target" in text for text in texts)


@pytest.mark.parametrize("which", ["paper", "summary", "pack"])
def test_tables_can_be_read_aloud_and_printed(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    tables = list(made.body.iter(f"{W}tbl"))
    assert len(tables) == {"paper": 9, "summary": 2, "pack": 3}[which]
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        properties = table.find(f"{W}tblPr")
        assert properties is not None
        look, title = properties.find(f"{W}tblLook"), properties.find(f"{W}tblCaption")
        assert look is not None
        assert look.get(f"{W}firstRow") == "1"
        assert title is not None
        assert title.get(f"{W}val")
        assert not [*table.iter(f"{W}gridSpan"), *table.iter(f"{W}vMerge"), *table.iterfind(f".//{W}tc//{W}tbl")]
    cells = [cell for table in made.document.tables for row in table.rows for cell in row.cells]
    assert all(cell.text.strip() or cell._tc.xpath(".//w:drawing//@descr") for cell in cells)


def test_a_rating_has_a_fill_besides_its_word_and_shape(paper: Made) -> None:
    fills = {"●": "D5ECDD", "▲": "FBE8C4", "■": "F8DCD9"}
    seen = 0
    for table in kpi_tables(paper):
        for row in table.rows[1:]:
            shades = [shade.get(f"{W}fill") for shade in row.cells[8]._tc.iter(f"{W}shd")]
            mark = fills.get(row.cells[8].text[0])
            assert shades == ([mark] if mark else [])
            seen += len(shades)
    assert seen == 42


def test_tables_are_landscape_and_the_rest_is_portrait(paper: Made) -> None:
    shapes, blocks, widths = [], [[]], []  # type: list[tuple[int, int]], list[list[str]], list[int]
    for block in paper.body[0]:
        if block.tag == f"{W}tbl":
            blocks[-1].append("".join(text.text or "" for text in block[2].iter(f"{W}t"))[:9])
            widths.append(sum(int(column.get(f"{W}w", 0)) for column in block.iter(f"{W}gridCol")))
        ends = [block] if block.tag == f"{W}sectPr" else block.findall(f"{W}pPr/{W}sectPr")
        for end in ends:
            size, margin = end.find(f"{W}pgSz"), end.find(f"{W}pgMar")
            assert size is not None
            assert margin is not None
            shapes.append((int(size.get(f"{W}w", 0)), int(size.get(f"{W}h", 0))))
            across = size.get(f"{W}orient") == "landscape"
            assert shapes[-1] == (A4[::-1] if across else A4)
            room = shapes[-1][0] - int(margin.get(f"{W}left", 0)) - int(margin.get(f"{W}right", 0))
            assert all(width <= room for width in widths)
            assert set(blocks[-1]) == ({"Indicator"} if across else set(blocks[-1]))
            blocks.append([])
            widths = []
    assert shapes == [A4, A4[::-1], A4]
    assert len(blocks[1]) == 5


def test_every_chart_has_the_same_alternative_text_as_on_the_website(paper: Made, scorecard: Scorecard) -> None:
    chosen = [name for area in scorecard.rows["area_id"].unique() for name in charted(scorecard.area(area))]
    described = [shape._inline.docPr.get("descr") for shape in paper.document.inline_shapes]
    lines = [text for text in described if text.startswith("Line of ")]
    drawn = [scorecard.figure_cells(str(name)) for name in scorecard.rows.index]
    assert len(lines) == sum(any(cell.value is not None for cell in cells) for cells in drawn)
    described = [text for text in described if text not in lines]
    assert described == [trend(scorecard, name).alternative for name in chosen]
    assert len(described) == 12
    assert all((scorecard.rows.loc[chosen, "rag"] == "RED") & (scorecard.rows.loc[chosen, "dot"] == "NEGATIVE"))
    numbers = [properties.get("id") for properties in paper.body.iter() if properties.tag.endswith("}docPr")]
    assert len(set(numbers)) == len(numbers) == 12 + len(lines)


@pytest.mark.parametrize("which", ["paper", "summary", "pack"])
def test_the_document_states_its_title_and_language(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    properties = made.document.core_properties
    assert properties.title.startswith("Q3 performance monitoring, October to December 2023")
    assert "Children and Young People's Services Policy and Scrutiny Panel" in properties.subject
    assert properties.language == "en-GB"
    assert properties.author == "North Somerset Council"
    assert properties.comments == ""
    assert properties.created == properties.modified
    assert str(properties.created).startswith("2024-02-22")
    styles = part(made.path, "word/styles.xml")
    assert {language.get(f"{W}val") for language in styles.iter(f"{W}lang")} == {"en-GB"}
    assert styles.find(f"{W}docDefaults//{W}lang") is not None


@pytest.mark.parametrize("which", ["paper", "summary", "pack"])
def test_every_page_has_its_number(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    codes = [(code.text or "").strip() for code in part(made.path, "word/footer1.xml").iter(f"{W}instrText")]
    assert codes == ["PAGE", "NUMPAGES"]
    first, *others = made.document.sections
    assert not first.footer.is_linked_to_previous
    assert all(section.footer.is_linked_to_previous for section in others)
    assert not any(section.different_first_page_header_footer for section in made.document.sections)


@pytest.mark.parametrize("which", ["paper", "summary", "pack"])
def test_nothing_is_spaced_with_empty_paragraphs_and_every_style_has_a_name(
    which: str, request: pytest.FixtureRequest
) -> None:
    made: Made = request.getfixturevalue(which)
    for paragraph in made.document.paragraphs:
        assert paragraph.text.strip() or paragraph._p.xpath(".//w:drawing")
    known = {style.get(f"{W}styleId") for style in part(made.path, "word/styles.xml").iter(f"{W}style")}
    kinds = ("pStyle", "rStyle", "tblStyle")
    used = {element.get(f"{W}val") for kind in kinds for element in made.body.iter(f"{W}{kind}")}
    assert used <= known
    assert len(used) >= 8


def test_the_same_figures_give_identical_files(folder: Path, project: Project) -> None:
    again = write_paper(project.root, QUARTER)
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes()
        with zipfile.ZipFile(path) as file:
            assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert file.namelist()[0] == "[Content_Types].xml"
            assert file.testzip() is None


def test_the_paper_lists_what_changed_since_the_previous_quarter(
    paper: Made, basket: Basket, scorecard: Scorecard
) -> None:
    before, after = scorecard.quarter.previous(), scorecard.quarter
    changes = compare(build_scorecard(basket, before), scorecard)
    texts = [paragraph.text for paragraph in paper.document.paragraphs]
    assert f"What changed since {before.label}" in texts
    assert comparison_lead(changes, before, after) in texts
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.document.tables]
    parts = comparison_rows(changes, before, after)
    assert [len(part.rows) for part in parts] == [6, 10, 1]
    for part in parts:
        assert [part.head, *part.rows] in tables


def test_the_questions_of_the_home_page_are_in_the_paper_the_summary_and_the_pack(
    paper: Made, summary: Made, pack: Made, basket: Basket, scorecard: Scorecard
) -> None:
    compared = compare(build_scorecard(basket, scorecard.quarter.previous()), scorecard)
    changes = with_moves(compared, scorecard, basket)
    asked = [f"{one.name}: {one.finding}. {one.question}" for one in questions(scorecard, changes)]
    assert len(asked) == 5
    for made in (paper, summary, pack):
        assert [text for text in texts_of(made) if text in asked] == asked


def test_names_have_the_widest_column_of_a_table_of_changes(pack: Made) -> None:
    table = next(table for table in pack.document.tables if table.rows[0].cells[-1].text == "Better or worse")
    name, *others = (column.width or 0 for column in table.columns)
    assert name > 1.3 * max(others)


def test_a_pack_without_an_earlier_quarter_has_one_page(basket: Basket, scorecard: Scorecard) -> None:
    document = open_document(None, "")
    build_pack(document, PaperFacts(basket, scorecard, {}, None, [], {}))
    assert not [each.text for each in document.paragraphs if each.paragraph_format.page_break_before]


def test_the_contents_link_to_headings_with_their_page_numbers(paper: Made) -> None:
    styled = [(paragraph, paragraph.style.name if paragraph.style else "") for paragraph in paper.document.paragraphs]
    listed = [paragraph for paragraph, style in styled if style and style.startswith("Contents ")]
    fields = [code.text.split()[1] for line in listed for code in line._p.iter(f"{W}instrText")]
    assert [link.get(f"{W}anchor") for line in listed for link in line._p.iter(f"{W}hyperlink")] == fields
    marked = {
        start.get(f"{W}name"): paragraph.text
        for paragraph in paper.document.paragraphs
        for start in paragraph._p.iter(f"{W}bookmarkStart")
    }
    assert [line.text.partition("\t")[0] for line in listed] == [marked[name] for name in fields]
