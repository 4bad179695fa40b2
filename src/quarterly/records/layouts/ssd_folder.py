"""The Standard Safeguarding Dataset as files named after its tables, or a workbook with a sheet for each table."""

from __future__ import annotations

from quarterly.core.errors import Fault
from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import OpenedFiles, Sheet
from quarterly.records.layouts.reading import FileTables, tables_in
from quarterly.records.schema import by_dataset_name

#: Column names in earlier versions of the dataset.
EARLIER = {"clae_cla_episode_ceased_date": "clae_cla_episode_ceased"}


def is_layout(source: OpenedFiles) -> bool:
    """Return whether any file or sheet has the name of a table in the dataset."""
    return any(_table(sheet) for sheet in source.sheets)


def read(source: OpenedFiles) -> FileTables:
    """Read each table, and name the other files in remarks."""
    found = FileTables({}, "ssd_folder")
    for sheet in source.sheets:
        if table := _table(sheet):
            if table in found.tables:
                wanted = "Keep one of them in the folder."
                found.faults.append(Fault(sheet.place, None, "", f"{table} for a second time", wanted))
            names = [column.column for column in by_dataset_name()[table].columns]
            columns = {name: [plain(name), plain(EARLIER.get(name, name))] for name in names}
            rows, remarks, faults = tables_in(sheet, {table: columns}, space="_")
            found.tables.update(rows)
            found.places[table] = sheet.place
            found.faults.extend(faults)
            found.remarks.extend(f"{sheet.place}: {remark}" for remark in remarks)
    unknown = [sheet.place for sheet in source.sheets if not _table(sheet)] + list(source.documents)
    if unknown:
        found.remarks.append(f"These are not tables that definitions use: {', '.join(unknown)}.")
    return found


def _table(sheet: Sheet) -> str:
    """Return the table that a sheet is named after, with or without a schema in front: ``dbo.ssd_person``."""
    name = sheet.name.lower().split(".")[-1].strip()
    return name if name in by_dataset_name() else ""
