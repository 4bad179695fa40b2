"""The site, the Word documents, the workbook and the open data of every edition agree when read back."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from bs4 import BeautifulSoup
from conftest import Once, Project, copy_project
from readers import (
    ABOUT_AREA,
    ALL,
    AREAS,
    EARLIER,
    EDITIONS,
    FIGURE,
    INDICATORS,
    LATEST,
    NAMES,
    NOTHING,
    PROMPT,
    TYPED,
    Key,
    Reading,
    Remark,
    W,
    columns,
    commentary_cells,
    counted,
    csv_rows,
    data_rows,
    differences,
    exact,
    head_of,
    page_of,
    plain,
    read_notebooks,
    read_paper,
    read_site,
    read_tidy,
    read_wide,
    read_workbook,
    shown_quarters,
    squeezed,
    text_of,
    xml_text,
)

from quarterly.core.quarters import Quarter
from quarterly.outputs.paper import write_paper
from quarterly.outputs.workbook import write_workbook

# The editions and their outputs


def type_comments(folder: Path) -> None:
    """Fill in empty places of an edition as officers do: not every place, and none in one area."""
    typed = cycle(TYPED)
    for area_id in [name for name in AREAS if name != "quality-assurance"]:
        path = folder / f"{area_id}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        tagged = [cell for cell in notebook["cells"] if "commentary" in cell["metadata"].get("tags", [])]
        empty = [cell for cell in tagged if PROMPT in "".join(cell["source"])]
        for cell in empty[:-1]:
            heading, words = next(typed)
            _, _, rest = "".join(cell["source"]).partition("\n")
            cell["source"] = f"{heading}\n{rest.replace(PROMPT, words)}"
        if area_id == "workforce":
            empty[0]["source"] = ABOUT_AREA
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")


def make_editions(root: Path) -> None:
    """Make at least two editions, each with its downloads."""
    project = copy_project(root)
    if not (project.root / "reports" / EARLIER).is_dir():
        done = project("run", EARLIER)
        assert done.returncode == 0, done.stderr
        type_comments(project.root / "reports" / EARLIER)
    for edition in EDITIONS:
        write_paper(project.root, Quarter.parse(edition))
        write_workbook(project.root, Quarter.parse(edition))


@pytest.fixture(scope="module")
def published(once: Once, renderer: str) -> Path:
    """Return the site with these editions; tests only read it."""

    def make(root: Path) -> None:
        shutil.copytree(once("editions", make_editions), root)
        done = Project(root)("render", "--renderer", renderer)
        assert done.returncode == 0, done.stderr

    return once(f"editions-{renderer}", make)


Outputs = dict[str, Reading]


def read_all(root: Path, edition: str) -> Outputs:
    downloads = root / "_site" / "downloads" / edition
    return {
        "notebooks": read_notebooks(root / "reports" / edition),
        "site": read_site(root / "_site", edition),
        "paper": read_paper(downloads),
        "workbook": read_workbook(downloads / "scorecard.xlsx"),
        "tidy": read_tidy(downloads / "scorecard.csv", edition),
        "wide": read_wide(downloads / "scorecard-wide.csv"),
    }


@pytest.fixture(scope="module")
def every(published: Path) -> dict[str, Outputs]:
    """Return the contents of every output of every edition."""
    return {edition: read_all(published, edition) for edition in EDITIONS}


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    """Return each edition in turn."""
    return str(request.param)


@pytest.fixture
def outputs(every: dict[str, Outputs], edition: str) -> Outputs:
    """Return the contents of every output of an edition."""
    return every[edition]


def shown(outputs: Outputs) -> dict[str, dict[Key, str]]:
    """Return the tables for readers, which must agree to the last character."""
    return {name: outputs[name].figures for name in ("site", "paper", "workbook")}


def facts(outputs: Outputs) -> dict[str, dict[Key, str]]:
    """Return the tables of all outputs as numbers, without the polarity, which the tidy file lacks."""
    return {
        name: {key: exact(text) for key, text in outputs[name].figures.items() if key[1] != "Polarity"}
        for name in ("site", "paper", "workbook", "tidy", "wide")
    }


def remarks(outputs: Outputs) -> dict[str, Counter[Remark]]:
    return {name: Counter(outputs[name].remarks) for name in ("notebooks", "site", "paper", "workbook")}


def test_every_edition_is_on_the_site_with_its_downloads(published: Path) -> None:
    for folder in ("reports", "_site/reports", "_site/downloads"):
        assert sorted(path.name for path in (published / folder).iterdir() if path.is_dir()) == EDITIONS, folder
    assert len(EDITIONS) >= 2
    for made in (published / "downloads").rglob("*.*"):
        assert (published / "_site" / made.relative_to(published)).read_bytes() == made.read_bytes(), made.name


def test_every_cell_of_every_indicator_is_the_same_for_every_reader(outputs: Outputs, edition: str) -> None:
    expected = {(plain(row["name"]), column) for row in INDICATORS for column in columns(edition)}
    assert len(expected) == 60 * 13
    assert {name: set(figures) - expected for name, figures in shown(outputs).items()} == {
        "site": set(),
        "paper": set(),
        "workbook": set(),
    }
    assert [len(figures) for figures in shown(outputs).values()] == [len(expected)] * 3
    assert differences(shown(outputs)) == {}
    assert all(text for figures in shown(outputs).values() for text in figures.values())


def test_the_open_data_has_the_same_figures(outputs: Outputs, edition: str) -> None:
    found = facts(outputs)
    known = {head_of(row["quarter"]) for row in data_rows("observations")}
    unknown = {key for key in found["site"] if key[1] in set(shown_quarters(edition)) - known}
    # The tidy file has no row for a quarter without any data; the others say x, the wide file in its note.
    assert unknown.isdisjoint(found["tidy"])
    assert {found[name].pop(key) for name in found if name != "tidy" for key in unknown} <= {"x"}
    assert [len(figures) for figures in found.values()] == [60 * 12 - len(unknown)] * 5
    assert differences(found) == {}
    polarity = {
        name: {key: text for key, text in outputs[name].figures.items() if key[1] == "Polarity"}
        for name in ("site", "wide")
    }
    assert len(polarity["wide"]) == 60
    assert differences(polarity) == {}


def test_every_indicator_has_the_same_id_everywhere(outputs: Outputs) -> None:
    expected = {plain(row["name"]): row["indicator_id"] for row in INDICATORS}
    assert [outputs[name].ids == expected for name in ("site", "workbook", "tidy", "wide")] == [True] * 4


def test_published_ratings_that_differ_are_the_same_everywhere(outputs: Outputs, edition: str) -> None:
    beside = {name: outputs[name].published for name in ("site", "paper", "workbook")}
    assert differences(beside) == {}
    assert differences({name: outputs[name].quality for name in ("site", "workbook")}) == {}
    given = {name: outputs[name].as_published for name in ("workbook", "tidy")}
    assert differences(given) == {}
    wide = {key: text for key, text in outputs["wide"].as_published.items() if text}
    assert wide == {key: text for key, text in given["tidy"].items() if text not in ("x", "Not targeted")}
    rated = any(row["quarter"] == edition for row in data_rows("published_ratings"))
    assert len(given["workbook"]) == (60 * 2 if rated else 0)
    assert bool(beside["site"]) == bool(wide) == rated
    for (name, judgement), text in beside["site"].items():
        assert given["tidy"][name, judgement] == text != outputs["site"].figures[name, judgement]


def test_the_figures_of_every_quarter_known_are_the_same_in_workbook_and_open_data(
    outputs: Outputs, edition: str
) -> None:
    quarters = {row["quarter"] for row in data_rows("observations") if row["quarter"] <= edition}
    assert len(outputs["workbook"].history) == len(outputs["tidy"].history) == 60 * len(quarters) * 4
    assert differences({name: outputs[name].history for name in ("workbook", "tidy")}) == {}


def test_every_note_on_an_indicator_is_the_same(outputs: Outputs) -> None:
    notes = {name: outputs[name].notes for name in ("site", "paper", "workbook")}
    assert len(notes["site"]) >= 3
    assert differences(notes) == {}


def test_every_output_has_the_same_comments(outputs: Outputs, published: Path, edition: str) -> None:
    cells = [cell for area in AREAS for cell in commentary_cells(published / "reports" / edition / f"{area}.ipynb")]
    written = [cell for cell in cells if PROMPT not in "".join(cell["source"])]
    assert 10 <= len(written) < len(cells)
    assert [sum(found.values()) for found in remarks(outputs).values()] == [len(written)] * 4
    assert differences(remarks(outputs)) == {}


def test_ratings_are_counted_alike_in_every_place(outputs: Outputs, edition: str) -> None:
    expected = counted(outputs["site"].figures)
    assert list(expected) == [ALL, *(plain(row["name"]) for row in AREAS.values())]
    assert sum(expected[ALL]) == 60
    for name in ("paper", "workbook", "tidy", "wide"):
        assert counted(outputs[name].figures) == expected, name
    said = {key: counts for name in ("site", "paper", "workbook") for key, counts in outputs[name].counts.items()}
    assert {key: counts for key, counts in said.items() if counts != expected[key[1]]} == {}
    areas = {"area page, first sentence": 5, "area page, list": 5, "area page, description": 5}
    both = {
        "summary page, table": 6,
        "paper, sentence": 6,
        "paper, table": 6,
        "summary, table": 6,
        "workbook, sheet": 6,
    }
    alone = ["summary page, first sentence", "summary page, list", "summary page, description", "list of editions"]
    alone += ["summary, figures", "workbook, cover"]
    home = {"home page, first sentence": 1, "home page, list": 1, "home page, table": 6}
    places = areas | both | dict.fromkeys(alone, 1) | (home if edition == LATEST else {})
    assert Counter(place for place, _ in said) == places


def test_the_home_page_says_how_the_counts_moved_since_the_edition_before(
    published: Path, every: dict[str, Outputs]
) -> None:
    now, then = ([*counted(every[quarter]["site"].figures)[ALL]] for quarter in (LATEST, "2023-24-Q2"))
    moved = [text_of(item) for item in page_of(published / "_site/index.html").select(".rag-count-moved")]
    words = {0: "same as Q2", 1: "more than Q2", -1: "fewer than Q2"}
    assert moved == [
        f"{abs(change)} {words[change // abs(change)]}" if change else words[0]
        for change in (after - before for after, before in zip(now, then, strict=True))
    ]


def stated(sentence: str, quarters: list[str]) -> Iterator[Key]:
    """Read the figures in a sentence about an indicator, or in a chart's text: column and figure."""
    patterns = {
        quarters[-1]: rf"^({FIGURE})(?:,|$)",
        quarters[-2]: rf"(?:up|down|unchanged) from ({FIGURE})",
        "Target": rf"against a target of ({FIGURE})",
    }
    for head, pattern in patterns.items():
        yield from ((head, figure) for figure in re.findall(pattern, sentence))
    yield from re.findall(rf"(Q\d \d{{4}}-\d\d): ({FIGURE})", sentence)
    against = re.search(r"Seen against: (.*?)\.(?: |$)", sentence)
    for names, figure in re.findall(rf"([A-Z][A-Za-z, ]+) ({FIGURE})(?:;|$)", against[1] if against else ""):
        yield from ((name, figure) for name in names.split(", "))


