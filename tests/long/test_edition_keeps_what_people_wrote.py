"""An edition that is run again keeps users' cells and text, and a run that fails leaves it unchanged."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from conftest import Project, copy_project
from nbformat import NotebookNode

from quarterly.commentary.cells import TAG
from quarterly.commentary.format import PROMPT, read_comment
from quarterly.core.errors import QuarterlyError
from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import EditionChanged
from quarterly.editions.notebooks import assemble
from quarterly.editions.runner import prepare, run_jobs
from quarterly.measures.scorecard import Scorecard

AREAS = ["early-help", "social-work-practice", "children-in-care", "quality-assurance", "workforce"]
EDITION = "reports/2023-24-Q3"
WORKFORCE = f"{EDITION}/workforce.ipynb"
ABOUT_SUPERVISION = "Supervision was missed while two managers' posts were vacant: 67% \\* of cases — “most” of them."
ABOUT_AGENCY = "Eight agency workers left when permanent staff started."


def read(root: Path, file: str) -> NotebookNode:
    return nbformat.read(root / file, as_version=4)


def write(root: Path, file: str, notebook: NotebookNode) -> None:
    nbformat.write(notebook, root / file)


def ids(notebook: NotebookNode) -> list[str]:
    return [cell.id for cell in notebook.cells]


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == name)


def put_after(notebook: NotebookNode, name: str, *cells: NotebookNode) -> None:
    at = ids(notebook).index(name) + 1
    notebook.cells[at:at] = cells


def comment(source: str, name: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(source, id=name, metadata={"tags": [TAG]})


def comments(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]


def files(root: Path) -> dict[str, bytes]:
    """Return every file of the editions and of the computed parts of the site."""
    found = [path for folder in ("reports", "_parts") for path in (root / folder).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(found)}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[NotebookNode]:
    """Return an area's edition, run with users' cells and text; and run again after more were added."""
    project = copy_project(tmp_path_factory.mktemp("runs"))
    edition = read(project.root, WORKFORCE)
    # The officer has withdrawn the comments on two red indicators.
    words = cell_of(edition, "comment-2")
    words.source = words.source.replace("- Percentage of case supervisions in time\n- Number of agency workers\n", "")
    put_after(
        edition,
        "headline",
        nbformat.v4.new_code_cell(
            "6 * 7", id="my-sum", execution_count=99, outputs=[nbformat.v4.new_output("stream", text="stale")]
        ),
        nbformat.v4.new_code_cell("print(report.scorecard.quarter)", id="my-quarter"),
    )
    put_after(edition, "table", nbformat.v4.new_markdown_cell("An analyst's remark.", id="my-remark"))
    put_after(edition, "benchmarks", nbformat.v4.new_markdown_cell("The last word.", id="my-last-word"))
    write(project.root, WORKFORCE, edition)
    done = project("run", "--area", "workforce")
    assert done.returncode == 0, done.stderr
    first = read(project.root, WORKFORCE)

    edition = read(project.root, WORKFORCE)
    place = cell_of(edition, "place-case-supervisions-in-time")
    place.source = place.source.replace(PROMPT, ABOUT_SUPERVISION)
    edition.cells.append(comment(f"## Reds on watching:\n\n- agency WORKERS\n\n{ABOUT_AGENCY}", "my-comment"))
    write(project.root, WORKFORCE, edition)
    done = project("run", "--area", "workforce")
    assert done.returncode == 0, done.stderr
    return [first, read(project.root, WORKFORCE)]


def test_users_cells_stay_in_their_places(runs: list[NotebookNode]) -> None:
    for notebook in runs:
        order = ids(notebook)
        assert order[order.index("headline") :][:3] == ["headline", "my-sum", "my-quarter"]
        assert order[order.index("table") :][:2] == ["table", "my-remark"]
        assert order[order.index("benchmarks") :] == ["benchmarks", "my-last-word"]
        assert cell_of(notebook, "my-remark").source == "An analyst's remark."
        assert cell_of(notebook, "my-last-word").source == "The last word."


def test_users_code_is_executed_again(runs: list[NotebookNode]) -> None:
    for notebook in runs:
        total, quarter = cell_of(notebook, "my-sum"), cell_of(notebook, "my-quarter")
        assert [output.data["text/plain"] for output in total.outputs] == ["42"]
        assert [output.text for output in quarter.outputs] == ["2023-24-Q3\n"]
        counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
        assert counts == list(range(1, len(counts) + 1))


def test_the_area_and_a_red_indicator_without_a_comment_have_an_empty_place(runs: list[NotebookNode]) -> None:
    places = [cell for cell in comments(runs[0]) if PROMPT in cell.source]
    named = ["about-this-area", "case-supervisions-in-time", "agency-workers"]
    assert [cell.id for cell in places] == [f"place-{name}" for name in named]
    assert places[2].source == f"### Red to watch\n\n- Number of agency workers\n\n{PROMPT}"


def test_words_typed_into_a_place_stay_as_typed(runs: list[NotebookNode]) -> None:
    kept = cell_of(runs[1], "place-case-supervisions-in-time")
    assert kept.source == f"### Red to watch\n\n- Percentage of case supervisions in time\n\n{ABOUT_SUPERVISION}"
    assert kept.metadata["tags"] == [TAG]


def test_a_place_disappears_when_its_indicator_has_a_comment(runs: list[NotebookNode]) -> None:
    assert "place-agency-workers" not in ids(runs[1])
    assert [cell.id for cell in runs[1].cells if PROMPT in cell.source] == ["place-about-this-area"]
    assert cell_of(runs[1], "my-comment").source == f"## Reds on watching:\n\n- agency WORKERS\n\n{ABOUT_AGENCY}"


def test_comments_are_together_after_their_heading(runs: list[NotebookNode]) -> None:
    for notebook in runs:
        order, written = ids(notebook), [cell.id for cell in comments(notebook)]
        section = order[order.index("commentary") + 1 : order.index("indicators")]
        assert [name for name in section if not name.startswith("beside-")] == written
        assert section == ["beside-guide", *(part for name in written for part in (f"beside-{name}", name))]


# The order of cells, without running them


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, only read."""
    return copy_project(tmp_path_factory.mktemp("templates")).root


