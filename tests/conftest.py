"""Shared fixtures: an example that tests may change, and the command line run as a user would."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import settings
from nbformat import NotebookNode

from quarterly.cli.main import main
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket, load_basket
from quarterly.measures.scorecard import Scorecard, build_scorecard
from quarterly.outputs import paper
from quarterly.outputs.website.renderer import find_quarto
from quarterly.project.products import find_libreoffice

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

# The same examples on every run and no time limit, so that results depend only on the code. To search for new
# examples: HYPOTHESIS_PROFILE=search uv run pytest
settings.register_profile("every run alike", derandomize=True, deadline=None)
settings.register_profile("search", derandomize=False, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "every run alike"))

TESTS = Path(__file__).parent
ROOT = TESTS.parent
#: Figures, parameters and comments for tests, separate from the project's own, which change.
EXAMPLE = TESTS / "baskets" / "north-somerset"
#: Folders that the commands write to.
MADE = ("reports", "_parts", "indicators", "downloads", "_site")

#: The columns of a target and a rule that say nothing: no band, no other baseline, no stability.
PLAIN_RULE: dict[str, object] = {
    **dict.fromkeys(["lower", "upper", "green_tolerance", "amber_baseline", "stability"], float("nan")),
    **dict.fromkeys(["status", "green_tolerance_basis", "amber_if_improved_on", "amber_if_held"], ""),
    **dict.fromkeys(["stability_basis", "dot_basis"], ""),
    "redefined": False,
}

#: The comparators of the worked example, in the order of its columns.
COMPARATOR_LABELS = {
    "statistical_neighbour": "Statistical neighbours",
    "south_west": "South West",
    "england": "England",
    "ofsted_good": "Ofsted good",
}

Once = Callable[[str, Callable[[Path], object]], Path]
#: The renderers installed on this machine.
RENDERERS = ["embedded", *(["quarto"] if find_quarto() else [])]


@dataclass(frozen=True)
class Project:
    """A copy of the project that a test may change."""

    root: Path

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `quarterly` in this process, which has imported everything; return the result as a finished process."""
        with contextlib.chdir(self.root):
            done = CliRunner().invoke(main, arguments, prog_name="quarterly")
        crashed = [] if isinstance(done.exception, SystemExit | None) else traceback.format_exception(done.exception)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, "".join([done.stderr, *crashed]))

    def as_process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `quarterly` in a separate process, as a user would."""
        command = [sys.executable, "-m", "quarterly", *arguments]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, encoding="utf-8", check=False)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text in a file of the project; the text must occur at least once."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def lay_out(to: Path) -> Project:
    """Combine the example's figures, parameters and comments with the project's pages and templates; do not run it."""
    shutil.copytree(EXAMPLE, to, dirs_exist_ok=True)
    for folder in ("theme", "docs"):
        shutil.copytree(ROOT / folder, to / folder)
    (to / "notebooks").mkdir()
    templates = [ROOT / "notebooks" / path.name for path in EXAMPLE.glob("reports/*/*.ipynb")]
    for path in [*templates, ROOT / "notebooks" / "explore.ipynb"]:
        shutil.copy2(path, to / "notebooks")
    for path in [ROOT / "_quarto.yml", *ROOT.glob("*.qmd")]:
        shutil.copy2(path, to)
    return Project(to)


def run_example(to: Path) -> None:
    """Lay out the example and run it, leaving no state of the run, as in a clone.

    The state is kept only for the included parts: they are not made again while figures are the same.
    """
    done = lay_out(to)("run")
    assert done.returncode == 0, done.stderr
    for path in (to / ".quarterly" / "made").iterdir():
        if path.name != "_parts.json":
            path.unlink()


@contextlib.contextmanager
def pdfs_too() -> Iterator[None]:
    """Let LibreOffice make PDFs if it is installed; by default tests skip this, because it is slow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "find_libreoffice", find_libreoffice)
        yield


@pytest.fixture
def pdfs() -> Iterator[None]:
    """Let LibreOffice make the PDFs in this test."""
    with pdfs_too():
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_pdfs() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "find_libreoffice", lambda: None)
        yield


_executed: list[Callable[[], Path]] = []


def copy_project(to: Path) -> Project:
    """Copy the example as a project, without the package."""
    shutil.copytree(_executed[0](), to, dirs_exist_ok=True)
    return Project(to)