def test_words_that_name_no_indicator_are_not_placed_under_another_comments_indicators(
    published: Path, tmp_path: Path
) -> None:
    for part in ("data", "params", "reports"):
        shutil.copytree(published / part, tmp_path / part)
    path = tmp_path / "reports" / LATEST / "workforce.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    last = max(at for at, cell in enumerate(notebook["cells"]) if "commentary" in cell["metadata"].get("tags", []))
    typed = {**notebook["cells"][last], "id": "of-the-group", "source": "### Red to watch\n\nAll reds share one cause."}
    notebook["cells"].insert(last + 1, typed)
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8", newline="\n")
    write_paper(tmp_path, Quarter.parse(LATEST))
    made = {
        "notebooks": Counter(read_notebooks(path.parent).remarks),
        "paper": Counter(read_paper(tmp_path / "downloads" / LATEST).remarks),
    }
    assert differences(made) == {}


@pytest.mark.parametrize("output", ["site", "paper"])
def test_every_sentence_and_chart_has_the_figures_of_the_table(outputs: Outputs, edition: str, output: str) -> None:
    quarters, wrong, compared = shown_quarters(edition), [], 0
    for name, sentence in outputs[output].statements:
        figures = list(stated(sentence, quarters))
        wrong += [(name, head, text) for head, text in figures if outputs["site"].figures[name, head] != text]
        compared += len(figures)
    assert wrong == []
    assert compared >= {"site": 450, "paper": 100}[output]


