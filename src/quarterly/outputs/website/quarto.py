"""Render with Quarto: the whole site, or only the pages that changed since the last time.

Quarto's output is cached before the post-render step, which reads sign-offs and other pages, and so processes all pages
every time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import yaml

from quarterly.outputs.website.pages.editions import TITLE
from quarterly.outputs.website.renderer import find_quarto, run_renderer
from quarterly.storage.state import FOLDER, Product, digests, output_differences, recall, remember

#: The folder of the cache in ``.quarterly/``.
_CACHE = "quarto"
#: Tells the post-render step that it will be run later.
_DEFER = "QUARTERLY_FINISH_LATER"
#: How many pages a full render makes in the time of one page alone: 0.9 s each, against 4 to 5 s.
_FULL_RENDER_SPEED = 6
#: Folders from which Quarto reads only files that a page names.
_NAMED_ONLY = ("_parts/", "data/", "downloads/", "examples/", "notebooks/", "params/", "reports/", "src/", "tests/")
#: Settings shared by all pages.
_SHARED = "_parts/editions.yml"
#: A page with a listing shows the metadata of other pages.
_LISTING = re.compile(r"^listing:", re.MULTILINE)

_SHORTCODE = re.compile(r"\{\{<.*?>\}\}", re.DOTALL)


def render_with_quarto(root: Path, source: Path) -> Path:
    """Render a copy of a project, in which typed text is plain Markdown, and return the site's folder.

    ``root`` is the project, which holds the cache, and ``source`` the copy. Raises `RenderFailed` if Quarto or the
    post-render step reported an error.
    """
    # The post-render step is a Python script, so Quarto must use this Python. It reads sign-offs from the project
    # itself, because they apply to the words as typed.
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable, "QUARTERLY_PROJECT": str(root), _DEFER: "yes"}
    quarto, step = str(find_quarto()), _post_render_step(source)
    site, cache = source / "_site", root / FOLDER / _CACHE
    version = subprocess.run([quarto, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    product = Product(_CACHE, {**digests(source, [source]), "version of Quarto": version}, (cache,))
    pages = _restore(root, source, product) if step else None
    before = {page: _title(site, page) for page in pages or ()}
    for page in pages or ():
        # One command per page: given several pages, Quarto 1.10 mixes up their titles.
        run_renderer("quarto", [quarto, "render", str(source / page)], environment)
    # The menus of every page contain the titles of the others.
    if pages is None or before != {page: _title(site, page) for page in pages}:
        shutil.rmtree(site, ignore_errors=True)
        run_renderer("quarto", [quarto, "render", str(source), "--output-dir", site.name], environment)
    if step:
        shutil.rmtree(cache, ignore_errors=True)
        for made in (site, source / ".quarto"):
            shutil.copytree(made, cache / made.name)
        remember(root, product)
        finishing = {**environment, _DEFER: "", "QUARTO_PROJECT_OUTPUT_DIR": str(site)}
        run_renderer("quarto", [sys.executable, str(step)], finishing)
    return site


def _post_render_step(source: Path) -> Path | None:
    """Return the post-render step if it can be deferred: a project's own version may not support that."""
    settings = yaml.safe_load((source / "_quarto.yml").read_text(encoding="utf-8"))
    step = source / str((settings.get("project") or {}).get("post-render"))
    return step if step.is_file() and _DEFER in step.read_text(encoding="utf-8") else None


def _restore(root: Path, source: Path, product: Product) -> list[str] | None:
    """Restore the cache into a copy of the project, and list the pages to render; None for all."""
    known = recall(root, _CACHE)
    if known is None or output_differences(root, known, product):
        return None
    names = known.inputs.keys() | product.inputs.keys()
    changed = [name for name in names if known.inputs.get(name) != product.inputs.get(name)]
    shutil.copytree(root / FOLDER / _CACHE, source, dirs_exist_ok=True)
    for name in changed:
        _publish_as_is(source / name, source / "_site" / name)
    return pages_to_render(source, changed)


def _publish_as_is(file: Path, published: Path) -> None:
    """Copy or delete a file that the site publishes unchanged, as a full render would."""
    if file.is_file() and (published.is_file() or "downloads" in published.parts):
        published.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, published)
    elif not file.is_file():
        published.unlink(missing_ok=True)


def pages_to_render(source: Path, changed: Collection[str]) -> list[str] | None:
    """List the pages affected by changed files; None if all may be, or if a full render is faster.

    ``source`` is a project with its previously rendered site in ``_site``. ``changed`` has the files, relative to the
    project's folder, that were added, removed or changed since then.
    """
    site = source / "_site"
    addresses = [path.relative_to(site).with_suffix("") for path in sorted(site.rglob("*.html"))]
    names = [f"{at.as_posix()}{ending}" for at in addresses for ending in (".qmd", ".ipynb")]
    pages = {name: source / name for name in names if (source / name).is_file()}
    own = [name for name in changed if name in pages]
    others = [name for name in changed if name not in pages]
    if not all(name.startswith(_NAMED_ONLY) and name != _SHARED for name in others):
        return None
    found = set(own)
    for name, path in pages.items():
        text, folder = path.read_text(encoding="utf-8"), name.rpartition("/")[0]
        # A link to a page shows none of its content, but a shortcode that embeds it does.
        embeds = " ".join(_SHORTCODE.findall(text))
        where = [(other, text) for other in others] + [(page, embeds) for page in own]
        named = (other in content or other.removeprefix(f"{folder}/") in content for other, content in where)
        if any(named) or (own and _LISTING.search(text)):
            found.add(name)
    return sorted(found) if len(found) * _FULL_RENDER_SPEED < len(pages) else None


def _title(site: Path, page: str) -> str:
    found = TITLE.search((site / page).with_suffix(".html").read_text(encoding="utf-8"))
    return found[0] if found else ""