def made_files(root: Path) -> dict[str, bytes]:
    """Read every file that the commands make in a project."""
    made = [path for name in MADE for path in (root / name).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in made}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the name of its folder, which shows its cost: ``pytest -m unit``."""
    for item in items:
        folder = item.path.parent
        if folder.parent == TESTS:
            item.add_marker(folder.name)


@pytest.fixture(scope="session", autouse=True)
def _example(once: Once) -> None:
    """Tell `copy_project` where the example is, once it has been run."""
    _executed[:] = [lambda: once("example", run_example)]


@pytest.fixture(scope="session")
def example(_example: None) -> Project:
    """Return the example as a project with its edition; tests only read it."""
    return Project(_executed[0]())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh copy of the project."""
    return copy_project(tmp_path)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Return a function that makes a named folder once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    # With pytest-xdist each process has its own folder inside that of the run.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    shared.mkdir(exist_ok=True)

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        with FileLock(shared / f"{name}.lock"):
            whole = shared / f"{name}.whole"
            if not whole.exists():
                shutil.rmtree(shared / name, ignore_errors=True)
                make(shared / name)
                whole.touch()
        return shared / name

    return folder


@pytest.fixture(scope="session")
def dirty_council(once: Once) -> Path:
    """Return a tenth of the simulated council with dirty rows: its records, its true counts and the counts of dirt."""

    def simulate(folder: Path) -> None:
        program = ROOT / "examples" / "harrowmere" / "simulate.py"
        subprocess.run([sys.executable, program, folder, "--scale", "0.1", "--dirty"], check=True)

    return once("dirty-council", simulate)


@pytest.fixture(scope="session", params=RENDERERS)
def renderer(request: pytest.FixtureRequest) -> str:
    """Run the test with each installed renderer, so that it holds for the pages of both."""
    return str(request.param)


@pytest.fixture(scope="session")
def built(once: Once, renderer: str) -> Project:
    """Return a copy of the project with its site built; tests only read it."""

    def make(root: Path) -> None:
        done = copy_project(root)("render", "--renderer", renderer)
        assert done.returncode == 0, done.stderr

    return Project(once(f"built-{renderer}", make))


@pytest.fixture(scope="session")
def whole(once: Once) -> Path:
    """Return a copy of the project that is fully built and up to date, and the output of the build."""

    def make(root: Path) -> None:
        done = copy_project(root)("build", "--renderer", "embedded", "--explain")
        assert done.returncode == 0, done.stderr
        root.with_name("whole.txt").write_text(done.stderr, encoding="utf-8")

    return once("whole", make)


@pytest.fixture(scope="module")
def host(built: Project) -> Iterator[str]:
    """Return the address of the built site, served with its own headers."""
    from served import headers_of, served

    site = built.root / "_site"
    with served(site, headers_of(site)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests of a file."""
    from served import a_browser

    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return one browser context for all tests of a file."""
    from served import a_reader

    with a_reader(browser) as context:
        yield context


@pytest.fixture(scope="session")
def hostile(once: Once, renderer: str) -> tuple[Project, str]:
    """Return a basket in which every text is an attack, built through the command line, and its commented area."""
    import attacks

    def make(root: Path) -> None:
        shutil.copytree(once("attacked", attacks.attack), root)
        done = Project(root)("build", "--renderer", renderer)
        assert done.returncode == 0, done.stderr

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(attacks.SECRET_NAME, attacks.SECRET)
        root = once(f"attacked-{renderer}", make)
    return Project(root), attacks.commented_area(root)


@pytest.fixture(scope="session")
def basket() -> Basket:
    """The basket of the worked example."""
    return load_basket(EXAMPLE / "data")


@pytest.fixture(scope="session")
def scorecard(basket: Basket) -> Scorecard:
    """The scorecard of the published quarter."""
    return build_scorecard(basket, Quarter(2023, 3))


@pytest.fixture(scope="session")
def part(scorecard: Scorecard) -> Scorecard:
    """Return the scorecard of an area, cut down so that an officer's document is made quickly."""
    return scorecard.only(["average-caseload", "agency-workers"])


@pytest.fixture(scope="session")
def blank(part: Scorecard) -> NotebookNode:
    """Return the area's notebook with only empty places."""
    from officers_word import blank_edition

    return blank_edition(part)


@pytest.fixture(scope="session")
def content(part: Scorecard, blank: NotebookNode) -> bytes:
    """Return a document without any commentary."""
    from officers_word import exported

    return exported(blank, part)
