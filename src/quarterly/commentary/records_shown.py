"""Records of children in a notebook of an edition: what is about one child is never published."""

from __future__ import annotations

import re
from pathlib import Path

from quarterly.commentary.cells import source_of
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.read import Notebook
from quarterly.core.errors import RecordsInEdition
from quarterly.core.terms import RECORDS_SHOWN
from quarterly.data.project import edition_notebooks

#: A line of code that opens records, however it imports what opens them.
_OPENS = re.compile(r"\bquarterly\b[^\n]*\brecords\b|\bopen_records\b")


def cells_with_records(notebook: Notebook) -> list[int]:
    """Return which cells of a notebook open records, or show any; the first cell is 1."""
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
    """See that no notebook of any edition opens or shows records. Raises `RecordsInEdition` where some do."""
    places = [
        f"{path.relative_to(root).as_posix()}, cell {number}"
        for path in edition_notebooks(root)
        if b"records" in path.read_bytes() and (notebook := open_edition(path))
        for number in cells_with_records(notebook)
    ]
    if places:
        raise RecordsInEdition(places)