@pytest.mark.parametrize("area", AREAS)
def test_a_new_edition_has_a_place_for_the_area_and_for_each_rated_indicator(
    root: Path, scorecard: Scorecard, area: str
) -> None:
    part = scorecard.area(area)
    notebook = assemble(read(root, f"notebooks/{area}.ipynb"), None, part)
    found = [read_comment(cell.source, part.rows) for cell in comments(notebook)]
    assert all(place.empty for place in found)
    assert [len(place.indicators) for place in found] == [0, *[1] * (len(found) - 1)]
    rating = part.rows["rag"]
    assert [name for place in found for name in place.indicators] == [
        name for rag in ("GREEN", "AMBER", "RED") for name in rating.index[rating == rag]
    ]
    assert {str(place.group) for place in found[1:]} <= {"Green to celebrate", "Amber to watch", "Red to watch"}


@pytest.mark.parametrize("area", AREAS)
def test_assembling_again_changes_nothing(root: Path, scorecard: Scorecard, area: str) -> None:
    template, edition = read(root, f"notebooks/{area}.ipynb"), read(root, f"{EDITION}/{area}.ipynb")
    once = assemble(template, edition, scorecard.area(area))
    assert assemble(template, once, scorecard.area(area)) == once


@pytest.mark.parametrize("area", AREAS)
def test_every_published_comment_is_kept_word_for_word(root: Path, scorecard: Scorecard, area: str) -> None:
    edition = read(root, f"{EDITION}/{area}.ipynb")
    again = assemble(read(root, f"notebooks/{area}.ipynb"), edition, scorecard.area(area))
    written = [cell.source for cell in comments(edition) if PROMPT not in cell.source]
    assert len(written) >= 2
    assert [cell.source for cell in comments(again) if PROMPT not in cell.source] == written


