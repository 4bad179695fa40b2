"""Records from the files of any supported return: every layout yields the same tables of text."""

from __future__ import annotations

from pathlib import Path

import ibis
from ibis.backends import BaseBackend

from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import ExtractUnreadable
from quarterly.records.layouts import annex_a, cin_census, ssd_folder, ssda903, workforce_census
from quarterly.records.layouts.files import open_files
from quarterly.records.layouts.reading import FileTables
from quarterly.records.schema import DAYS, ROW, UNREADABLE, by_dataset_name

#: Each has ``is_layout``, which recognises its files, and ``read``.
_LAYOUTS = (ssd_folder, annex_a, ssda903, cin_census, workforce_census)
KNOWN = (
    "A folder of CSV, parquet or Excel files named after the tables of the Standard Safeguarding Dataset "
    "(ssd_person.csv, ...); an Annex A workbook with sheets List 1 to List 9; a folder of SSDA903 files (Header.csv, "
    "Episodes.csv, ...); children in need census XML; social work workforce census XML."
)


def read(path: Path) -> FileTables:
    """Read a file or a folder of records in any known layout.

    The tables have the names and columns of `quarterly.records.schema`, as text: days as ``2025-03-31``, codes and
    flags as the schema writes them. Their index is the row number in the file.

    Raises
    ------
    ExtractUnreadable
        There is no such file, or it does not match exactly one known layout.
    DataFaults
        A file is damaged.
    """
    source = open_files(path)
    layouts = [layout for layout in _LAYOUTS if layout.is_layout(source)]
    if len(layouts) != 1:
        reason = "it has several kinds of records" if layouts else "it has no known kind of records"
        raise ExtractUnreadable(str(path), f"{reason}. Use one of these: {KNOWN}")
    found = layouts[0].read(source)
    found.remarks.extend(f"{sheet} is hidden, and not read." for sheet in source.hidden)
    return found


def load(found: FileTables) -> BaseBackend:
    """Load tables into a separate DuckDB database, in memory.

    Raises
    ------
    DataFaults
        The files have faults.
    """
    if found.faults:
        raise DataFaults(found.faults)
    connection = ibis.duckdb.connect()
    # Never spill to disk: the records are about children.
    connection.raw_sql("SET temp_directory = ''")
    # Compression stores each day and word once, which takes a tenth of the memory, and functions run on each once.
    connection.raw_sql("ATTACH ':memory:' AS records (COMPRESS); USE records")
    # Tables are joined with a few dozen quarters: sorting them first takes longer than comparing every pair.
    connection.raw_sql("SET nested_loop_join_threshold = 100")
    # Rows are numbered where their order matters: preserving it as well makes a county's queries a tenth slower.
    connection.raw_sql("SET preserve_insertion_order = false")
    for name, rows in found.tables.items():
        # Days are stored as dates, so that no query reads them from text again; if some cannot be read, the checks
        # count their texts.
        days = [c.column for c in by_dataset_name()[name].of_kind(*DAYS) if c.column in rows]
        read_days = [day for day in days if not rows[day].eq(UNREADABLE).any()]
        texts = ibis.memtable(rows.reset_index(names=ROW).astype({ROW: "int64"}))
        connection.create_table(name, texts.mutate(**{day: texts[day].cast("date") for day in read_days}))
    connection.raw_sql("CHECKPOINT")
    return connection
