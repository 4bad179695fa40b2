"""An area's notebook, its Word document, and officers' edits to them, for the tests of commentary in Word."""

from __future__ import annotations

import copy
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import nbformat
from conftest import ROOT
from docx.document import Document
from docx.table import _Cell
from hypothesis import strategies as st
from nbformat import NotebookNode

from quarterly.commentary.cells import TAG
from quarterly.commentary.format import PROMPT
from quarterly.commentary.read import Written, read_edition
from quarterly.editions.notebooks import assemble
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.forms.boxes import read_reference
from quarterly.outputs.forms.export import build_document
from quarterly.outputs.forms.merging import Keep, Merge
from quarterly.outputs.forms.reading import FilledIn, read_document

AREA = "workforce"
GROUP, ABOUT, WORDS, REFERENCE = 1, 2, 3, 4
#: Characters with a meaning in Markdown, Pandoc, Quarto or Word.
marks = st.text(alphabet="ab *_`[]()!#<>&;.1)-+~$|\\\n{}@:=\"'%£–“”\u00a0\u2028\u2011", max_size=25)
sentences = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40)
rows = st.one_of(
    sentences,
    marks,
    sentences.map("- {}".format),
    sentences.map("  - {}".format),
    sentences.map("1. {}".format),
    sentences.map("7. {}".format),
    sentences.map("#### {}".format),
    sentences.map("> {}".format),
    sentences.map("    {}".format),
    sentences.map("why: **{}**, *soon*".format),
    sentences.map("[{}](https://example.org/plan_(2))".format),
    st.sampled_from(
        [
            *("", "```", "| a | b |", "|---|---|", "[x]: https://example.org", "![chart](x.png)", "{{< include x >}}"),
            *("$x^2$", "Confirmed", "<div>", "::: note", "---", "x\\", "**bold *both***", "word " * 300),
        ]
    ),
)
markdown = st.lists(rows, max_size=6).map("\n".join)


def run_again(notebook: NotebookNode | None, part: Scorecard) -> NotebookNode:
    """Make the notebook that a run would execute."""
    return assemble(nbformat.read(ROOT / "notebooks" / f"{AREA}.ipynb", as_version=4), notebook, part)


def blank_edition(part: Scorecard) -> NotebookNode:
    """Return an area's notebook with only empty places, as a first run makes it."""
    return run_again(None, part)


def places(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]


def with_words(notebook: NotebookNode, words: list[str]) -> NotebookNode:
    """Type words into the places, one text each."""
    notebook = copy.deepcopy(notebook)
    for cell, text in zip(places(notebook), words, strict=False):
        opening = cell.source.partition(PROMPT)[0]
        if text.strip():
            cell.source = opening + text
    return notebook


def read_comments(notebook: NotebookNode, part: Scorecard) -> dict[str, Written]:
    return {one.id: one for one in read_edition(notebook, part)}


def exported(notebook: NotebookNode, part: Scorecard, earlier: list[Written] | None = None) -> bytes:
    return build_document(AREA, "The workforce", part, read_edition(notebook, part), earlier, "A council")


def boxes(document: Document) -> dict[str, _Box]:
    """Find the boxes of a document by the cell that they are for; those for further comments are new-1, new-2."""
    found: dict[str, Any] = {}
    for table in document.tables:
        reference = read_reference(table.rows[-1].cells[-1].text)
        if reference:
            name = (
                f"new-{sum(key.startswith('new-') for key in found) + 1}" if reference.cell == "new" else reference.cell
            )
            found[name] = _Box([row.cells[1] for row in table.rows])
    return found


class _Box:
    """A box, to type in as an officer does."""

    def __init__(self, cells: list[_Cell]) -> None:
        self.cells = cells

    def type(self, row: int, *paragraphs: str) -> None:
        cell = self.cells[row]
        for old in cell.paragraphs[1:]:
            old._p.getparent().remove(old._p)
        first = cell.paragraphs[0]
        for child in list(first._p):
            first._p.remove(child)
        for place, text in enumerate(paragraphs):
            (first if place == 0 else cell.add_paragraph()).add_run(text)


def saved(document: Document, path: Path) -> Path:
    document.save(str(path))
    return path


def opened(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


def reading(content: bytes, folder: Path, name: str = "workforce.docx") -> FilledIn:
    (folder / name).write_bytes(content)
    return read_document(folder / name)


def merged(notebook: NotebookNode, part: Scorecard, *documents: FilledIn, keep: Keep = Keep.ASK) -> Merge:
    merge = Merge(copy.deepcopy(notebook), part, keep)
    for document in documents:
        merge.add(document)
    return merge
