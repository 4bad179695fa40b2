"""Write the changes of an import: all the tables of ``data/`` that it affects, or none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.data.checks import consistency_faults
from quarterly.data.load import read_cells
from quarterly.data.schema import TABLES
from quarterly.data.table import faults_in, typed
from quarterly.ingest.contents import parted_place
from quarterly.ingest.extract import merged_faults
from quarterly.ingest.options import Options
from quarterly.ingest.plan import Origin, Plan, planned_tables, require_accepted
from quarterly.ingest.tables import csv_of
from quarterly.storage.atomic import replace_files


def write_import(root: Path, plan: Plan, origin: Origin, options: Options) -> list[Path]:
    """Write an import into ``data/``, including a row in ``data/imports.csv``.

    Returns the files that changed: none if the extract has nothing new.

    Raises
    ------
    NotAccepted
        Some doubts have not been accepted; nothing was written.
    DataFaults
        The basket would be inconsistent; nothing was written.
    OSError
        A file cannot be replaced; all files are unchanged.
    """
    require_accepted(plan.doubts)
    cells = {table.name: read_cells(root / table.file, table) for table in TABLES}
    changed = planned_tables(plan, cells, origin, options)
    require_sound({**cells, **changed}, plan)
    contents = {root / f"data/{name}.csv": csv_of(table) for name, table in changed.items()}
    return replace_files(contents)


def require_sound(cells: dict[str, pd.DataFrame], plan: Plan) -> None:
    """Check the tables after an import, so that an invalid basket is never written.

    Raises `DataFaults` if the basket would be inconsistent. A fault in an imported figure or target names the cell of
    the extract.
    """
    faults = [fault for table in TABLES for fault in faults_in(table, cells[table.name])]
    if not faults:
        faults = consistency_faults({table.name: typed(table, cells[table.name]) for table in TABLES})
    if faults:
        raise DataFaults(merged_faults([_in_extract(fault, cells, plan) for fault in faults]))


def _in_extract(fault: Fault, cells: dict[str, pd.DataFrame], plan: Plan) -> Fault:
    """Return a fault in a table of ``data/`` as a fault in the cell of the extract that it came from."""
    name = Path(fault.file).stem
    imported = {"observations": (plan.changes, "quarter"), "targets": (plan.targets, "from_quarter")}
    if name not in imported or fault.row is None:
        return fault
    brought, when = imported[name]
    line = cells[name].iloc[fault.row - 2]
    same = brought[(brought["indicator_id"] == line["indicator_id"]) & (brought[when] == line[when])]
    place, column, row = parted_place(str(same["place"].iloc[0]) if len(same) else "")
    return Fault(place, row, column, fault.found, fault.expected) if place and row else fault
