"""An edition whose notebooks open or show records of children is neither run nor published."""

from __future__ import annotations

import nbformat
from conftest import Project

from quarterly.core.terms import RECORDS_SHOWN


def test_an_edition_with_records_is_refused_before_anything_is_run_or_published(project: Project) -> None:
    path = next(project.root.glob("reports/*/workforce.ipynb"))
    notebook = nbformat.read(path, as_version=4)
    data = {"text/plain": "p1", RECORDS_SHOWN: {}}
    output = nbformat.v4.new_output("display_data", data=data)
    notebook.cells.append(nbformat.v4.new_code_cell("1", outputs=[output]))
    nbformat.write(notebook, path)
    for command in (("run",), ("render",), ("build",)):
        done = project(*command)
        assert done.returncode == 1
        assert "Records of children cannot be part of an edition" in done.stderr
        assert f"workforce.ipynb, cell {len(notebook.cells)}" in done.stderr
    assert "opens or shows records of children" in project("check").stdout
