"""A run writes only changed notebooks, and JupyterLab opens them with code folded and without questions."""

from __future__ import annotations

import json
import runpy
import tomllib
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import KernelSpecManager

from quarterly.core.quarters import Quarter
from quarterly.editions import runner
from quarterly.editions.notebooks import as_published, assemble
from quarterly.editions.runner import Job
from quarterly.measures.scorecard import Scorecard
from quarterly.storage.state import Product


def test_a_run_with_nothing_to_do_does_not_write_the_file(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="one")])
    jobs = []
    for name in ("same", "other"):
        path = tmp_path / f"{name}.ipynb"
        path.write_text(f"{nbformat.writes(notebook)}\n", encoding="utf-8", newline="\n")
        product = Product(f"{name}.ipynb", {}, (path,))
        jobs.append(Job(product, path.read_bytes(), notebook, {}, lambda _, __: {}, None, notebook, "", []))
    before = {job.target: job.target.stat().st_mtime_ns for job in jobs}
    changed = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("2", id="one")])
    runner._put_in_place(tmp_path, Quarter(2023, 3), [jobs[0], replace(jobs[1], kept=changed)])
    same, other = (job.target for job in jobs)
    assert same.stat().st_mtime_ns == before[same]
    assert '"source": "2"' in other.read_text(encoding="utf-8") or "2" in nbformat.read(other, 4).cells[0].source


def test_code_and_front_matter_are_folded_and_text_is_not(scorecard: Scorecard) -> None:
    template = nbformat.read(ROOT / "notebooks" / "workforce.ipynb", as_version=4)
    made = assemble(template, None, scorecard.area("workforce"))
    folded = {cell.id for cell in made.cells if cell.metadata.get("jupyter", {}).get("source_hidden")}
    own = {cell.id for cell in template.cells if cell.cell_type != "markdown"}
    assert own <= folded
    assert not [cell.id for cell in made.cells if cell.cell_type == "markdown" and cell.id in folded]
    assert scorecard.quarter == Quarter(2023, 3)


def shared(folder: str) -> Path:
    """Return the file that the package installs into a folder of the environment."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    files = built["targets"]["wheel"]["shared-data"]
    return ROOT / next(source for source, target in files.items() if target.startswith(f"{folder}/"))


def test_a_notebook_already_has_what_jupyterlab_would_write_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise opening it would mark it as changed."""
    monkeypatch.setattr(IPythonKernel, "language_info", dict(IPythonKernel.language_info))
    runpy.run_path(str(shared("etc/ipython")))
    kernel = KernelSpecManager(allowed_kernelspecs={"python3"}).get_kernel_spec("python3")
    written = {
        "kernelspec": {"display_name": kernel.display_name, "language": kernel.language, "name": "python3"},
        "language_info": IPythonKernel.language_info,
    }
    assert as_published(nbformat.v4.new_notebook()).metadata == written
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert nbformat.read(path, as_version=4).metadata == written, path.name


def test_jupyterlab_is_configured_to_ask_nothing() -> None:
    settings = json.loads(shared("share/jupyter/lab/settings/overrides.d").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
