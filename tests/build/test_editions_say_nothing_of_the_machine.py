"""A published notebook has no path, user name or time, whatever its cells print or warn about."""

from __future__ import annotations

from pathlib import Path

import nbformat
from conftest import Project
from machine import said_of_this_machine
from nbformat.v4 import new_code_cell, new_notebook, new_output

from quarterly.editions.scrub import without_machine_paths

EDITION = "reports/2023-24-Q3"
TALKATIVE = """import os, pathlib, sys, warnings
import pandas as pd
warnings.warn("careful")
print(os.getcwd(), pathlib.Path.home() / "documents", sys.executable)
print("oops", pd.__file__, file=sys.stderr)
pathlib.Path("data", "areas.csv").resolve()"""


def test_output_and_warnings_of_cells_name_no_folder(project: Project) -> None:
    path = project.root / EDITION / "workforce.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell(TALKATIVE))
    nbformat.write(notebook, path)
    done = project("run", "2023-24-Q3", "--area", "workforce")
    assert done.returncode == 0, done.stderr
    text = path.read_text(encoding="utf-8")
    assert said_of_this_machine(text, project.root) == []
    said = "".join(output.get("text", "") for output in nbformat.read(path, as_version=4).cells[-1].outputs)
    assert "this cell:3: UserWarning: careful" in said
    assert "~/documents" in said.replace("\\", "/")


def test_words_that_only_look_like_a_folder_stay(tmp_path: Path) -> None:
    home, root = Path.home(), tmp_path / "project"
    kept = f"https://example.org{home.as_posix()} {home}-improvement x{root}"
    lines = [f"{root}/data/areas.csv", f"'{root}'", f"({home}/a)", kept]
    output = new_output("stream", name="stdout", text="\n".join(lines))
    picture = new_output("display_data", data={"image/png": str(root), "text/html": f"<p>{root}</p>"})
    notebook = new_notebook(cells=[new_code_cell("", outputs=[output, picture])])
    without_machine_paths(notebook, root)
    assert output.text.split("\n") == ["./data/areas.csv", "'.'", "(~/a)", kept]
    assert picture.data == {"image/png": str(root), "text/html": "<p>.</p>"}
