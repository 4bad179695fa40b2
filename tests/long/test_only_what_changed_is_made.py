"""A build makes again only what would differ, and says why; building everything gives the same result."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import Project, made_files
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.storage.state import differences

EDITION = "reports/2023-24-Q3"
FIGURE = "average-caseload,2023-24-Q3,14.0", "average-caseload,2023-24-Q3,14.5"


def reasons(explained: str) -> dict[str, str]:
    """Read the reasons that a command printed with --explain."""
    lines = [line.strip().partition(": ") for line in explained.splitlines() if line.startswith("  ")]
    return {name: said for name, _, said in lines if said.startswith(("up to date", "made"))}


def made(explained: str) -> set[str]:
    return {Path(name).stem for name, said in reasons(explained).items() if said != "up to date"}


@pytest.fixture(scope="module")
def finished(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a built project; each test leaves it built as it found it."""
    root = tmp_path_factory.mktemp("finished") / "project"
    shutil.copytree(whole, root)
    return Project(root)


def test_a_first_build_makes_everything_and_ends_with_what_to_do_next(whole: Path) -> None:
    said = whole.with_name("whole.txt").read_text(encoding="utf-8")
    assert len(made(said)) == 7 + 2 + 1
    *_, to_open, wants_attention = said.splitlines()
    assert to_open == f"Open {Path('_site', 'index.html')} in a browser."
    assert wants_attention.startswith("The commentary of 2023-24-Q3 has 0 errors and 1 warning")


def test_without_changes_nothing_is_made(finished: Project) -> None:
    before = made_files(finished.root)
    done = finished("build", "--renderer", "embedded", "--explain")
    assert done.returncode == 0, done.stderr
    assert len(reasons(done.stderr)) == 7 + 2 + 1
    assert made(done.stderr) == set()
    assert "Open " not in done.stderr
    assert done.stdout == ""
    assert made_files(finished.root) == before


