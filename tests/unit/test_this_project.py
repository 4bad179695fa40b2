"""Properties of the project's own figures and editions, whatever they are; all other tests have their own figures.

An analyst who changes `data/` runs this file and the notebooks:
``uv run pytest tests/unit/test_this_project.py reports``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from machine import said_of_this_machine

from quarterly.commentary.disclosure_check import require_nothing_given_away
from quarterly.core.quarters import Quarter
from quarterly.data.load import load_basket
from quarterly.data.params import load_params
from quarterly.data.project import editions, template_names
from quarterly.outputs.website.includes import write_parts

EDITIONS = [ROOT / "reports" / str(quarter) for quarter in editions(ROOT)]
NOTEBOOKS = [path for folder in EDITIONS for path in sorted(folder.glob("*.ipynb"))]


def test_every_area_has_a_template_and_a_notebook_in_the_newest_edition() -> None:
    wanted = {*load_basket(ROOT / "data").area_ids, "index", "data-quality"}
    assert wanted <= set(template_names(ROOT))
    assert wanted <= {path.stem for path in EDITIONS[-1].glob("*.ipynb")}


@pytest.mark.parametrize("quarter", editions(ROOT), ids=str)
def test_the_parameters_of_an_edition_can_be_read(quarter: Quarter) -> None:
    assert load_params(ROOT, quarter).quarter == quarter


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_committed_edition_reveals_nothing_of_the_machine(path: Path) -> None:
    assert said_of_this_machine(path.read_text(encoding="utf-8"), ROOT) == []
    metadata = nbformat.read(path, as_version=4).metadata
    assert set(metadata) <= {"kernelspec", "language_info", "quarterly-outputs", "quarterly-shown"}
    assert metadata.language_info.version == "3"


def test_no_suppressed_figure_is_revealed() -> None:
    require_nothing_given_away(ROOT)


def test_the_computed_parts_of_pages_match_the_figures(tmp_path: Path) -> None:
    """If not: ``uv run quarterly build``, and commit the changes."""
    for part in ("data", "params", "notebooks", "reports"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "docs").mkdir()
    for name in ("_quarto.yml", "docs/definitions.qmd"):
        shutil.copy2(ROOT / name, tmp_path / name)
    write_parts(tmp_path)
    for folder in ("_parts", "indicators"):
        made, kept = (
            {path.name: path.read_bytes() for path in (root / folder).iterdir() if path.is_file()}
            for root in (tmp_path, ROOT)
        )
        assert made == kept