def test_comments_are_in_the_order_of_their_groups(root: Path, scorecard: Scorecard) -> None:
    edition = read(root, f"{EDITION}/workforce.ipynb")
    edition.cells = [cell for cell in edition.cells if cell not in comments(edition)]
    edition.cells += [
        comment("### Red of concern\n\nfifth", "e"),
        comment("### Reds on watching\n\nfourth", "d"),
        comment("### Green to celebrate\n\nsecond", "b"),
        comment("### About this area\n\nfirst", "a"),
        comment("### Amber\n\nthird", "c"),
        comment("### Red of concern;\n\nsixth", "f"),
    ]
    notebook = assemble(read(root, "notebooks/workforce.ipynb"), edition, scorecard.area("workforce"))
    found = [cell.source.rpartition("\n")[2] for cell in comments(notebook) if PROMPT not in cell.source]
    assert found == ["first", "second", "third", "fourth", "fifth", "sixth"]


def test_a_cell_that_follows_a_comment_stays_with_it(root: Path, scorecard: Scorecard) -> None:
    edition = read(root, f"{EDITION}/social-work-practice.ipynb")
    put_after(edition, "comment-2", nbformat.v4.new_markdown_cell("An answer to this comment.", id="my-answer"))
    template = read(root, "notebooks/social-work-practice.ipynb")
    notebook = assemble(template, edition, scorecard.area("social-work-practice"))
    order = ids(notebook)
    assert order[order.index("comment-2") + 1] == "my-answer"


def test_an_indicator_may_be_named_by_name_short_name_or_id(root: Path, scorecard: Scorecard) -> None:
    part, template = scorecard.area("workforce"), read(root, "notebooks/workforce.ipynb")
    for name in ("Number of agency workers", "Agency workers", "agency-workers"):
        edition = assemble(template, None, part)
        edition.cells.append(comment(f"### Red to watch\n\n* {name}\n\nWords.", "mine"))
        again = ids(assemble(template, edition, part))
        assert "mine" in again
        assert "place-agency-workers" not in again, name


def test_words_typed_into_a_cell_of_the_template_are_not_silently_lost(project: Project) -> None:
    edition = read(project.root, WORKFORCE)
    cell_of(edition, "commentary").source += "\n\nThree managers' posts are vacant."
    write(project.root, WORKFORCE, edition)
    with suppress(QuarterlyError):  # refusing the run would also be acceptable
        notebook = prepare(project.root, Quarter(2023, 3), ["workforce"])[0].notebook
        assert any("Three managers' posts are vacant." in cell.source for cell in notebook.cells)


# A run that cannot be finished


def test_a_failed_run_leaves_the_edition_and_names_the_cell(project: Project) -> None:
    edition = read(project.root, WORKFORCE)
    put_after(edition, "headline", nbformat.v4.new_code_cell("wanted = 1\nwanted / 0", id="my-sum"))
    write(project.root, WORKFORCE, edition)
    template = read(project.root, "notebooks/index.ipynb")
    cell_of(template, "areas").source = "report.areas()\n1 / 0"
    write(project.root, "notebooks/index.ipynb", template)
    own = ids(edition).index("my-sum") + 1
    theirs = ids(read(project.root, f"{EDITION}/index.ipynb")).index("areas") + 1

    before = files(project.root)
    done = project("run", "--area", "workforce", "--area", "index", "--area", "data-quality")
    assert done.returncode == 1, done.stderr
    assert files(project.root) == before
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "was left as it was, because 2 of its notebooks failed" in done.stderr
    assert f"{WORKFORCE}, cell {own}, line 2: ZeroDivisionError: division by zero\n    wanted / 0\n" in done.stderr
    assert (
        f"{EDITION}/index.ipynb, cell {theirs}, line 2: ZeroDivisionError: division by zero\n    1 / 0\n" in done.stderr
    )
    assert "data-quality.ipynb, cell" not in done.stderr


def test_a_notebook_that_someone_saves_during_the_run_is_not_overwritten(project: Project) -> None:
    quarter = Quarter(2023, 3)
    figure = "requests-for-support-no-further-action,2023-24-Q3,"
    project.edit("data/observations.csv", f"{figure}22,", f"{figure}25,")
    jobs = prepare(project.root, quarter, ["index"])
    path = project.root / EDITION / "index.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("## Service areas", "## Our areas"), encoding="utf-8")
    before = files(project.root)
    with pytest.raises(EditionChanged) as caught:
        run_jobs(project.root, quarter, jobs)
    assert f"{EDITION}/index.ipynb" in str(caught.value)
    assert "Run the quarter again" in str(caught.value)
    assert files(project.root) == before