def test_without_changes_nothing_slow_is_imported(finished: Project) -> None:
    code = """
import json, sys
from quarterly.cli.main import main
main(["build", "--renderer", "embedded"], standalone_mode=False)
print(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=finished.root, capture_output=True, text=True, encoding="utf-8", check=True
    )
    modules = set(json.loads(done.stdout))
    assert "quarterly.project.products" in modules
    slow = {
        "altair",
        "asyncio",
        "docx",
        "ipykernel",
        "jupyter_client",
        "multiprocessing",
        "nbformat",
        "numpy",
        "pandas",
    }
    assert modules & (slow | {"papermill", "smalldocs", "vl_convert", "xlsxwriter"}) == set()


def test_a_changed_figure_remakes_its_area_and_what_shows_all_areas(finished: Project) -> None:
    before = made_files(finished.root)
    finished.edit("data/observations.csv", *FIGURE)
    done = finished("run", "--explain")
    assert done.returncode == 0, done.stderr
    assert made(done.stderr) == {"workforce", "index", "data-quality"}
    said = reasons(done.stderr)[f"{EDITION}/workforce.ipynb"]
    assert said == "made, because its rows of data/observations.csv changed"
    now = made_files(finished.root)
    assert now[f"{EDITION}/workforce.ipynb"] != before[f"{EDITION}/workforce.ipynb"]

    forced = finished("run", "--force", "--area", "early-help", "--area", "quality-assurance")
    assert forced.returncode == 0, forced.stderr
    assert made_files(finished.root) == now, "what was left out would have come out the same"

    finished.edit("data/observations.csv", *FIGURE[::-1])
    assert finished("run").returncode == 0
    assert made_files(finished.root) == before


def test_commentary_needs_no_kernel(finished: Project) -> None:
    path = finished.root / EDITION / "workforce.ipynb"
    before = path.read_bytes()
    notebook = nbformat.reads(before.decode("utf-8"), as_version=4)
    place = next(cell for cell in notebook.cells if "Write here" in cell.source)
    place.source = place.source.rpartition("\n")[0] + "\nCaseloads rose in winter."
    nbformat.write(notebook, path)
    done = finished("run", "--explain", "--area", "workforce")
    assert done.returncode == 0, done.stderr
    assert made(done.stderr) == set()
    kept = path.read_bytes()
    assert b"Caseloads rose in winter." in kept
    assert finished("run", "--area", "workforce", "--force").returncode == 0
    assert path.read_bytes() == kept, "an execution would have given the same"
    path.write_bytes(before)
    assert finished("run").returncode == 0
    assert path.read_bytes() == before


def test_outputs_changed_by_hand_are_made_again(finished: Project) -> None:
    path = finished.root / EDITION / "early-help.ipynb"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"1,720", b"1,721"))
    done = finished("run", "--explain", "--area", "early-help")
    assert reasons(done.stderr)[f"{EDITION}/early-help.ipynb"] == "made, because its code or outputs were changed"
    assert path.read_bytes() == before


def test_a_deleted_notebook_is_made_again(finished: Project) -> None:
    path = finished.root / EDITION / "quality-assurance.ipynb"
    before = path.read_bytes()
    path.unlink()
    done = finished("run", "--explain")
    assert reasons(done.stderr)[f"{EDITION}/quality-assurance.ipynb"] == "made, because it has not been made yet"
    assert b"## Commentary" in path.read_bytes()
    path.write_bytes(before)
    assert finished("run").returncode == 0


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("from pathlib import Path\nPath('mine.txt').read_text()", "it has code of its own"),
        ("import numpy as np\nstr(np.genfromtxt('mine.txt', dtype=str))", "its cells open mine.txt"),
    ],
)
def test_users_code_is_run_every_time(finished: Project, code: str, reason: str) -> None:
    path = finished.root / EDITION / "index.ipynb"
    before = path.read_bytes()
    (finished.root / "mine.txt").write_text("one", encoding="utf-8")
    notebook = nbformat.reads(before.decode("utf-8"), as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(code, id="mine"))
    nbformat.write(notebook, path)
    for place, text in enumerate(("one", "one")):
        (finished.root / "mine.txt").write_text(text, encoding="utf-8")
        done = finished("run", "--explain", "--area", "index")
        said = reasons(done.stderr)[f"{EDITION}/index.ipynb"]
        assert said.startswith("made, because")
        assert place == 0 or (reason in said and said.endswith("its inputs cannot be known"))
        assert f">{text}<" in path.read_text(encoding="utf-8")
    path.write_bytes(before)
    (finished.root / "mine.txt").unlink()
    assert finished("run").returncode == 0


def test_a_changed_page_remakes_only_the_site(finished: Project) -> None:
    finished.edit("methods.qmd", "\n## ", "\n\nA new sentence.\n\n## ")
    done = finished("build", "--renderer", "embedded", "--explain")
    assert done.returncode == 0, done.stderr
    assert reasons(done.stderr)["_site"] == "made, because methods.qmd changed"
    assert made(done.stderr) == {"_site"}
    assert "A new sentence." in (finished.root / "_site" / "methods.html").read_text(encoding="utf-8")


def test_a_page_changed_by_hand_in_the_site_is_made_again(finished: Project) -> None:
    page = finished.root / "_site" / "glossary.html"
    before = page.read_bytes()
    page.write_bytes(before + b"<!-- touched -->")
    done = finished("render", "--renderer", "embedded", "--explain")
    assert reasons(done.stderr)["_site"] == "made, because _site/glossary.html was edited"
    assert page.read_bytes() == before


# Reasons


known = st.dictionaries(st.sampled_from(["data/a.csv", "pandas", "Python"]), st.sampled_from(["1.0", "2.0"]))


@settings(max_examples=50, deadline=None)
@given(known, known)
def test_a_reason_is_given_if_and_only_if_there_is_a_difference(before: dict[str, str], now: dict[str, str]) -> None:
    said = differences(before, now)
    assert bool(said) == (before != now)
    for name in before.keys() | now.keys():
        assert (name in said) == (before.get(name) != now.get(name))


def test_a_changed_version_is_given_with_both_numbers() -> None:
    assert differences({"pandas": "3.0.1"}, {"pandas": "3.0.2"}) == "pandas changed from 3.0.1 to 3.0.2"
