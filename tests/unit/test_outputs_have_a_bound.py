"""An output of any size is cleaned in time proportional to its length, and a very long one is cut with a note."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from quarterly.editions.scrub import cap_outputs, without_cell_files, without_machine_paths

LONG = 4_000_000
#: Texts that made a pattern backtrack repeatedly.
TEXTS = {
    "base64": "'iVBORw0KGgo' * (LONG // 11)",
    "slashes": "'/' * LONG",
    "almost a cell": "'ipykernel_1' * (LONG // 11)",
    "almost a path": "'ipykernel_' + '1' * LONG",
    "many cells": "'/tmp/ipykernel_12/34.py: warning\\n' * (LONG // 33)",
    "spaces": "' ' * LONG",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_long_output_is_cleaned_and_does_not_hang(text: str) -> None:
    """Quadratic work on four million characters would take hours: the limit here is generous on any machine."""
    code = (
        "from pathlib import Path\n"
        "from nbformat.v4 import new_code_cell, new_notebook, new_output\n"
        "from quarterly.editions.scrub import without_machine_paths\n"
        f"LONG = {LONG}\n"
        f"output = new_output('stream', text={text})\n"
        "without_machine_paths(new_notebook(cells=[new_code_cell(outputs=[output])]), Path.cwd())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("/t/ipykernel_12/34.py:1: UserWarning", "this cell:1: UserWarning"),
        ('File "C:\\Users\\a\\ipykernel_7\\8.py", line 2', 'File "this cell", line 2'),
        ("(/x/ipykernel_1/2.py) and /y/ipykernel_3/4.py", "(this cell) and this cell"),
        ("ipykernel_1/2.pyx ipykernel_/2.py", "this cellx ipykernel_/2.py"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_cells_are_called_this_cell(text: str, cleaned: str) -> None:
    assert without_cell_files(text) == cleaned


def test_a_very_long_text_keeps_its_beginning_and_says_so() -> None:
    notebook = new_notebook(cells=[new_code_cell(outputs=[new_output("stream", text="x" * 6_000_000)])])
    cap_outputs(notebook)
    text = notebook.cells[0].outputs[0].text
    assert text == "x" * 20_000 + "\nThis output has more than 5,000,000 characters, so it was cut after 20,000."


def test_progress_bars_which_tell_the_time_are_left_out() -> None:
    bar = "\r  0%|          | 0/2 [00:00<?, ?it/s]\r100%|##########| 2/2 [00:01<00:00,  1.9it/s]\n"
    streams = [new_output("stream", name="stderr", text=text) for text in (bar[:20], bar[20:])]
    said = new_output("stream", name="stdout", text=f"Before\r\n{bar}After\n")
    notebook = new_notebook(cells=[new_code_cell(outputs=[*streams, said])])
    cap_outputs(notebook)
    assert [output.text for output in notebook.cells[0].outputs] == ["Before\r\nAfter\n"]


def test_a_very_large_picture_is_left_out_with_a_note() -> None:
    data = {"image/png": "A" * 5_000_001, "text/plain": "a picture"}
    notebook = new_notebook(cells=[new_code_cell(outputs=[new_output("display_data", data=data)])])
    cap_outputs(notebook)
    kept = notebook.cells[0].outputs[0].data
    assert set(kept) == {"text/plain"}
    assert kept["text/plain"] == "This output has more than 5,000,000 characters, so it was left out."


@pytest.mark.parametrize(
    "value",
    [["x" * 100] * 60_000, {"rows": [{"name": "x" * 100}] * 60_000}, [0] * 600_000],
    ids=["a list of texts", "a table", "numbers"],
)
def test_non_text_data_has_the_same_limit(value: object) -> None:
    notebook = new_notebook(
        cells=[new_code_cell(outputs=[new_output("display_data", data={"application/json": value})])]
    )
    cap_outputs(notebook)
    assert notebook.cells[0].outputs[0].data == {
        "text/plain": "This output has more than 5,000,000 characters, so it was left out."
    }


def test_an_error_has_the_same_limit() -> None:
    error = new_output("error", ename="ValueError", evalue="x" * 6_000_000, traceback=["y" * 100] * 60_000)
    notebook = new_notebook(cells=[new_code_cell(outputs=[error])])
    cap_outputs(notebook)
    kept = notebook.cells[0].outputs[0]
    assert all(len(text) < 21_000 for text in (kept.evalue, *kept.traceback))
    assert "cut after 20,000" in kept.evalue
    assert "cut after 20,000" in kept.traceback[0]


def test_paths_are_removed_from_every_part_of_an_output(tmp_path: Path) -> None:
    link = new_output("display_data", data={"text/html": f"<a href='file://{tmp_path}/a.csv'>a</a>"})
    without_machine_paths(new_notebook(cells=[new_code_cell(outputs=[link])]), tmp_path)
    assert link.data["text/html"] == "<a href='file://./a.csv'>a</a>"
    said = f"{tmp_path}/data/a.csv"
    data = {"application/json": {said: [said, {"deep": [said]}], "number": 1}, "text/plain": said}
    error = new_output("error", ename="OSError", evalue=said, traceback=[said])
    cell = new_code_cell(outputs=[new_output("display_data", data=data), error])
    without_machine_paths(new_notebook(cells=[cell]), tmp_path)
    assert str(tmp_path) not in str(cell.outputs)
    assert cell.outputs[0].data["application/json"] == {
        "./data/a.csv": ["./data/a.csv", {"deep": ["./data/a.csv"]}],
        "number": 1,
    }


def test_a_stream_is_one_output_however_it_arrived() -> None:
    parts = [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")]
    outputs = [new_output("stream", name=name, text=text) for name, text in parts]
    notebook = new_notebook(cells=[new_code_cell(outputs=outputs)])
    cap_outputs(notebook)
    assert [(output.name, output.text) for output in notebook.cells[0].outputs] == [
        ("stdout", "ab"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


def test_an_output_of_ordinary_length_is_left_alone() -> None:
    output = new_output("display_data", data={"text/html": "<p>" * 100_000, "text/plain": "a"})
    notebook = new_notebook(cells=[new_code_cell(outputs=[output])])
    cap_outputs(notebook)
    without_machine_paths(notebook, Path("/nowhere/at/all"))
    assert notebook.cells[0].outputs[0] == output
