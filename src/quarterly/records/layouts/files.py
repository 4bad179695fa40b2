"""Open files of records as sheets of text that keep their row numbers."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.import_errors import ExtractUnreadable
from quarterly.ingest.delimited import decoded, separator_of
from quarterly.ingest.excel import is_zip, refusal, shown_day, visible_sheets
from quarterly.ingest.grid import refuse
from quarterly.ingest.headings import plain

#: Marks a formula without a result.
UNRESOLVED = "=?"
#: Texts for a missing value.
_NOTHING = re.compile(r"|null|none|nan|nat|n/a|#[a-z0-9/_]+[!?]?", re.IGNORECASE)
_KINDS = (".csv", ".txt", ".parquet", ".xlsx", ".xml")
#: The number of rows at the top in which headings are looked for.
_ABOVE = 20


@dataclass(frozen=True)
class Sheet:
    """A table as it is in a file: its first rows may be titles, and its columns are numbered."""

    place: str  # the file and, for a workbook, the sheet
    name: str  # the name of the file without its extension, or of the sheet
    rows: pd.DataFrame

    def headed(self, known: set[str]) -> pd.DataFrame:
        """Return the rows below the headings, which are the row near the top with the most known names.

        Headings are compared in lower case, by letters and digits only.
        """
        top = self.rows.head(_ABOVE)
        names = [[plain(text) if isinstance(text, str) else "" for text in row] for row in top.to_numpy()]
        scores = [len(known.intersection(row)) for row in names]
        if not any(scores):
            # There are no headings: the first row may be a record, which must not be shown.
            return self.rows.head(0).iloc[:, :0]
        at = scores.index(max(scores))
        return self.rows.iloc[at + 1 :].set_axis(names[at], axis="columns")


@dataclass(frozen=True)
class OpenedFiles:
    """The contents of the files opened."""

    sheets: list[Sheet]
    documents: dict[str, bytes]  # XML files, by name
    hidden: list[str]  # sheets that are not read


def open_files(path: Path) -> OpenedFiles:
    """Open a file, or those in a folder and its subfolders.

    Raises
    ------
    ExtractUnreadable
        There is no such file, or it cannot be opened.
    DataFaults
        A file is damaged.
    """
    if not path.exists():
        raise ExtractUnreadable(str(path), "there is no such file or folder.")
    inside = (file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in _KINDS)
    # Excel keeps a lock file, ~$name.xlsx, while a workbook is open.
    files = [path] if path.is_file() else sorted(file for file in inside if not file.name.startswith(("~$", ".")))
    sheets: list[Sheet] = []
    documents: dict[str, bytes] = {}
    hidden: list[str] = []
    for file in files:
        name = str(file.relative_to(path)) if file != path else file.name
        try:
            if file.suffix.lower() == ".xml":
                documents[name] = file.read_bytes()
            else:
                sheets += _sheets(file, name, hidden)
        except OSError as error:
            reason = f"{error.strerror}. Close it if it is open in another program."
            raise ExtractUnreadable(str(file), reason) from error
    return OpenedFiles(sheets, documents, hidden)


def _sheets(file: Path, name: str, hidden: list[str]) -> list[Sheet]:
    if file.suffix.lower() == ".parquet":
        return [Sheet(name, file.stem, _parquet(file))]
    content = file.read_bytes()
    if is_zip(content):
        return _workbook(name, content, hidden)
    return [Sheet(name, file.stem, _delimited(name, content))] if content.strip() else []


def _delimited(name: str, content: bytes) -> pd.DataFrame:
    text = decoded(name, content)
    try:
        rows = pd.read_csv(
            io.StringIO(text), sep=separator_of(text), header=None, dtype="str", keep_default_na=False,
            skip_blank_lines=False,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        line = re.search(r"line (\d+)", str(error))
        wanted = "Each row needs as many cells as there are headings: export the file again."
        found = "a row with too many cells, or with quotation marks that are not closed"
        fault = Fault(name, int(line[1]) if line else None, "", found, wanted)
        # The parser's message may repeat a row's content.
        raise DataFaults([fault]) from None
    # A row is numbered by the line on which it ends, because a cell may contain line breaks.
    numbers = pd.RangeIndex(1, len(rows) + 1)
    if text.rstrip("\n").count("\n") >= len(rows):
        breaks = rows.apply(lambda column: column.str.count("\n")).sum(axis="columns").cumsum()
        return rows.set_index(numbers + breaks.astype("int").to_numpy())
    return rows.set_index(numbers)


def _parquet(file: Path) -> pd.DataFrame:
    import duckdb

    try:
        with duckdb.connect() as connection:
            found = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(file)]).df()
    except duckdb.Error:
        wanted = "Export it again, or save the table as CSV."
        raise DataFaults([refuse(file.name, "a parquet file that cannot be read", wanted)]) from None
    # The headings become the first row, as in a sheet.
    heads = pd.DataFrame([list(found.columns)], columns=found.columns)
    rows = pd.concat([heads, found], ignore_index=True).set_axis(range(found.shape[1]), axis="columns")
    return rows.set_index(pd.RangeIndex(1, len(rows) + 1))


def _workbook(name: str, content: bytes, hidden: list[str]) -> list[Sheet]:
    found = refusal(content)
    if found:
        raise DataFaults([refuse(name, *found)])
    try:
        visible, others = visible_sheets(content)
        hidden += [f"{name}, sheet {title}" for title in others]
        return [Sheet(f"{name}, sheet {one.title}", str(one.title), _cells(one)) for one in visible]
    except Exception as error:  # noqa: BLE001 - a damaged workbook can raise any exception
        reason = f"a part that cannot be read ({type(error).__name__})"
        raise DataFaults([refuse(name, reason, "Open it in Excel and save it as .xlsx again.")]) from None


def _cells(sheet: Any) -> pd.DataFrame:
    from quarterly.ingest.sheet_xml import cells_of

    rows: dict[int, dict[int, str]] = {}
    for cell in cells_of(sheet):  # rows hidden by a filter are records too
        day = shown_day(cell.value, cell.format, sheet.parent.epoch)
        rows.setdefault(cell.row, {})[cell.column] = day.isoformat() if day else _text(cell.value)
    width = max((max(row) for row in rows.values()), default=0)
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=range(1, width + 1))


def _text(value: object) -> str:
    if value is None:
        return UNRESOLVED
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def without_spaces(text: str) -> str | None:
    """Strip and collapse white space; return None for a missing value such as ``#N/A``."""
    said = " ".join(text.split())
    return None if _NOTHING.fullmatch(said) else said
