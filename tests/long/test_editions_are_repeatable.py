"""An edition is identical wherever and whenever it is run, and reveals nothing of the machine that ran it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import nbformat
import pytest
from conftest import Project, copy_project
from nbformat import NotebookNode

from quarterly.commentary.cells import PINNED, SHOWN, WRITTEN
from quarterly.editions.dependencies import reads_only_reports

EDITION = "reports/2023-24-Q3"
NAMES = ("workforce", "index")
TEMPLATES = (
    "index",
    "early-help",
    "social-work-practice",
    "children-in-care",
    "quality-assurance",
    "workforce",
    "data-quality",
)
USER = "zebedee-of-the-bi-team"


def run(root: Path, folder: str, *options: str) -> dict[str, bytes]:
    """Run two notebooks as a user with a distinctive name, from a folder of the project; return the files."""
    areas = [option for name in NAMES for option in ("--area", name)]
    done = subprocess.run(
        [sys.executable, "-m", "quarterly", "run", "2023-24-Q3", *areas, *options],
        cwd=root / folder,
        env={**os.environ, **dict.fromkeys(("USER", "LOGNAME", "USERNAME"), USER)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: (root / EDITION / f"{name}.ipynb").read_bytes() for name in NAMES}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> list[Project]:
    """Return two copies of the project, in different folders."""
    return [copy_project(tmp_path_factory.mktemp(name)) for name in ("one", "another folder")]


@pytest.fixture(scope="module")
def first(copies: list[Project]) -> dict[str, bytes]:
    """Return the result of the first run."""
    return run(copies[0].root, ".", "--workers", "1")


def test_running_again_from_a_subfolder_gives_identical_files(copies: list[Project], first: dict[str, bytes]) -> None:
    assert run(copies[0].root, "data", "--workers", "2") == first


def test_running_in_another_folder_with_only_the_commentary_gives_identical_files(
    copies: list[Project], first: dict[str, bytes]
) -> None:
    for name in NAMES:
        path = copies[1].root / EDITION / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if "commentary" in cell.metadata.get("tags", [])]
        nbformat.write(notebook, path)
    assert run(copies[1].root, ".", "--workers", "3") == first


@pytest.fixture(scope="module", params=["as just run", "as published"])
def texts(request: pytest.FixtureRequest, built: Project, first: dict[str, bytes]) -> Iterator[dict[str, str]]:
    """Return the text of two notebooks just run here and of all notebooks of the published edition."""
    if request.param == "as just run":
        yield {name: content.decode("utf-8") for name, content in first.items()}
    else:
        yield {path.stem: path.read_text(encoding="utf-8") for path in (built.root / EDITION).glob("*.ipynb")}


def test_executed_notebooks_hold_no_path(texts: dict[str, str], copies: list[Project]) -> None:
    places = [str(project.root) for project in copies]
    places += [str(Path.home()), tempfile.gettempdir(), sys.prefix, os.getcwd()]  # noqa: PTH109
    for name, text in texts.items():
        for place in filter(lambda place: len(place) > 3, places):
            assert f'{place}"' not in text, f"{name} holds {place}"
            assert f"{place}{os.sep}" not in text, f"{name} holds {place}"
        found = re.search(r"/(home|Users|usr|var|tmp|root|mnt)/|[A-Z]:\\\\|file://|site-packages", text)
        assert found is None, f"{name} holds {found and text[found.start() - 40 : found.end() + 40]}"


def test_executed_notebooks_hold_no_user_and_no_time(texts: dict[str, str]) -> None:
    now = datetime.now(tz=UTC)
    for name, text in texts.items():
        assert USER not in text, name
        assert re.search(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text) is None, name
        assert str(now.date()) not in text, name
        assert str(date.today()) not in text, name  # noqa: DTZ011
        assert f"{now:%d %B %Y}".lstrip("0") not in text, name


def test_executed_notebooks_have_only_metadata_of_tags_and_the_run(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        notebook = nbformat.reads(text, as_version=4)
        shown = notebook.metadata.pop(SHOWN, {"figures": {}, "digest": "", "described": {}})
        assert set(shown) == {"figures", "digest", "described"}
        assert set(notebook.metadata) == {"kernelspec", "language_info", "quarterly-outputs"}
        assert "papermill" not in text, name
        for cell in notebook.cells:
            assert set(cell.metadata) <= {"tags", WRITTEN, PINNED, "jupyter"}, (name, cell.id)
            assert all(output.output_type == "execute_result" for output in cell.get("outputs", [])), (name, cell.id)
            assert all(not output.metadata for output in cell.get("outputs", [])), (name, cell.id)


def test_executed_notebooks_are_valid_and_have_readable_cell_names(texts: dict[str, str]) -> None:
    for text in texts.values():
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        names = [cell.id for cell in notebook.cells]
        assert len(set(names)) == len(names)
        assert not [name for name in names if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?", name)]


# Templates


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest, built: Project) -> NotebookNode:
    """Return a template as stored."""
    return nbformat.read(built.root / "notebooks" / f"{request.param}.ipynb", as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_notebook_is_a_known_template(built: Project) -> None:
    # The notebook for exploring belongs to no edition.
    assert {path.stem for path in (built.root / "notebooks").glob("*.ipynb")} == {*TEMPLATES, "explore"}
    assert {path.stem for path in (built.root / EDITION).glob("*.ipynb")} == set(TEMPLATES)


def test_templates_hold_no_outputs(template: NotebookNode) -> None:
    assert all(not cell.outputs and cell.execution_count is None for cell in code(template))


def test_templates_are_thin(template: NotebookNode) -> None:
    assert len(template.cells) <= (28 if any(cell.id == "audit" for cell in template.cells) else 20)
    nodes = [node for cell in code(template) for node in ast.walk(ast.parse(cell.source))]
    logic = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try)
    assert not [node for node in nodes if isinstance(node, logic)]
    assert not [cell.source for cell in code(template) if re.search(r"\.csv|\.yml|data/|(?m:^[%!])", cell.source)]
    assert reads_only_reports(cell.source for cell in code(template))


def test_templates_import_only_where_they_open_the_report(template: NotebookNode) -> None:
    for cell in code(template):
        imports = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert bool(imports) == (cell.id == "open"), cell.id


def test_templates_show_their_analysis(template: NotebookNode) -> None:
    """Each has its own measure in pandas, a chart in Altair, and a finding made from the figures."""
    cells = {cell.id: cell.source for cell in code(template)}
    assert "figures = report.figures()" in cells["open"]
    assert [name for name, source in cells.items() if "alt.Chart(" in source and "title=" in source]
    assert [name for name, source in cells.items() if source.split("report.finding(")[1:] and "{" in source]
    derived = (ast.BinOp, ast.Call)
    measures = [
        name
        for name, source in cells.items()
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, derived) and "figures" in source
    ]
    assert measures


def test_templates_have_parameters_and_names_for_their_cells(template: NotebookNode) -> None:
    tagged = [cell for cell in code(template) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert tagged[0].source.startswith('quarter = "')
    names = [cell.id for cell in template.cells]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z-]*", name) for name in names)
