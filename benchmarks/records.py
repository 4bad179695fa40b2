"""Time figures from records for a county: many copies of the simulated council, in DuckDB.

    uv run python examples/harrowmere/simulate.py /tmp/council
    uv run --extra records python benchmarks/records.py /tmp/council 23

Prints the time of each step, the peak memory, and whether the county's counts are that many times the council's.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pandas as pd
from ibis.backends import BaseBackend

from quarterly.core.quarters import Quarter
from quarterly.records.checks import check
from quarterly.records.define import measures
from quarterly.records.layouts import load, read
from quarterly.records.layouts.reading import FileTables
from quarterly.records.schema import tables
from quarterly.records.settings import read_words
from quarterly.records.store import Store
from quarterly.records.tables import Records

COUNCIL = Path(__file__).parent.parent / "examples" / "harrowmere"
QUARTERS = Quarter(2024, 4).window(24)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a step takes and its peak memory."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent, busy = time.perf_counter() - wall, time.process_time() - cpu
    click.echo(f"{what:<42} {spent:6.1f} s ({busy:5.1f} s of CPU), at most {most:,.0f} MB")


def multiplied(connection: BaseBackend, times: int) -> None:
    """Replace each life with a number of copies, each with different ids."""
    held = set(connection.list_tables())
    for table in (one for one in tables().values() if one.table in held):
        kept = connection.table(table.table).columns
        # Ids of a person, row, period or worker must differ between copies.
        named = {c.column for c in table.columns if c.kind in ("id", "ref") or c.name in ("care_period", "adviser")}
        chosen = ", ".join(f"{c} || '-' || copy AS {c}" if c in named else c for c in kept)
        copies = f"SELECT {chosen} FROM {table.table}, range({times}) AS n(copy)"  # noqa: S608 - names of the schema
        connection.raw_sql(f"CREATE OR REPLACE TABLE {table.table} AS {copies}")


def counts(connection: BaseBackend, unique: Collection[str]) -> dict[str, pd.DataFrame]:
    """Count every definition in every quarter."""
    store, records = Store(connection, QUARTERS, unique=unique), Records(read_words(COUNCIL))
    found = {name: store.run(measure.totals(records), records) for name, measure in measures().items()}
    return {name: frame.set_index("quarter").sort_index() for name, frame in found.items()}


def kept(folder: Path, files: list[Path], times: int) -> None:
    """Read a council's files, and store its tables and a county's in separate database files."""
    with timed("Read a council's files"):
        connection = load(read(folder / "ssd"))
    for file, many in zip(files, (1, times), strict=True):
        multiplied(connection, many)
        connection.raw_sql(f"ATTACH '{file}' AS {file.stem} (STORAGE_VERSION 'latest')")
        for name in connection.list_tables():
            connection.raw_sql(f"CREATE TABLE {file.stem}.{name} AS SELECT * FROM {name}")  # noqa: S608
        connection.raw_sql(f"DETACH {file.stem}")


def measured(file: Path) -> dict[str, pd.DataFrame]:
    """Check stored tables, then count every definition in them, as an import does; return the counts."""
    connection = load(FileTables({}, "ssd_folder"))
    connection.raw_sql(f"ATTACH '{file}' AS {file.stem}; USE {file.stem}")
    rows = connection.table("ssd_cin_assessments").count().execute()
    click.echo(f"{file.stem}: {rows:,} assessments")
    with timed("  Check all tables"):
        unique = check(connection, read_words(COUNCIL)).unique
    with timed(f"  {len(measures())} definitions, {len(QUARTERS)} quarters"):
        return counts(connection, unique)


def main() -> None:
    """Run the timings."""
    parser = argparse.ArgumentParser(description="Time figures from records.")
    parser.add_argument("folder", type=Path, help="what simulate.py wrote")
    parser.add_argument("times", type=int, nargs="?", default=23)
    said = parser.parse_args()
    # A process for each, so that their peak memory is measured separately.
    with (
        TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool,
    ):
        files = [Path(folder) / name for name in ("council.db", "county.db")]
        pool.submit(kept, said.folder, files, said.times).result()
        one, many = pool.map(measured, files)
    same = [name for name in one if (many[name] - said.times * one[name]).abs().max().max() < 1e-6]
    click.echo(f"{len(same)} of {len(one)} definitions count {said.times} times as many")


if __name__ == "__main__":
    main()
