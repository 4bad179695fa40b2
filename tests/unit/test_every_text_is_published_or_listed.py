"""Every text of users is in every output, or `check` and `build` list its place and the output that lacks it."""

from __future__ import annotations

import re
import shutil

import nbformat
import pytest
from conftest import Project
from nbformat import NotebookNode
from notebook_worlds import World, new_world, run

from quarterly.commentary.checks import check_commentary, check_edition
from quarterly.commentary.finding import Finding, Level
from quarterly.commentary.format import PROMPT
from quarterly.commentary.read import read_edition
from quarterly.commentary.unpublished import everything_left_out, left_out
from quarterly.core.quarters import Quarter
from quarterly.data.project import edition_notebooks, stray_notebooks
from quarterly.disclosure import open_basket
from quarterly.measures.scorecard import Scorecard

NAME = "reports/2023-24-Q3/workforce.ipynb"
Q3 = Quarter(2023, 3)
COPIES = [
    "workforce-Copy1.ipynb",
    "workforce-DESKTOP-7A1B.ipynb",
    "workforce (1).ipynb",
    "workforce - Copy.ipynb",
    "workforce (A's conflicted copy 2024-02-01).ipynb",
    "Copy of workforce.ipynb",
    "notes.ipynb",
]


@pytest.fixture
def world(scorecard: Scorecard) -> World:
    """Return an edition that was run, without any text of users."""
    world = new_world(scorecard)
    world.edition = run(world)
    return world


def insert(world: World, after: str, cell: NotebookNode) -> int:
    """Insert a cell after another; return its index."""
    place = next(number for number, each in enumerate(world.cells, start=1) if each.id == after)
    world.cells.insert(place, cell)
    return place + 1


def found(world: World, *, about_an_area: bool = True) -> list[Finding]:
    assert world.edition is not None
    return list(left_out(NAME, world.edition, read_edition(world.edition, world.scorecard) if about_an_area else None))


def test_an_edition_as_run_has_nothing_to_list(world: World) -> None:
    assert found(world) == []
    assert found(world, about_an_area=False) == []


def test_a_warning_that_readers_do_not_see_is_listed(world: World) -> None:
    cell = nbformat.v4.new_code_cell("x = 1", outputs=[nbformat.v4.new_output("stream", name="stderr", text="Careful")])
    insert(world, world.cells[-1].id, cell)
    assert [(each.quote, "not in any output" in each.message) for each in found(world)] == [("Careful", True)]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (nbformat.v4.new_code_cell("# Caseloads rose: zz1zz."), "Words in a code cell"),
        (nbformat.v4.new_code_cell('"""Caseloads rose: zz1zz."""'), "Words in a code cell"),
        (nbformat.v4.new_code_cell("Caseloads rose: zz1zz."), "Words in a code cell"),
        (nbformat.v4.new_markdown_cell("Caseloads rose: zz1zz."), "Only the website"),
        (nbformat.v4.new_raw_cell("Caseloads rose: zz1zz."), "Only the website"),
    ],
    ids=["comment in code", "text in code", "words as code", "paragraph", "raw cell"],
)
@pytest.mark.parametrize("after", ["place-average-caseload", "table"], ids=["among the comments", "below"])
def test_a_cell_that_is_not_a_comment_is_listed(world: World, cell: NotebookNode, said: str, after: str) -> None:
    number = insert(world, after, cell)
    (finding,) = found(world)
    assert (finding.notebook, finding.cell, finding.level) == (NAME, number, Level.WARNING)
    assert "zz1zz" in finding.quote
    assert finding.message.startswith(said)


@pytest.mark.parametrize("code", ["report.table()", "#| include: false\nreport.table()", "%matplotlib inline\nx = 1"])
def test_code_without_text_is_not_listed(world: World, code: str) -> None:
    insert(world, "table", nbformat.v4.new_code_cell(code))
    assert found(world) == []


@pytest.mark.parametrize("tags", [["commentary"], "commentary", "commentary,mine", None])
def test_a_comment_is_not_listed_however_it_is_tagged(world: World, tags: object) -> None:
    words = "### Why caseloads rose\n\n- Average caseload of allocated Social Workers\n\nEight workers left."
    insert(world, "place-average-caseload", nbformat.v4.new_markdown_cell(words))
    world.cells[9].metadata.update({} if tags is None else {"tags": tags})
    assert found(world) == []


def test_a_picture_that_only_the_website_shows_is_listed(world: World) -> None:
    words = "### About this area\n\nOur rota:\n\n![image.png](attachment:image.png)"
    insert(world, "place-average-caseload", nbformat.v4.new_markdown_cell(words))
    assert [each.message for each in found(world)] == [
        "Only the website shows its picture. Describe the picture in words."
    ]


