"""Keep the figures of other authorities: the one file that an import of an extract writes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quarterly.storage.atomic import replace_file


def write_benchmarks(root: Path, table: pd.DataFrame) -> Path:
    """Write ``data/benchmarks.csv``.

    Parameters
    ----------
    root : Path
        The project's folder.
    table : DataFrame
        All of its rows as text, from `quarterly.ingest.benchmarks.merge_extract`.
    """
    path = root / "data" / "benchmarks.csv"
    replace_file(path, table.to_csv(index=False, lineterminator="\n"))
    return path
