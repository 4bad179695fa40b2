"""What a notebook can see: the rows of data behind its cells, so that it is run again when one of these changed.

An area's notebook speaks to its `Report` by methods that read the rows of its area, and of indicators that it names.
A notebook that does anything else with it is taken to see every row. One that imports more, or opens files,
has inputs that nobody can know from here: it is run every time.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.data.schema import TABLES
from quarterly.storage.state import digest

#: The methods of `Report` that read the rows of its own area and of the indicators that they are given, and no others.
OF_ITS_AREA = {
    *(
        "headline",
        "table",
        "overview",
        "lines",
        "ranges",
        "parts",
        "counts",
        "chain",
        "children",
        "standing",
        "compared",
    ),
    *(
        "beside",
        "how_to_comment",
        "agreement",
        "disagreements",
        "not_compared",
        "missing",
        "source_notes",
        "period_bases",
        "signals",
        "benchmarks",
        "revisions",
    ),
}
#: What code may use beside the report without a need to know where that comes from.
_PLAIN = {
    *("open_report", "print", "len", "sorted", "list", "dict", "str", "int", "float", "sum", "min", "max", "range"),
    *("round", "abs", "zip"),
}
_IMPORT = ("quarterly", ["open_report"])
#: Tables that no method in `OF_ITS_AREA` reads.
_UNSEEN = {"glossary"}


@dataclass
class Sight:
    """What the code of a notebook may read.

    Parameters
    ----------
    known : bool
        Whether it can be told at all.
    everything : bool
        Whether it may be any row.
    words : set of str
        The texts in it: areas and indicators are named by them.
    """

    known: bool = True
    everything: bool = False
    words: set[str] = field(default_factory=set)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Give the cells that a kernel executes."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def sight(sources: Iterable[str]) -> Sight:
    """Read from the code of a notebook what it may read.

    Examples
    --------
    >>> sight(['report = open_report(quarter, area="workforce")', "quarter = 1", "report.table()"]).everything
    False
    >>> sight(["report.whole.rows"]).everything, sight(["import os"]).known
    (True, False)
    """
    found = Sight()
    try:
        nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    except SyntaxError:  # a line for IPython
        return Sight(known=False)
    assigned = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bases = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        match node:
            case ast.Import():
                found.known = False
            case ast.ImportFrom(module=module, names=names):
                found.known &= (module, [alias.name for alias in names]) == _IMPORT
            case ast.Attribute(value=ast.Name(id="report"), attr=name):
                found.everything |= name not in OF_ITS_AREA
            case ast.Attribute(attr=name) if name.startswith("__"):
                found.known = False
            case ast.Name(id="report", ctx=ast.Load()):
                found.everything |= id(node) not in bases
            case ast.Name(id=name, ctx=ast.Load()):
                found.known &= name in assigned | _PLAIN | {"report"}
            case ast.Call(func=ast.Name(id="open_report"), keywords=keywords, args=args):
                areas = [word.value for word in keywords if word.arg == "area"]
                found.everything |= len(args) != 1 or not areas or not isinstance(areas[0], ast.Constant)
            case ast.Constant(value=str(text)):
                found.words.add(text)
            case ast.JoinedStr() | ast.BinOp():
                found.everything = True
    return found


def what_it_sees(
    notebook: NotebookNode, parameters: dict[str, Any], basket: Basket, quarter: Quarter
) -> dict[str, str] | None:
    """Give the digest of everything that the outputs of a notebook depend on, by a name for people.

    Parameters
    ----------
    notebook : NotebookNode
        As it will be executed.
    parameters : dict
        The values to inject.
    basket : Basket
        All the data.
    quarter : Quarter
        Of the edition: later rows are not seen.

    Returns
    -------
    dict of str to str, or None
        None where it cannot be told, because the notebook has code that may read anything.
    """
    cells = [(cell.id, cell.source, cell.metadata.get("tags", [])) for cell in code_cells(notebook)]
    seen = sight(source for _, source, _ in cells)
    if not seen.known:
        return None
    texts = seen.words | {str(value) for value in parameters.values()}
    rows = _rows(basket.as_known_at(quarter), None if seen.everything else texts)
    return {
        "the code of its cells": digest(json.dumps(cells)),
        "its parameters": digest(json.dumps(parameters, sort_keys=True, default=str)),
        "the list of quarters": digest(" ".join(map(str, basket.as_known_at(quarter).quarters))),
        **{f"what it can see of data/{name}.csv": digest(frame.to_csv(index=False)) for name, frame in rows.items()},
    }


def _rows(known: Basket, words: set[str] | None) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {table.name: getattr(known, table.name) for table in TABLES}
    if words is None:
        return frames
    indicators = known.indicators
    mine = indicators["area_id"].isin(words) | indicators["indicator_id"].isin(words)
    ids, areas = set(indicators.loc[mine, "indicator_id"]), set(indicators.loc[mine, "area_id"])
    related = known.relations
    while more := set(related.loc[related["indicator_id"].isin(ids), "of"]) - ids:
        # What a figure is a share of, or another version of, is read with it, and may be of another area.
        ids |= more
    seen = {}
    for name, frame in frames.items():
        if name in _UNSEEN:
            continue
        if "indicator_id" in frame:
            seen[name] = frame[frame["indicator_id"].isin(ids)]
        else:
            seen[name] = frame[frame["area_id"].isin(areas)] if "area_id" in frame else frame
    return seen


def executed(notebook: NotebookNode) -> str:
    """Give the digest of what a kernel made of a notebook: its code cells with their outputs."""
    return digest(json.dumps([[cell.get("id"), cell.source, cell.outputs] for cell in code_cells(notebook)]))


def with_outputs(notebook: NotebookNode, edition: NotebookNode, injected: str) -> NotebookNode:
    """Put the outputs of an edition into a copy of a notebook that has the same code.

    Parameters
    ----------
    notebook : NotebookNode
        What would be executed.
    edition : NotebookNode
        What was executed.
    injected : str
        The id of the cell with the parameters, which only an executed notebook has.
    """
    filled, theirs = copy.deepcopy(notebook), {cell.id: cell for cell in code_cells(edition)}
    place = next(place for place, cell in enumerate(filled.cells) if "parameters" in cell.metadata.get("tags", []))
    filled.cells.insert(place + 1, theirs[injected])
    for cell in code_cells(filled):
        cell.outputs, cell.execution_count = theirs[cell.id].outputs, theirs[cell.id].execution_count
    return filled