def test_a_finding_of_an_indicator_is_the_same_sentence_everywhere(outputs: Outputs) -> None:
    found: dict[str, set[str]] = {}
    for output in ("site", "paper"):
        for name, sentence in outputs[output].statements:
            if not sentence.startswith("Line chart"):
                found.setdefault(name, set()).add(sentence[:1].lower() + sentence[1:])
    assert len(found) == 60
    assert {name: sentences for name, sentences in found.items() if len(sentences) > 1} == {}


# The comparison finds differences

SPOILT = "Percentage of Initial contact decisions made within 24 hours"


def spoil_word(path: Path, change: Callable[[ET.Element], None]) -> None:
    """Change the text of a Word document."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    document = ET.fromstring(parts["word/document.xml"])  # noqa: S314 - made here
    change(document)
    parts["word/document.xml"] = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)


def row_of(document: ET.Element) -> tuple[ET.Element, ET.Element]:
    """Find the row of an indicator, and its table."""
    for table in document.iter(f"{W}tbl"):
        for row in table.findall(f"{W}tr"):
            if NAMES.get(squeezed(xml_text(row.find(f"{W}tc")))) == SPOILT:  # type: ignore[arg-type]
                return table, row
    raise AssertionError(SPOILT)


def set_cell(document: ET.Element, place: int, text: str) -> None:
    """Put other words into a cell of the indicator's row."""
    first, *rest = row_of(document)[1].findall(f"{W}tc")[place].iter(f"{W}t")
    first.text = text
    for other in rest:
        other.text = ""


