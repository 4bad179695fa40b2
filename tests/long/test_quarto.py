"""With Quarto installed, it makes the same site; without it, asking for it explains what to do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, Project, copy_project
from served import a_browser, headers_of, needs_chromium, served

from quarterly.commentary.cells import TAG
from quarterly.commentary.format import PROMPT, read_comment
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.website.renderer import find_quarto

EDITION = "reports/2023-24-Q3"
AREAS = ("early-help", "social-work-practice", "children-in-care", "quality-assurance", "workforce")
REMOTE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)

beside_python = shutil.which("quarto", path=str(Path(sys.executable).parent))
needs_quarto = pytest.mark.skipif(
    not find_quarto(), reason="Quarto is not installed here: its extra, or quarto.org, brings it"
)


def with_path(project: Project, path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `quarterly` with only the programs of one folder on the path."""
    return subprocess.run(
        [sys.executable, "-m", "quarterly", *arguments],
        cwd=project.root,
        env={**os.environ, "PATH": str(path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# Without Quarto


@pytest.mark.skipif(beside_python is not None, reason="Quarto stands beside this Python, so it is always found")
@pytest.mark.parametrize("command", ["render", "build"])
def test_asking_for_quarto_without_quarto_explains_what_to_do(
    project: Project, tmp_path_factory: pytest.TempPathFactory, command: str
) -> None:
    before = files(project.root)
    done = with_path(project, tmp_path_factory.mktemp("nothing"), command, "--renderer", "quarto")
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for words in ("Quarto is not on the path", "Install it", "--extra quarto", "leave --renderer out"):
        assert words in done.stderr
    assert files(project.root) == before


@pytest.mark.skipif(beside_python is not None, reason="Quarto stands beside this Python, so it is always found")
def test_without_quarto_the_embedded_renderer_makes_the_site(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    done = with_path(project, tmp_path_factory.mktemp("nothing"), "render")
    assert done.returncode == 0, done.stderr
    assert "embedded" in done.stderr
    assert "smalldocs" in (project.root / "_site" / "index.html").read_text(encoding="utf-8")


# With Quarto

#: Lines that Quarto takes for settings, within one comment, from it to the next, and one line alone.
DASHES = "First.\n\n---\ntitle: Taken over\nfilters: [evil.lua]\n---\n\nSecond.\n---\nnot: settings"


def write_dashes(project: Project, dashes: str = DASHES, most: int = 2) -> None:
    """Add lines of dashes to comments of an area."""
    path = project.root / EDITION / "workforce.ipynb"
    notebook = nbformat.read(path, as_version=4)
    written = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", []) and PROMPT not in cell.source]
    for cell in written[:most]:
        cell.source += f"\n\n{dashes}"
    nbformat.write(notebook, path)


def with_package(project: Project) -> None:
    """Put the package's source beside the theme, as in a clone: Quarto runs the theme's scripts in any Python."""
    shutil.copytree(ROOT / "src", project.root / "src")


@pytest.fixture(scope="module", params=["quarterly render", "quarto render"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site made by Quarto, either through this program or called directly."""
    project = copy_project(tmp_path_factory.mktemp("quarto"))
    if request.param == "quarterly render":
        write_dashes(project)
    before = files(project.root / "reports")
    if request.param == "quarterly render":
        done = project("render", "--renderer", "quarto")
    else:
        with_package(project)
        done = subprocess.run(
            [str(find_quarto()), "render"],
            cwd=project.root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert files(project.root / "reports") == before, "Quarto must publish the notebooks, not change them"
    return project.root / "_site"


@cache
def parse(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip()


@needs_quarto
def test_quarto_makes_the_same_pages(site: Path, built: Project) -> None:
    embedded = built.root / "_site"
    assert {path.relative_to(site) for path in site.rglob("*.html")} == {
        path.relative_to(embedded) for path in embedded.rglob("*.html")
    }


@needs_quarto
def test_quarto_pages_load_nothing_from_another_host(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert pages
    for page in pages:
        soup = parse(page)
        loads = [str(tag["src"]) for tag in soup.select("[src]")]
        loads += [str(tag["href"]) for tag in soup.select("link[href]")]
        assert loads
        assert [load for load in loads if REMOTE.match(load)] == [], page.name
        assert "define('jquery'" not in page.read_text(encoding="utf-8")
    for sheet in site.rglob("*.css"):
        style = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(@import\s+|url\(\s*)[\"']?\s*(https?:)?//", style), sheet.name


@needs_quarto
@pytest.mark.parametrize("area", AREAS)
def test_quarto_pages_hold_every_comment_and_no_empty_place(site: Path, scorecard: Scorecard, area: str) -> None:
    notebook = nbformat.read(site.parent / EDITION / f"{area}.ipynb", as_version=4)
    cells = [cell.source for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]
    read = [read_comment(source, scorecard.area(area).rows) for source in cells]
    written = [comment for comment in read if not comment.empty]
    sections = [
        words(section.get_text()) for section in parse(site / EDITION / f"{area}.html").select("section.comment")
    ]
    assert len(sections) == len(written) >= 2
    for comment, section in zip(written, sections, strict=True):
        for paragraph in comment.words.split("\n\n"):
            assert words(paragraph) in section
    for path in (site / EDITION / f"{area}.html", site / "search-index.js"):
        assert PROMPT.strip("*") not in re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))


@needs_quarto
@pytest.mark.parametrize("area", AREAS)
def test_quarto_shows_the_same_tables(site: Path, built: Project, area: str) -> None:
    def tables(page: Path) -> list[list[list[str]]]:
        found = parse(page).select("table.kpi-table")
        return [
            [[words(cell.get_text(" ")) for cell in row.select("th, td")] for row in table.select("tr")]
            for table in found
        ]

    ours = tables(site / EDITION / f"{area}.html")
    assert len(ours) == 1
    assert ours == tables(built.root / "_site" / EDITION / f"{area}.html")


@needs_quarto
def test_quarto_pages_include_their_computed_parts(site: Path) -> None:
    assert parse(site / "glossary.html").select("table caption")
    assert parse(site / "methods.html").select("table caption")
    assert "60 indicators" in parse(site / "index.html").get_text()
    links = [str(link["href"]) for link in parse(site / "archive.html").select("main a[href]")]
    assert [link for link in links if link.removeprefix("./") == f"{EDITION}/index.html"]
    for name in ("index", "methods", "glossary"):
        assert "{{<" not in parse(site / f"{name}.html").get_text()


@needs_quarto
@needs_chromium
def test_quarto_pages_work_under_the_policy_of_the_site(site: Path) -> None:
    """On a laptop, on a phone with its menus open, and in the search: no errors, and nothing blocked by the policy."""
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    wrong: list[tuple[str, str]] = []
    with served(site, headers_of(site)) as host, a_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("console", lambda message: wrong.append((page.url, message.text)) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append((page.url, str(error))))
        for address in pages:
            page.goto(host + address, wait_until="load")
            # Quarto's script styles the page a quarter of a second later.
            page.wait_for_timeout(400)
        page.goto(f"{host}methods.html#comparators", wait_until="load")
        page.wait_for_timeout(400)
        head, heading = (
            page.locator(name).bounding_box() for name in ("#quarto-header", "#comparators h2, #comparators h3")
        )
        assert head is not None
        assert heading is not None
        assert heading["y"] >= head["height"], "the head of the page covers what a link leads to"
        page.get_by_label("Search this site").fill("agency")
        page.locator(".site-search-list a").first.wait_for()
        page.keyboard.press("Escape")
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{host}{EDITION}/workforce.html", wait_until="load")
        page.locator(".navbar-toggler").click()
        page.wait_for_function("document.querySelector('#quarto-header').classList.contains('headroom--frozen')")
        page.locator(".quarto-secondary-nav .quarto-btn-toggle").click()
        page.locator("#quarto-sidebar").wait_for(state="visible")
    assert len(pages) > 10
    assert wrong == []


@needs_quarto
def test_quarto_pages_have_no_inline_styles_and_tables_keep_their_alignment(site: Path) -> None:
    pages = [parse(page) for page in site.rglob("*.html")]
    assert [str(tag)[:100] for page in pages for tag in page.select("[style]")] == []
    assert parse(site / "docs" / "speed.html").select("td.align-right")


@needs_quarto
def test_comments_with_lines_of_dashes_are_published_as_by_the_embedded_renderer(site: Path) -> None:
    page = parse(site / EDITION / "workforce.html")
    found = [section.get_text() for section in page.select("section.comment") if "Taken over" in section.get_text()]
    if not found:
        pytest.skip("`quarto render` refuses such comments: see the next test")
    project = copy_project(site.parent.parent / "embedded")
    write_dashes(project)
    done = project("render", "--renderer", "embedded")
    assert done.returncode == 0, done.stderr
    ours = [
        section.get_text()
        for section in parse(project.root / "_site" / EDITION / "workforce.html").select("section.comment")
    ]
    assert [words(text) for text in found] == [words(text) for text in ours if "Taken over" in text]
    assert len(found) == 2
    assert all("title: Taken over" in text and "not: settings" in text for text in found)
    assert "Taken over" not in str(page.title)


@needs_quarto
def test_quarto_alone_refuses_settings_in_a_comment_and_names_the_cell(project: Project) -> None:
    with_package(project)
    write_dashes(project, "---\ntitle: Taken over\n---", most=1)
    command = [str(find_quarto()), "render", f"{EDITION}/workforce.ipynb", "--to", "html"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode != 0
    assert re.search(r"workforce.*: cell \d+ has a line of three dashes .* `quarterly render`", done.stderr)


@needs_quarto
@pytest.mark.parametrize("to", ["docx", "typst", "pdf"])
def test_quarto_refuses_formats_without_tables_and_charts(project: Project, to: str) -> None:
    if (
        to == "typst"
        and subprocess.run([str(find_quarto()), "typst", "--version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this Quarto has no Typst")
    with_package(project)
    command = [str(find_quarto()), "render", f"{EDITION}/workforce.ipynb", "--to", to]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode != 0
    assert "`uv run quarterly build` makes the committee paper" in done.stderr
    assert [path for path in project.root.rglob("workforce.*") if path.suffix in (".docx", ".typ", ".pdf")] == []


@needs_quarto
def test_changed_pages_rendered_alone_are_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    project = copy_project(tmp_path_factory.mktemp("again"))
    assert project("render", "--renderer", "quarto").returncode == 0
    whole = files(project.root / "_site")
    write_dashes(project, "A sentence that was added.")
    download = project.root / "downloads" / "2023-24-Q3" / "scorecard.csv"
    download.parent.mkdir(parents=True, exist_ok=True)
    download.write_text("new", encoding="utf-8")
    before = project.root / ".quarterly" / "made" / "quarto.json"
    assert before.is_file()
    assert project("render", "--renderer", "quarto").returncode == 0
    again = files(project.root / "_site")
    assert {name for name in again if again[name] != whole.get(name)} >= {
        f"{EDITION}/workforce.html",
        "search-index.js",
    }
    before.unlink()
    (project.root / "_site" / "index.html").unlink()
    assert project("render", "--renderer", "quarto").returncode == 0
    assert files(project.root / "_site") == again
