"""Text typed into commentary or imported from a workbook is inactive in every published file."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from io import StringIO
from pathlib import Path

import docx
import openpyxl
import pytest
from attacks import ALLOWED_LINKS, AREA_NAMES, HONEST, NAMES, QUARTER, SECRET, TYPED, read_of, squeezed
from bs4 import BeautifulSoup
from conftest import Project


@pytest.fixture(scope="module")
def attacked(hostile: tuple[Project, str]) -> Project:
    """Return the basket with the attacks."""
    return hostile[0]


@pytest.fixture(scope="module")
def commented(hostile: tuple[Project, str]) -> str:
    """Return the address of the page with the comments."""
    return f"reports/{QUARTER}/{hostile[1]}.html"


def test_no_secret_of_the_machine_is_published(attacked: Project) -> None:
    published = [path for name in ("_site", "downloads", "reports") for path in (attacked.root / name).rglob("*")]
    files = [path for path in published if path.is_file()]
    assert len(files) > 30
    for path in files:
        contents = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                contents += [archive.read(name) for name in archive.namelist()]
        assert not any(SECRET.encode() in content for content in contents), path.name


def texts_of(path: Path) -> str:
    """Read everything that a Word document shows."""
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode("utf-8")
    return squeezed(BeautifulSoup(xml.replace("<w:br/>", " "), "xml").get_text())


def assert_lifeless(path: Path) -> None:
    """Assert that a document has no extra field, object, macro, or link other than to the web and mailboxes."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert not [name for name in names if re.search(r"vba|activeX|embeddings|externalLinks", name)]
        for name in names:
            if name.endswith(".rels"):
                links = BeautifulSoup(archive.read(name), "xml").select("Relationship[TargetMode=External]")
                assert {link["Target"] for link in links} <= ALLOWED_LINKS, name
        if "word/document.xml" in names:
            body = BeautifulSoup(archive.read("word/document.xml"), "xml")
            codes = [code.get_text().split()[0] for code in body.find_all("instrText")]
            assert set(codes) <= {"SEQ", "PAGE", "NUMPAGES", "TOC", "PAGEREF"}


def test_the_paper_shows_words_and_names_as_text(attacked: Project) -> None:
    paper = attacked.root / "downloads" / QUARTER / "committee-paper.docx"
    assert_lifeless(paper)
    assert docx.Document(str(paper)).core_properties.title
    text = texts_of(paper)
    assert [name for name in NAMES if squeezed(name) not in text] == []
    for kind in ("a script", "an element that fails", "a comment", "a file", "the environment", "attributes of words"):
        assert all(part in text for part in read_of(TYPED[kind])), kind


def test_the_documents_for_officers_show_words_and_names_as_text(attacked: Project) -> None:
    done = attacked("commentary", "export", QUARTER, "--to", "boxes")
    assert done.returncode == 0, done.stderr
    documents = sorted((attacked.root / "boxes").glob("*.docx"))
    assert len(documents) == len(AREA_NAMES)
    for document in documents:
        assert_lifeless(document)
    text = "".join(map(texts_of, documents))
    for kind in ("a script", "a file", "a raw block", "settings", "formulas"):
        assert [part for part in read_of(TYPED[kind]) if part not in text] == [], kind


def test_the_workbook_and_the_open_data_hold_no_formula(attacked: Project) -> None:
    folder = attacked.root / "downloads" / QUARTER
    assert_lifeless(folder / "scorecard.xlsx")
    book = openpyxl.load_workbook(folder / "scorecard.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert {*NAMES} <= {cell.value for cell in cells}
    said = squeezed(" ".join(str(cell.value) for cell in book["Commentary"]["C"] + book["Commentary"]["D"]))
    assert squeezed(TYPED["formulas"]) in said
    printed = attacked("scorecard", QUARTER, "--format", "csv").stdout
    for text in (*((folder / name).read_text("utf-8") for name in ("scorecard.csv", "scorecard-wide.csv")), printed):
        texts = [text for row in csv.reader(StringIO(text)) for text in row]
        assert "'@SUM(1+1)*cmd|' /C calc'!A0" in texts
        assert [text for text in texts if re.match(r"\s*[=+@]", text)] == []


def test_the_words_in_the_notebook_stay_as_typed(attacked: Project, commented: str) -> None:
    notebook = json.loads((attacked.root / commented).with_suffix(".ipynb").read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert all(any(typed in source for source in sources) for typed in (*TYPED.values(), HONEST))
