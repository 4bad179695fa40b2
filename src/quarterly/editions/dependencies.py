"""The rows of data that a notebook's outputs depend on, so that it is run again when any of them changes.

While a notebook runs, its `Report` records which areas and indicators it serves (`quarterly.display.seen`). If the
cells import modules that could bring in other data, or open files themselves, the inputs cannot be known: the notebook
is run every time.
"""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from quarterly.commentary.cells import INJECTED, Cell, source_of
from quarterly.data.load import Basket
from quarterly.data.schema import TABLES
from quarterly.display.seen import UNSUPPRESSED, Seen
from quarterly.storage.state import digest

#: Modules that cells may import without gaining inputs beyond what their report serves.
_PLAIN = {"altair", "collections", "functools", "great_tables", "itertools", "math", "numpy", "pandas", "statistics"}
_PLAIN |= {"IPython.display", "quarterly", "string", "textwrap"}
#: A file with suppressed figures, or all files of its folder.
_UNSUPPRESSED = re.compile("|".join([*map(re.escape, UNSUPPRESSED), r"(?<=\bdata[/\\])\*+[^\s\"']*"]))
#: Tables that are not read by any method that serves an area or indicators.
_UNSEEN = {"glossary"}


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that a kernel executes."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def inputs_known(notebook: NotebookNode) -> bool:
    """Return whether a notebook's code depends only on its reports, as far as `reads_only_reports` can tell."""
    return reads_only_reports(cell.source for cell in code_cells(notebook))


def files_named(cells: Iterable[Cell]) -> Iterator[tuple[int, str]]:
    """Yield the number of each cell that names a file with suppressed figures, and the file, in a notebook.

    A name is harmless if no cell has a library, a command or an IPython command that could open the file.
    """
    code = [(number, source_of(cell)) for number, cell in enumerate(cells, start=1) if cell["cell_type"] == "code"]
    if not reads_only_reports(source for _, source in code):
        yield from ((number, found[0]) for number, source in code if (found := _UNSUPPRESSED.search(source)))


def reads_only_reports(sources: Iterable[str]) -> bool:
    """Return whether the code of cells imports nothing that could bring in other data.

    Examples
    --------
    >>> reads_only_reports(["import altair as alt", "from quarterly import open_report, trend"])
    True
    >>> reads_only_reports(["import sqlite3"]), reads_only_reports(["%run other.py"])
    (False, False)
    """
    try:
        nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    except SyntaxError:  # an IPython command
        return False
    for node in nodes:
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
                # The modules of this package read the files of the project.
                if "quarterly" in modules:
                    return False
            case ast.ImportFrom(module=module):
                modules = [module or "."]
            case ast.Attribute(attr=name) if name.startswith(("read_", "__")) or name in (
                "load",
                "loadtxt",
                "fromfile",
            ):
                return False
            case ast.Name(id="open" | "eval" | "exec" | "__import__" | "get_ipython" | "globals"):
                return False
            case _:
                continue
        if not set(modules) <= _PLAIN:
            return False
    return True


def input_digests(notebook: NotebookNode, parameters: dict[str, Any], known: Basket, seen: Seen) -> dict[str, str]:
    """Return a digest of each thing that the outputs of a notebook depend on, by a readable name.

    ``known`` is the basket as known at the quarter. ``seen`` is what the notebook read when it was last executed: with
    the same code and the same rows it will read the same again.
    """
    cells = [(cell.id, cell.source, cell.metadata.get("tags", [])) for cell in code_cells(notebook)]
    rows = _rows(known, seen)
    return {
        "the code of its cells": digest(json.dumps(cells)),
        "its parameters": digest(json.dumps(parameters, sort_keys=True, default=str)),
        "the list of quarters": digest(" ".join(map(str, known.quarters))),
        **{f"its rows of data/{name}.csv": digest(frame.to_csv(index=False)) for name, frame in rows.items()},
    }


def _rows(known: Basket, seen: Seen) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {table.name: getattr(known, table.name) for table in TABLES}
    if seen.everything:
        return frames
    indicators = known.indicators
    mine = indicators["area_id"].isin(seen.areas) | indicators["indicator_id"].isin(seen.indicators)
    ids, areas = set(indicators.loc[mine, "indicator_id"]), set(indicators.loc[mine, "area_id"])
    related = known.relations
    while more := set(related.loc[related["indicator_id"].isin(ids), "of"]) - ids:
        # The whole of a share, or another version of a figure, is read with it and may belong to another area.
        ids |= more
    found = {}
    for name, frame in frames.items():
        if name in _UNSEEN:
            continue
        if "indicator_id" in frame:
            found[name] = frame[frame["indicator_id"].isin(ids)]
        else:
            found[name] = frame[frame["area_id"].isin(areas)] if "area_id" in frame else frame
    return found


def executed(notebook: NotebookNode) -> str:
    """Return the digest of an executed notebook: its code cells with their outputs."""
    return digest(json.dumps([[cell.get("id"), cell.source, cell.outputs] for cell in code_cells(notebook)]))


def with_outputs(notebook: NotebookNode, edition: NotebookNode) -> NotebookNode:
    """Return a copy of a notebook with the outputs of an edition that has the same code, and its parameters."""
    filled, theirs = copy.deepcopy(notebook), {cell.id: cell for cell in code_cells(edition)}
    place = next(place for place, cell in enumerate(filled.cells) if "parameters" in cell.metadata.get("tags", []))
    filled.cells.insert(place + 1, theirs[INJECTED])
    for cell in code_cells(filled):
        cell.outputs, cell.execution_count = theirs[cell.id].outputs, theirs[cell.id].execution_count
    return filled
