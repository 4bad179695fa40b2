"""A damaged notebook of an edition is never treated as missing: it is refused, with where to find a good version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import EXAMPLE, Project

from quarterly.commentary.cells import tagged
from quarterly.commentary.notebook_files import open_edition, read_notebook
from quarterly.core.errors import DataFaults
from quarterly.core.notebook_errors import MarksOfAMerge, UnfinishedMerge, UnreadableNotebook
from quarterly.core.quarters import Quarter
from quarterly.editions.runner import prepare, require_parameters
from quarterly.outputs.website.render import render_site, require_readable

WORKFORCE = "reports/2023-24-Q3/workforce.ipynb"
WHOLE = (EXAMPLE / WORKFORCE).read_bytes()


def notebook(**changes: object) -> bytes:
    """Return the notebook with some parts changed; None removes one."""
    content = {**json.loads(WHOLE), **changes}
    return json.dumps({name: part for name, part in content.items() if part is not None}).encode()


DAMAGED = {
    "empty": b"",
    "blank": b" \n",
    "only a byte-order mark": b"\xef\xbb\xbf",
    "half": WHOLE[: len(WHOLE) // 2],
    "zeros": b"\0" * 500,
    "not UTF-8": WHOLE.decode().encode("utf-16"),
    "no notebook": b"[1, 2]",
    "null": b"null",
    "deep": b"[" * 100_000,
    "an older format": notebook(nbformat=3),
    "a newer format": notebook(nbformat=5),
    "no format": notebook(nbformat=None),
    "no cells": notebook(cells=None),
    "cells that are no list": notebook(cells={}),
    "a cell that is none": notebook(cells=["text"]),
    "a cell without a type": notebook(cells=[{"source": "Words.", "metadata": {}}]),
    "a cell without text": notebook(cells=[{"cell_type": "markdown", "metadata": {}}]),
    "a cell with lines that are none": notebook(cells=[{"cell_type": "markdown", "metadata": {}, "source": [1]}]),
    "metadata that is a list": notebook(metadata=[]),
}


def edition(folder: Path, content: bytes) -> Path:
    path = folder / WORKFORCE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_notebook_is_refused_with_where_the_last_good_version_is(tmp_path: Path, content: bytes) -> None:
    path = edition(tmp_path, content)
    with pytest.raises(UnreadableNotebook) as refused:
        open_edition(path)
    assert str(refused.value).startswith(f"{WORKFORCE} cannot be read as a notebook: ")
    assert f'git restore --source HEAD "{WORKFORCE}"' in str(refused.value)
    assert "JupyterLab" not in str(refused.value)
    saved = path.parent / ".ipynb_checkpoints" / "workforce-checkpoint.ipynb"
    saved.parent.mkdir()
    saved.write_bytes(WHOLE)
    with pytest.raises(UnreadableNotebook, match=r"last save: reports/2023-24-Q3/\.ipynb_checkpoints/workforce-check"):
        open_edition(path)


def test_only_a_missing_notebook_is_none(tmp_path: Path) -> None:
    path = tmp_path / WORKFORCE
    assert open_edition(path) is None
    path.mkdir(parents=True)
    with pytest.raises(UnreadableNotebook, match="it is not a file"):
        open_edition(path)


def test_a_run_refuses_an_empty_notebook_and_leaves_it(project: Project) -> None:
    (project.root / WORKFORCE).write_bytes(b"")
    with pytest.raises(UnreadableNotebook, match="the file is empty"):
        prepare(project.root, Quarter(2023, 3), ["workforce"])
    assert (project.root / WORKFORCE).read_bytes() == b""


def test_a_byte_order_mark_is_accepted() -> None:
    assert read_notebook(b"\xef\xbb\xbf" + WHOLE, WORKFORCE) == read_notebook(WHOLE, WORKFORCE)


def test_tags_stored_as_one_string_become_a_list() -> None:
    cell = {"cell_type": "markdown", "metadata": {"tags": "commentary-start, remove"}, "source": ["## Words"]}
    found = read_notebook(notebook(cells=[cell]), WORKFORCE)["cells"][0]
    assert found["metadata"]["tags"] == ["commentary-start", "remove"]
    assert not tagged(found, "commentary")


# Unfinished merges


def test_conflict_markers_name_the_line_and_how_to_merge_with_nbdime() -> None:
    lines = WHOLE.decode().splitlines()
    at = next(number for number, line in enumerate(lines) if "About this area" in line)
    lines[at:at] = ["<<<<<<< HEAD", '    "One person\'s words.",', "=======", '    "Another\'s.",', ">>>>>>> theirs"]
    for end in ("\n", "\r\n"):
        with pytest.raises(UnfinishedMerge) as refused:
            read_notebook(end.join(lines).encode(), WORKFORCE)
        assert f"line {at + 1} of the file is '<<<<<<< HEAD'" in str(refused.value)
        assert "git-nbmergedriver" in str(refused.value)
        assert f'git checkout --merge -- "{WORKFORCE}"' in str(refused.value)
        assert "words of both are kept" in str(refused.value)


@pytest.mark.parametrize("file", ["index.qmd", "_quarto.yml", "reports/_metadata.yml", "theme/report.css"])
def test_the_site_is_not_made_from_a_file_that_git_could_not_merge(project: Project, file: str) -> None:
    require_readable(project.root)
    path = project.root / file
    path.write_text("a\nb\n<<<<<<< HEAD\nc\n=======\nd\n>>>>>>> theirs\n", encoding="utf-8")
    with pytest.raises(DataFaults, match=f"{file}, line 3: found <<<<<<< HEAD. Two people changed these lines"):
        render_site(project.root, "embedded")


@pytest.mark.parametrize(
    ("text", "found"), [("", "website"), ("website:\n\ttitle: A\n", "line 2, column 1: found a tab")]
)
def test_the_site_is_not_made_without_its_settings(project: Project, text: str, found: str) -> None:
    (project.root / "_quarto.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults, match=found):
        require_readable(project.root)


def test_the_site_is_not_made_from_a_damaged_edition(project: Project) -> None:
    summary = project.root / "reports" / "2023-24-Q3" / "index.ipynb"
    summary.write_bytes(summary.read_bytes()[:3000])
    with pytest.raises(UnreadableNotebook, match=r"^reports/2023-24-Q3/index\.ipynb cannot be read as a notebook"):
        require_readable(project.root)


def test_a_template_may_have_a_byte_order_mark_and_the_line_ends_of_windows(project: Project) -> None:
    template = project.root / "notebooks" / "workforce.ipynb"
    template.write_bytes(b"\xef\xbb\xbf" + template.read_bytes().replace(b"\n", b"\r\n"))
    require_parameters(project.root, Quarter(2023, 3))


def test_a_damaged_template_is_named(project: Project) -> None:
    template = project.root / "notebooks" / "workforce.ipynb"
    template.write_bytes(b"<<<<<<< HEAD\n{}\n=======\n>>>>>>> theirs\n")
    with pytest.raises(UnfinishedMerge, match=r"^notebooks/workforce\.ipynb holds .*line 1 of the file"):
        prepare(project.root, Quarter(2023, 3))
    template.write_bytes(b"{")
    with pytest.raises(UnreadableNotebook, match=r"^notebooks/workforce\.ipynb cannot be read") as refused:
        prepare(project.root, Quarter(2023, 3))
    assert "delete it" not in str(refused.value), "the next run would not make it again"


MARKS = ["<<<<<<< local\n", "One.\n", "=======\n", "Two.\n", ">>>>>>> remote"]


def test_conflict_markers_in_a_cell_name_the_cell() -> None:
    text = {"cell_type": "markdown", "metadata": {}, "source": "Words."}
    inside = notebook(cells=[text, {**text, "source": MARKS}])
    with pytest.raises(MarksOfAMerge, match=r"in cell 2: two people changed the same words"):
        read_notebook(inside, WORKFORCE)
    around = notebook(cells=[{**text, "source": part.strip()} for part in MARKS])
    with pytest.raises(MarksOfAMerge, match=r"in cells 1 to 5: .*nbdime mergetool"):
        read_notebook(around, WORKFORCE)


@pytest.mark.parametrize("words", ["Heading\n=======\n\nWords.", "<<<<<<< fewer", "> a\n>>>>>>> deep"])
def test_lines_that_only_look_like_a_marker_are_text(words: str) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": words}
    assert read_notebook(notebook(cells=[cell]), WORKFORCE)["cells"][0]["source"] == words


def test_half_a_character_becomes_the_replacement_character_and_all_other_text_stays() -> None:
    """An editor that counts in UTF-16 can split an emoji, and neither half can be written to a file."""
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "Words \ud83d here \U0001f600 \\ud800"}
    content = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"x\udfff": 1}, "cells": [cell]})
    found = read_notebook(content.encode("ascii"), "a.ipynb")
    assert found["cells"][0]["source"] == "Words \ufffd here \U0001f600 \\ud800"
    json.dumps(found, ensure_ascii=False).encode("utf-8")
