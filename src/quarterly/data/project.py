"""The layout of a project's files, and the quarters and editions that it has."""

from __future__ import annotations

import json
import re
from pathlib import Path

from quarterly.core.errors import NoParams, NoProject
from quarterly.core.quarters import Quarter

#: The file of the disclosure rule.
RULE_FILE = "params/disclosure.yml"
#: The files of an edition that readers may download, in display order.
DOWNLOADS = {
    "summary.pdf": "Summary on one page (PDF)",
    "summary.docx": "Summary on one page (Word)",
    "members-pack.pdf": "Members' pack (PDF)",
    "members-pack.docx": "Members' pack (Word)",
    "committee-paper.pdf": "Committee paper (PDF)",
    "committee-paper.docx": "Committee paper (Word)",
    "scorecard.xlsx": "Scorecard (spreadsheet)",
    "scorecard-wide.csv": "Scorecard, one row per indicator (CSV)",
    "scorecard.csv": "Figures, one per row (CSV)",
    "datapackage.json": "What the columns mean (data package)",
}
_VERSION = re.compile(r"(?P<name>.+)\.version-\d+\.ipynb")


def find_project(start: Path) -> Path:
    """Find the project's folder: the nearest of ``start`` and its parents with ``_quarto.yml`` and ``data/``.

    Raises
    ------
    NoProject
        If there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "_quarto.yml").is_file() and (folder / "data").is_dir():
            return folder
    raise NoProject(str(start))


def params_file(root: Path, quarter: Quarter) -> Path:
    """Return the path of a quarter's parameters."""
    return root / "params" / f"{quarter}.yml"


def newest_quarter(root: Path) -> Quarter:
    """Return the newest quarter that has a file in ``params/``.

    Raises
    ------
    NoParams
        If there is no such file.
    """
    found = [quarter for path in (root / "params").glob("*.yml") if (quarter := Quarter.read(path.stem))]
    if not found:
        raise NoParams()
    return max(found)


def editions(root: Path) -> list[Quarter]:
    """List the quarters that have an edition, oldest first."""
    made = [folder for folder in (root / "reports").glob("*") if (folder / "index.ipynb").is_file()]
    return sorted(quarter for folder in made if (quarter := Quarter.read(folder.name)))


def edition_folder(root: Path, quarter: Quarter) -> Path:
    """Return the folder of an edition."""
    return root / "reports" / str(quarter)


def edition_file(root: Path, quarter: Quarter, name: str) -> Path:
    """Return the path of a notebook of an edition."""
    return edition_folder(root, quarter) / f"{name}.ipynb"


def template_names(root: Path) -> list[str]:
    """List the templates of an edition's notebooks, which have a parameters cell, in order of file name."""
    return sorted(path.stem for path in (root / "notebooks").glob("*.ipynb") if _has_parameters(path))


def _has_parameters(path: Path) -> bool:
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return True  # a damaged template is reported where it is read
    return any("parameters" in cell.get("metadata", {}).get("tags", []) and cell.get("source") for cell in cells)


def edition_notebooks(root: Path, quarter: Quarter | None = None) -> list[Path]:
    """List the notebooks of an edition, or of all editions: the part of ``reports/`` that is published.

    Returns
    -------
    list of Path
        In each folder named after a quarter, the notebooks named after a template, and those that open the area that
        they are named after, because an area that no longer exists has no template.
    """
    known = template_names(root)
    within = edition_folder(root, quarter) if quarter else root / "reports"
    return [path for path in _saved(within) if _is_of_an_edition(path, known, root / "reports")]


def stray_notebooks(root: Path) -> list[Path]:
    """List the other notebooks under ``reports/``, such as copies."""
    own = edition_notebooks(root)
    return [path for path in _saved(root / "reports") if path not in own and version_of(path) not in own]


def version_file(notebook: Path, number: int) -> Path:
    """Return the path of an area's earlier version, kept when an edition is corrected; the first is 1."""
    return notebook.with_name(f"{notebook.stem}.version-{number}.ipynb")


def version_of(path: Path) -> Path | None:
    """Return the notebook that a file is an earlier version of, or None."""
    found = _VERSION.fullmatch(path.name)
    return path.with_name(f"{found['name']}.ipynb") if found else None


def _saved(folder: Path) -> list[Path]:
    """List the notebooks under a folder, except in hidden folders, where programs keep copies."""
    found = sorted(folder.rglob("*.ipynb"))
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def _is_of_an_edition(path: Path, known: list[str], reports: Path) -> bool:
    in_place = path.parent == reports / str(Quarter.read(path.parent.name))
    opens = rf"area=\"{path.stem}\""
    return in_place and (path.stem in known or opens in path.read_text(encoding="utf-8", errors="replace"))
