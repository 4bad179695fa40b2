"""The products of the commands and their inputs, as far as files show: nothing here opens a table.

A notebook depends on the rows of data that it reads. Here it depends on all of ``data/``: if that is unchanged, no more
need be checked; otherwise `quarterly.editions.dependencies` looks at the rows.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

from quarterly.commentary.cells import typed_texts
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.signoff import published_versions
from quarterly.core.errors import UnknownArea
from quarterly.core.notebook_errors import UnreadableNotebook
from quarterly.core.quarters import Quarter
from quarterly.data.project import (
    DOWNLOADS,
    RULE_FILE,
    edition_file,
    edition_folder,
    edition_notebooks,
    editions,
    params_file,
    template_names,
)
from quarterly.storage.state import Product, digest, digests

PACKAGE = "the quarterly package"
_PAPER = tuple(name for name in DOWNLOADS if name.endswith((".docx", ".pdf")))
_WORKBOOK = tuple(name for name in DOWNLOADS if name not in _PAPER)
_LIBREOFFICE = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
#: Folders that no page of the site can show: the site itself, the sources of the figures, and code.
_NOT_SHOWN = {"_site", "data", "notebooks", "params", "src", "tests", "benchmarks", "node_modules", "venv", "env"}


@cache
def environment() -> dict[str, str]:
    """Return the versions that every product depends on: of this package, Python and the required packages."""
    package_folder = Path(__file__).parent.parent
    files = sorted(path for path in package_folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    lines = (f"{path.relative_to(package_folder).as_posix()} {digest(path.read_bytes())}\n" for path in files)
    return {PACKAGE: digest("".join(lines)), "Python": sys.version.partition(" ")[0], **dict(_versions())}


def _versions() -> Iterator[tuple[str, str]]:
    """Yield the versions of the required packages; importing `importlib.metadata` would take longer than this."""
    found = [path for place in sys.path for path in Path(place or ".").glob("*.dist-info")]
    # The first on the path is the one that is imported.
    versions = {_plain(name): path for path in reversed(found) for name, _, _ in [path.stem.partition("-")]}
    said = versions["quarterly"].joinpath("METADATA").read_text(encoding="utf-8")
    for name, rest in re.findall(r"^Requires-Dist: ([\w.-]+)(.*)$", said, re.MULTILINE):
        if "extra ==" not in rest:
            yield name, versions[_plain(name)].stem.partition("-")[2] if _plain(name) in versions else "not installed"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def notebooks(root: Path, quarter: Quarter, names: Sequence[str] | None = None) -> list[Product]:
    """Return the executed notebooks of an edition, or only the named ones.

    Raises
    ------
    UnknownArea
        There is no such notebook.
    """
    known = template_names(root)
    for name in names or ():
        if name not in known:
            raise UnknownArea(name, known)
    # This edition reports on what any area promised in an earlier one.
    shared = {**_edition(root, quarter, own=False), **words_here(root, quarter)}
    return [
        Product(
            f"reports/{quarter}/{name}.ipynb",
            {**digests(root, [root / "notebooks" / f"{name}.ipynb"]), **shared},
            (edition_file(root, quarter, name),),
        )
        for name in known
        if not names or name in names
    ]


def read_by_notebooks(root: Path, quarter: Quarter) -> list[Path]:
    """List the files that an edition's kernels read, to send along with a run on another machine."""
    words = [path for path in edition_notebooks(root) if Quarter.parse(path.parent.name) <= quarter]
    params = sorted((root / "params").glob("*.yml"))
    return [path for path in (root / "_quarto.yml", *_data_files(root), *params, *sorted(words)) if path.is_file()]


def words_here(root: Path, quarter: Quarter) -> dict[str, str]:
    """Return a digest of people's words in an edition, which its data-quality page compares with the ratings."""
    return {"officers' words": digest("\0".join(chain.from_iterable(map(_words_in, edition_notebooks(root, quarter)))))}


def _words_in(path: Path) -> list[str]:
    try:
        notebook = open_edition(path)
    except UnreadableNotebook:
        # The damage is reported where its words are read.
        return [digest(path.read_bytes())]
    return typed_texts(notebook) if notebook else []


def parts(root: Path) -> Product:
    """Return the computed parts of the standing pages, and the indicators' pages."""
    notebooks = [*edition_notebooks(root), *published_versions(root)]
    known = [*map(str, editions(root)), *(path.relative_to(root).as_posix() for path in notebooks)]
    inputs = {**digests(root, _data_files(root)), "the list of editions": digest(" ".join(known)), **environment()}
    for newest in editions(root)[-1:]:
        # The pages show the progress of its commentary and of what was promised.
        inputs |= _edition(root, newest)
    return Product("_parts", inputs, (root / "_parts", root / "indicators"))


def paper(root: Path, quarter: Quarter) -> Product:
    """Return the committee paper and the summary."""
    settings = [path for path in (root / "params").rglob("*") if path.suffix != ".yml" or path.stem == "standing"]
    office = {"LibreOffice": _libreoffice()}
    inputs = {**_edition(root, quarter), **digests(root, settings), **office}
    return Product(f"downloads/{quarter}/committee-paper.docx", inputs, _downloads(root, quarter, _PAPER))


def workbook(root: Path, quarter: Quarter) -> Product:
    """Return the workbook and the open data."""
    inputs = {**_edition(root, quarter), **digests(root, [root / "_quarto.yml"])}
    return Product(f"downloads/{quarter}/scorecard.xlsx", inputs, _downloads(root, quarter, _WORKBOOK))


def site(root: Path, renderer: str) -> Product:
    """Return the website, which may show any file of the project that is not hidden."""
    inputs = {**digests(root, shown_by_site(root)), "the renderer": renderer, **environment()}
    if renderer == "quarto":
        inputs["Quarto"] = os.path.realpath(shutil.which("quarto") or "")
    return Product("_site", inputs, (root / "_site",))


def shown_by_site(root: Path) -> list[Path]:
    """List the files and folders of a project that a page of its site may show."""
    return sorted(path for path in root.iterdir() if not path.name.startswith(".") and path.name not in _NOT_SHOWN)


def _data_files(root: Path) -> list[Path]:
    return [*sorted((root / "data").glob("*.csv")), root / RULE_FILE]


def _edition(root: Path, quarter: Quarter, *, own: bool = True) -> dict[str, str]:
    """Return the inputs of an edition, with `own` its own notebooks too: earlier ones hold what was promised."""
    earlier = [each for each in editions(root) if each < quarter]
    files = [params_file(root, each) for each in (*earlier, quarter)]
    folders = [edition_folder(root, each) for each in (*earlier, *([quarter] if own else []))]
    return {**digests(root, [*_data_files(root), *files, *folders]), **environment()}


def _downloads(root: Path, quarter: Quarter, names: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(root / "downloads" / str(quarter) / name for name in names)


def find_libreoffice() -> str | None:
    """Find LibreOffice, which makes the PDFs, on the path or where it is usually installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _LIBREOFFICE if Path(place).is_file()), None)


def _libreoffice() -> str:
    """Identify LibreOffice by its program's file: starting it takes a second."""
    found = find_libreoffice()
    program = Path(os.path.realpath(found)) if found else None
    return f"{program} of {program.stat().st_size} bytes" if program else "none"