def drop_row(document: ET.Element) -> None:
    table, row = row_of(document)
    table.remove(row)


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Path:
    """Return a copy of the site to change."""
    shutil.copytree(published / "_site", tmp_path / "_site")
    return tmp_path / "_site"


@pytest.mark.parametrize(
    ("column", "place", "text"),
    [("figure", 5, "68%"), ("Target", 6, "91%"), ("RAG", 8, "▲ Amber"), ("Direction of travel", 9, "Stable")],
)
def test_a_changed_cell_in_the_paper_is_found(
    every: dict[str, Outputs], copied: Path, column: str, place: int, text: str
) -> None:
    folder = copied / "downloads" / LATEST
    spoil_word(folder / "committee-paper.docx", lambda document: set_cell(document, place, text))
    head = shown_quarters(LATEST)[-1] if column == "figure" else column
    for compared in (shown, facts):
        found = differences(compared({**every[LATEST], "paper": read_paper(folder)}))
        assert list(found) == [(SPOILT, head)]
        assert found[SPOILT, head]["paper"] == text.removeprefix("▲ ")


def test_an_indicator_missing_from_the_paper_is_found(every: dict[str, Outputs], copied: Path) -> None:
    folder = copied / "downloads" / LATEST
    spoil_word(folder / "committee-paper.docx", drop_row)
    paper = read_paper(folder)
    found = differences(shown({**every[LATEST], "paper": paper}))
    assert set(found) == {(SPOILT, column) for column in columns(LATEST)}
    assert {texts["paper"] for texts in found.values()} == {NOTHING}
    assert counted(paper.figures)[ALL] != counted(every[LATEST]["site"].figures)[ALL]


