"""Find records of children in the notebooks of editions: nothing about one child may be published."""

from __future__ import annotations

import re
from pathlib import Path

from quarterly.commentary.cells import source_of
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.read import Notebook
from quarterly.core.errors import RecordsInEdition
from quarterly.core.terms import RECORDS_SHOWN
from quarterly.data.project import edition_notebooks

#: A line of code that opens records, whatever the form of the import.
_OPENS = re.compile(r"\bquarterly\b[^\n]*\brecords\b|\bopen_records\b")


def cells_with_records(notebook: Notebook) -> list[int]:
    """Return the numbers, from 1, of the cells of a notebook that open or show records."""
    return [
        number
        for number, cell in enumerate(notebook["cells"], start=1)
        if cell["cell_type"] == "code"
        and (
            _OPENS.search(source_of(cell))
            or any(RECORDS_SHOWN in output.get("data", {}) for output in cell.get("outputs", []))
        )
    ]


def require_no_records(root: Path) -> None:
    """Raise `RecordsInEdition` if a notebook of any edition opens or shows records."""
    places = [
        f"{path.relative_to(root).as_posix()}, cell {number}"
        for path in edition_notebooks(root)
        if b"records" in path.read_bytes() and (notebook := open_edition(path))
        for number in cells_with_records(notebook)
    ]
    if places:
        raise RecordsInEdition(places)