def test_a_comment_outside_the_commentary_is_listed(world: World) -> None:
    words = "### Why caseloads rose\n\n- Average caseload of allocated Social Workers\n\nEight workers left."
    insert(world, "table", nbformat.v4.new_markdown_cell(words))
    assert [each.message[:16] for each in found(world)] == ["Only the website"]


def test_a_comment_in_a_notebook_of_no_area_is_listed(world: World) -> None:
    cell = nbformat.v4.new_markdown_cell("### Red of concern\n\nzz1zz", metadata={"tags": ["commentary"]})
    world.cells.append(cell)
    (finding,) = [each for each in found(world, about_an_area=False) if "zz1zz" in each.quote]
    assert "to the notebook of an area" in finding.message


@pytest.mark.parametrize("source", ["# My words", "### My words", "### My words\n\n- Number of agency workers"])
def test_a_place_with_only_the_users_heading_is_listed(world: World, source: str) -> None:
    cell = next(cell for cell in world.cells if cell.id == "place-agency-workers")
    cell.source = source
    (finding,) = found(world)
    assert finding.message.startswith("A heading without words")
    cell.source = f"{source}\n\nEight workers left."
    assert found(world) == []


def test_words_in_a_heading_beyond_its_group_are_listed(world: World) -> None:
    cell = next(cell for cell in world.cells if cell.id == "place-agency-workers")
    for heading, more in {"Reds of concern;": 0, "Red: agency costs": 1, "On watch: red": 0, "Agency": 0}.items():
        cell.source = f"### {heading}\n\n- Number of agency workers\n\nEight workers left."
        assert len(found(world)) == more, heading


def test_words_in_the_cells_of_a_run_are_listed(world: World) -> None:
    for name in ("front-matter", "injected-parameters", "table", "indicators"):
        cell = next(cell for cell in world.cells if cell.id == name)
        cell.source += "\n# zz1zz"
    assert ["zz1zz" in each.quote or each.cell == 1 for each in found(world)] == [True] * 4


def test_words_whose_indicators_are_gone_are_listed_once(world: World) -> None:
    cell = next(cell for cell in world.cells if cell.id == "place-agency-workers")
    cell.source = cell.source.replace(PROMPT, "Eight workers left.")
    gone = world.scorecard.rows.drop(index="agency-workers")
    assert world.edition is not None
    findings = check_commentary(NAME, world.edition, world.scorecard.only(list(gone.index)))
    about = [each for each in findings if "Number of agency workers is no longer reported" in each.message]
    assert [each.level for each in about] == [Level.ERROR]
    # A build that does not run this edition again goes on publishing its table and the comment.
    read = read_edition(world.edition, world.scorecard.only(list(gone.index)))
    assert list(left_out(NAME, world.edition, read, frozenset({"agency-workers"}))) == []


# The notebooks of the project


def test_every_notebook_of_an_edition_is_checked(project: Project) -> None:
    path = project.root / "reports/2023-24-Q3/index.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("### Red of concern\n\nAgency costs."))
    nbformat.write(notebook, path)
    for findings in (check_edition(project.root, Q3), everything_left_out(project.root)):
        (finding,) = [each for each in findings if "Agency costs" in each.quote]
        assert finding.notebook == "reports/2023-24-Q3/index.ipynb"


def test_words_of_an_area_that_has_another_id_now_are_not_listed(project: Project) -> None:
    before = everything_left_out(project.root)
    for table in ("areas", "indicators"):
        path = project.root / "data" / f"{table}.csv"
        renamed = re.sub(r"(?<=[\n,])workforce(?=,)", "our-workforce", path.read_text(encoding="utf-8"))
        path.write_text(renamed, encoding="utf-8")
    assert "our-workforce" in open_basket(project.root).basket.area_ids
    assert everything_left_out(project.root) == before


@pytest.mark.parametrize("name", COPIES)
def test_a_notebook_outside_every_edition_is_named(project: Project, name: str) -> None:
    reports = project.root / "reports"
    own = edition_notebooks(project.root)
    assert {path.stem for path in own} == {path.stem for path in (reports / "2023-24-Q3").glob("*.ipynb")}
    for folder in ("2023-24-Q3", "2023-24-Q3/old", "2023-24-Q3 - Copy", "."):
        (reports / folder).mkdir(exist_ok=True)
        shutil.copy(reports / "2023-24-Q3/workforce.ipynb", reports / folder / name)
    (reports / "2023-24-Q3 - Copy" / "workforce.ipynb").write_bytes(b"")
    strays = stray_notebooks(project.root)
    assert len(strays) == 5
    assert edition_notebooks(project.root) == own
    named = {each.notebook for each in check_edition(project.root, Q3) if "belongs to no edition" in each.message}
    assert named == {path.relative_to(project.root).as_posix() for path in strays}


def test_an_older_edition_keeps_the_notebook_of_a_removed_area(project: Project) -> None:
    (project.root / "notebooks" / "workforce.ipynb").unlink()
    assert project.root / NAME in edition_notebooks(project.root)
