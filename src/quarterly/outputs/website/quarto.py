"""Render with Quarto: the whole site, or only the pages that changed since the last time.

The pages are kept as Quarto left them. The step after rendering reads sign-offs and looks from one page into others, so
it goes over all pages, every time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import yaml

from quarterly.storage.state import FOLDER, Product, digests, output_differences, recall, remember

#: The folder of what is kept in ``.quarterly/``.
_KEPT = "quarto"
#: Tells the step after rendering that it will be run later.
_LATER = "QUARTERLY_FINISH_LATER"
#: How many pages a whole render makes while one page is made on its own: 0.9 s each, and 4 to 5 s.
_AT_ONCE = 6
#: Folders of which Quarto reads only what a page names.
_NAMED_ONLY = ("_parts/", "data/", "downloads/", "examples/", "notebooks/", "params/", "reports/", "src/", "tests/")
#: Settings that the pages share.
_SHARED = "_parts/editions.yml"
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
#: A page that lists others shows what these say of themselves.
_LISTING = re.compile(r"^listing:", re.MULTILINE)

_SHORTCODE = re.compile(r"\{\{<.*?>\}\}", re.DOTALL)

Run = Callable[[list[str], dict[str, str]], None]


def render_with_quarto(root: Path, source: Path, quarto: str, run: Run) -> Path:
    """Render a copy of a project, and return the site.

    Parameters
    ----------
    root : Path
        The project, which keeps what Quarto made.
    source : Path
        The copy, in which what people typed is plain Markdown.
    quarto : str
        The program.
    run : callable
        Runs a command with an environment, and raises an error where it fails.
    """
    # The step after rendering is a Python script: Quarto is told to run it with the Python at hand, and it reads
    # sign-offs, which are of the words as they were typed.
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable, "QUARTERLY_PROJECT": str(root), _LATER: "yes"}
    site, kept, step = source / "_site", root / FOLDER / _KEPT, _step_after(source)
    version = subprocess.run([quarto, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    product = Product(_KEPT, {**digests(source, [source]), "version of Quarto": version}, (kept,))
    pages = _restored(root, source, product) if step else None
    before = {page: _title(site, page) for page in pages or ()}
    for page in pages or ():
        # One command each: given several pages, Quarto 1.10 gives them each other's titles.
        run([quarto, "render", str(source / page)], environment)
    # The menus of every page say what the others are called.
    if pages is None or before != {page: _title(site, page) for page in pages}:
        shutil.rmtree(site, ignore_errors=True)
        run([quarto, "render", str(source), "--output-dir", site.name], environment)
    if step:
        shutil.rmtree(kept, ignore_errors=True)
        for made in (site, source / ".quarto"):
            shutil.copytree(made, kept / made.name)
        remember(root, product)
        run([sys.executable, str(step)], {**environment, _LATER: "", "QUARTO_PROJECT_OUTPUT_DIR": str(site)})
    return site


def _step_after(source: Path) -> Path | None:
    """Find the step after rendering, where it can be told to wait: one that a project changed may not know how."""
    settings = yaml.safe_load((source / "_quarto.yml").read_text(encoding="utf-8"))
    step = source / str((settings.get("project") or {}).get("post-render"))
    return step if step.is_file() and _LATER in step.read_text(encoding="utf-8") else None


def _restored(root: Path, source: Path, product: Product) -> list[str] | None:
    """Put what was kept into a copy of the project, and list the pages to render; None where all have to be."""
    known = recall(root, _KEPT)
    if known is None or output_differences(root, known, product):
        return None
    names = known.inputs.keys() | product.inputs.keys()
    changed = [name for name in names if known.inputs.get(name) != product.inputs.get(name)]
    shutil.copytree(root / FOLDER / _KEPT, source, dirs_exist_ok=True)
    for name in changed:
        _publish_as_is(source / name, source / "_site" / name)
    return pages_to_render(source, changed)


def _publish_as_is(file: Path, published: Path) -> None:
    """Copy a file that the site has as it is, as Quarto does when it makes the whole site, or take it away."""
    if file.is_file() and (published.is_file() or "downloads" in published.parts):
        published.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, published)
    elif not file.is_file():
        published.unlink(missing_ok=True)


def pages_to_render(source: Path, changed: Collection[str]) -> list[str] | None:
    """List the pages that differ when files do; None where all pages may, or so many that all are sooner made.

    Parameters
    ----------
    source : Path
        A project with the site that was made of it in ``_site``.
    changed : collection of str
        The names of files from the project's folder that are new, gone or other than when it was made.
    """
    site = source / "_site"
    addresses = [path.relative_to(site).with_suffix("") for path in sorted(site.rglob("*.html"))]
    pages = {name: source / name for at in addresses for name in (f"{at.as_posix()}.qmd", f"{at.as_posix()}.ipynb")}
    pages = {name: path for name, path in pages.items() if path.is_file()}
    own, others = ([name for name in changed if (name in pages) == of_page] for of_page in (True, False))
    found = set(own)
    if not all(name.startswith(_NAMED_ONLY) and name != _SHARED for name in others):
        return None
    for name, path in pages.items():
        text, folder = path.read_text(encoding="utf-8"), name.rpartition("/")[0]
        # A link to a page shows nothing of it; what puts it into another does.
        embeds = " ".join(_SHORTCODE.findall(text))
        where = [(other, text) for other in others] + [(page, embeds) for page in own]
        named = (other in said or other.removeprefix(f"{folder}/") in said for other, said in where)
        if any(named) or (own and _LISTING.search(text)):
            found.add(name)
    return sorted(found) if len(found) * _AT_ONCE < len(pages) else None


def _title(site: Path, page: str) -> str:
    found = _TITLE.search((site / page).with_suffix(".html").read_text(encoding="utf-8"))
    return found[0] if found else ""
