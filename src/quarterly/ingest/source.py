"""Open the source of an import: a workbook, a CSV file, or a database query."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import ExtractUnreadable
from quarterly.ingest.database import is_address, run_query
from quarterly.ingest.delimited import open_delimited
from quarterly.ingest.excel import is_old_office, is_zip, open_workbook
from quarterly.ingest.grid import MOST_BYTES, Grid, refuse


@dataclass(frozen=True)
class Source:
    """An opened source."""

    name: str  # the file, or the database and the file of the query
    sha256: str  # of the file, or of the query and its result
    grids: list[Grid]  # its sheets
    hidden: tuple[str, ...] = ()  # the names of the hidden sheets, which are not read


def open_source(source: str, query: Path | None = None) -> Source:
    """Open a file, or run the SQL in the file ``query`` on the database at an address. Nothing in a file is run.

    Raises
    ------
    ExtractUnreadable
        There is no such file, or the query is missing or not allowed.
    DatabaseFailed
        The database does not answer or refuses the query.
    DataFaults
        The file is too large, damaged, or of an unsupported kind.
    """
    if is_address(source):
        if query is None:
            raise ExtractUnreadable("A database needs a query", "add --query extract.sql.")
        return _from_database(source, query)
    if query is not None:
        raise ExtractUnreadable(source, "a query is for a database: postgresql://user@host/name or sqlite:///file.db.")
    path = Path(source)
    content = _content(path)
    digest = hashlib.sha256(content).hexdigest()
    if is_zip(content) or is_old_office(content):
        grids, hidden = open_workbook(path.name, content)
        return Source(path.name, digest, grids, tuple(hidden))
    return Source(path.name, digest, [open_delimited(path.name, content)])


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ExtractUnreadable(str(path), "this is a folder. Name the workbook or the CSV file in it.")
        if path.exists() and not path.is_file():
            raise ExtractUnreadable(str(path), "this is not a file. Use a workbook or a CSV file.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            found = f"a file of {size / 1_000_000:,.0f} MB"
            wanted = f"Use a summary of the quarter: the limit is {MOST_BYTES // 1_000_000} MB."
            raise DataFaults([refuse(path.name, found, wanted)])
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ExtractUnreadable(str(path), "there is no such file.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be read"
        raise ExtractUnreadable(str(path), f"{reason}. Close it if it is open in another program.") from error
    if not content.strip():
        raise DataFaults([refuse(path.name, "an empty file", "Export it again.")])
    return content


def _from_database(address: str, query: Path) -> Source:
    words = _content(query).decode("utf-8-sig", errors="replace")
    grid, shown = run_query(address, words)
    width = max((max(row, default=0) for row in grid.rows.values()), default=0)
    result = io.StringIO()
    rows = ([grid.cell(row, place).text for place in range(1, width + 1)] for row in sorted(grid.rows))
    csv.writer(result, lineterminator="\n").writerows(rows)
    digest = hashlib.sha256(f"{words}\n{result.getvalue()}".encode()).hexdigest()
    return Source(f"{shown} ({query.name})", digest, [grid])