def test_a_changed_word_or_a_lost_comment_in_the_paper_is_found(every: dict[str, Outputs], copied: Path) -> None:
    folder = copied / "downloads" / LATEST
    spoilt = next(remark for remark in every[LATEST]["paper"].remarks if SPOILT in remark.indicators)

    def change(document: ET.Element) -> None:
        (text,) = [part for part in document.iter(f"{W}t") if plain(part.text or "") == spoilt.words]
        text.text = f"{spoilt.words} Not so"

    spoil_word(folder / "committee-paper.docx", change)
    paper = read_paper(folder)
    found = differences(remarks({**every[LATEST], "paper": paper}))
    assert {remark.words for remark in found} == {spoilt.words, f"{spoilt.words} Not so"}
    paper.remarks.remove(next(remark for remark in paper.remarks if remark.words.endswith("Not so")))
    assert list(differences(remarks({**every[LATEST], "paper": paper}))) == [spoilt]


def test_a_changed_cell_or_comment_on_the_site_is_found(every: dict[str, Outputs], copied: Path) -> None:
    path = copied / "reports" / LATEST / "early-help.html"
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    row = next(row for row in page.select("table.kpi-table tbody tr") if row.get_text().startswith(SPOILT))
    cell, comment = row.select_one("td.latest"), page.select_one("section.comment p")
    assert cell is not None
    assert comment is not None
    cell.string = "68%"
    comment.append(" Not so.")
    path.write_text(str(page), encoding="utf-8")
    spoilt = {**every[LATEST], "site": read_site(copied, LATEST)}
    assert list(differences(shown(spoilt))) == [(SPOILT, shown_quarters(LATEST)[-1])]
    assert len(differences(remarks(spoilt))) == 2


def test_a_changed_cell_in_the_workbook_is_found(every: dict[str, Outputs], copied: Path) -> None:
    path = copied / "downloads" / LATEST / "scorecard.xlsx"
    book = openpyxl.load_workbook(path)
    for name in ("Scorecard", "EarlyHelp"):
        heads = [cell.value for cell in book[name][5]]
        row = next(row for row in book[name].iter_rows(min_row=6) if row[0].value == SPOILT)
        row[heads.index("RAG")].value = "Amber"
    book["Commentary"]["B5"] = "Amber to watch"
    book.save(path)
    spoilt = {**every[LATEST], "workbook": read_workbook(path)}
    assert list(differences(shown(spoilt))) == [(SPOILT, "RAG")]
    assert len(differences(remarks(spoilt))) == 2


@pytest.mark.parametrize(("output", "file"), [("tidy", "scorecard.csv"), ("wide", "scorecard-wide.csv")])
def test_a_changed_figure_in_the_open_data_is_found(
    every: dict[str, Outputs], copied: Path, output: str, file: str
) -> None:
    path = copied / "downloads" / LATEST / file
    rows = csv_rows(path)
    row = next(row for row in rows if row["indicator"] == SPOILT and row.get("quarter", LATEST) == LATEST)
    row["value" if output == "tidy" else LATEST] = "67.5"
    with path.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    spoilt = {**every[LATEST], output: read_tidy(path, LATEST) if output == "tidy" else read_wide(path)}
    assert list(differences(facts(spoilt))) == [(SPOILT, shown_quarters(LATEST)[-1])]
