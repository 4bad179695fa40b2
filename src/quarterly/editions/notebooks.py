"""An edition's notebook: assembled from its template and what people wrote in the existing edition, then executed.

This module handles one notebook and touches no published file; `quarterly.editions.runner` does that.
"""

from __future__ import annotations

import ast
import copy
import logging
import os
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from quarterly.commentary.answers import PROMISED, TrackedPromise
from quarterly.commentary.cells import (
    INJECTED,
    OUTPUTS,
    PINNED,
    SHOWN,
    START_TAG,
    SUPPRESSED,
    WRITTEN,
    as_written,
    digest,
    output_digests,
    tagged,
)
from quarterly.commentary.read import figures_digest, figures_shown
from quarterly.commentary.run_cells import commentary_cells
from quarterly.core.run_errors import NotebookFailed
from quarterly.core.terms import count_of
from quarterly.editions.commentary_cells import write_commentary
from quarterly.editions.kernels import KernelDiedAtStart, KernelManager
from quarterly.editions.limits import CELL_SECONDS, NOTEBOOK_SECONDS
from quarterly.editions.scrub import cap_outputs, without_machine_paths
from quarterly.editions.user_cells import separate_user_cells
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.scorecard import Scorecard

#: In JupyterLab officers see words and figures, and analysts open the code that they want to see.
_FOLDED = {"source_hidden": True}
#: Executed last: it prints what the cells have read. The answer is kept in the notebook's metadata under `SEEN`.
_ASK = "from quarterly.display.seen import SEEN\nprint(SEEN.as_json(), end='')"
SEEN = "quarterly-seen"
#: JupyterLab writes this into a notebook that it opens. It is there already, so that opening one changes nothing.
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    # Deliberately incomplete: see `ipython_kernel_config.py`.
    "version": "3",
}
#: The cell metadata that is kept: how a run recognises what it wrote, and what JupyterLab hides.
_KEPT = (WRITTEN, PINNED, PROMISED, "jupyter")
#: Braces in a template's front matter: a name to fill in, or a doubled brace.
_BRACES = re.compile(r"\{\{|\}\}|\{(\w+)\}")
#: How much of an error's message is repeated.
_LONGEST_REASON = 2_000


def parameter_names(template: NotebookNode) -> list[str]:
    """List the names that a template's parameters cell sets."""
    cells = [cell for cell in template.cells if "parameters" in cell.metadata.get("tags", [])]
    statements = [
        statement for cell in cells for statement in ast.parse(cell.source).body if isinstance(statement, ast.Assign)
    ]
    return [target.id for statement in statements for target in statement.targets if isinstance(target, ast.Name)]


def assemble(
    template: NotebookNode, edition: NotebookNode | None, scorecard: Scorecard, promised: Sequence[TrackedPromise] = ()
) -> NotebookNode:
    """Assemble the notebook to execute: the template's cells, and every cell that people added to the edition.

    Comments follow the cell tagged ``commentary-start`` in reading order, with an empty one for each rated indicator
    that has none. Any other cell that people added follows the same cell as in the edition, and words typed into a cell
    that a run writes follow that cell. The notebook's metadata records the figures that it shows.
    """
    made = _assembled(template, edition, scorecard, promised)
    if edition:
        # Cells that people moved are back in place now, so that the second pass finds more of the comments.
        made = _assembled(template, made, scorecard, promised)
    if any(tagged(cell, START_TAG) for cell in template.cells) or (edition and SHOWN in edition.metadata):
        shown = {"figures": figures_shown(scorecard), "digest": figures_digest(scorecard)}
        made.metadata[SHOWN] = nbformat.from_dict(shown)
    return made


def _assembled(
    template: NotebookNode, edition: NotebookNode | None, scorecard: Scorecard, promised: Sequence[TrackedPromise]
) -> NotebookNode:
    notebook = copy.deepcopy(template)
    edition = separate_user_cells(edition, template) if edition else None
    ours = {cell.id for cell in template.cells} | {INJECTED}
    for cell in notebook.cells:
        if cell.cell_type == "raw":
            cell.source = _fill(cell.source, scorecard)
        cell.metadata[WRITTEN] = digest(cell.source)
        if cell.cell_type != "markdown":
            cell.metadata["jupyter"] = dict(_FOLDED)
    comments = {cell["id"] for _, cell in commentary_cells(edition)} if edition else set()
    theirs = [
        cell
        for cell in (edition.cells if edition else [])
        if cell.id not in ours and cell.id not in comments and not as_written(cell) and cell.source.strip()
    ]
    start = next((place for place, cell in enumerate(notebook.cells, start=1) if tagged(cell, START_TAG)), None)
    others = ours | {cell.id for cell in theirs}
    section = write_commentary(edition, scorecard, others, promised, places=start is not None)
    at = len(notebook.cells) if start is None else start
    notebook.cells[at:at] = section
    for cell in theirs:
        notebook.cells.insert(_after_predecessor(notebook, edition, cell), copy.deepcopy(cell))
    return notebook


def _fill(front_matter: str, scorecard: Scorecard) -> str:
    quarter, rows = scorecard.quarter, scorecard.rows
    lead = f"{count_of(len(rows), 'indicator')}: {rag_sentence(rag_counts(rows))}."
    known = {"quarter": quarter.label, "months": quarter.months, "id": str(quarter), "lead": lead}
    # Other words in braces are the template's own text, in which a literal brace is doubled.
    return _BRACES.sub(lambda found: known.get(found[1], found[0]) if found[1] else found[0][0], front_matter)


def _after_predecessor(notebook: NotebookNode, edition: NotebookNode, cell: NotebookNode) -> int:
    places = {known.id: place for place, known in enumerate(notebook.cells)}
    before = [known.id for known in edition.cells[: edition.cells.index(cell)]]
    # A cell above all others stays near the top, but after the page's front matter.
    nowhere = len(notebook.cells) if before else 1
    return next((places[name] + 1 for name in reversed(before) if name in places), nowhere)


def execute(notebook: NotebookNode, name: str, parameters: dict[str, Any], root: Path, scratch: Path) -> NotebookNode:
    """Execute a notebook with papermill and return it without anything that differs from run to run.

    It runs in ``root`` and keeps temporary files in ``scratch``; messages call it ``name``. Raises `NotebookFailed` if
    a cell failed or took too long, its kernel died, or two kernels in a row died before the first cell.
    """
    for _ in range(2):
        with suppress(KernelDiedAtStart):
            return _execute(notebook, name, parameters, root, scratch)
    reason = "its kernel died at the start, twice: check that this machine has enough memory"
    raise NotebookFailed(name, None, None, "", reason)


def _execute(notebook: NotebookNode, name: str, parameters: dict[str, Any], root: Path, scratch: Path) -> NotebookNode:
    # What goes wrong is raised as well, and is said in our words.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    # Short, because a socket's path is: on Linux, at most 107 characters.
    folder = Path(tempfile.mkdtemp(dir=scratch))
    source, target = folder / "in.ipynb", folder / "out.ipynb"
    notebook = copy.copy(notebook)
    notebook.cells = [*notebook.cells, nbformat.v4.new_code_cell(_ASK, id="seen")]
    nbformat.write(notebook, source)
    # Each kernel has its own socket file: kernels in parallel would race for TCP ports.
    sockets = Config({"KernelManager": {"transport": "ipc", "ip": str(folder / "k")}})
    end, begun = time.monotonic() + NOTEBOOK_SECONDS, list[NotebookNode]()

    def seconds(cell: NotebookNode) -> float:
        begun.append(cell)
        return max(0.01, min(CELL_SECONDS, end - time.monotonic()))

    try:
        executed = papermill.execute_notebook(
            source,
            target,
            parameters,
            progress_bar=False,
            timeout_func=seconds,
            # Outputs are still read after a cell is done, which must not add a shorter limit.
            iopub_timeout=CELL_SECONDS,
            # The file is only needed at the end, not after every cell.
            request_save_on_cell_execute=False,
            config=Config() if os.name == "nt" else sockets,
            kernel_manager_class=KernelManager,
            # The kernel has nothing to save.
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(root)}},
        )
    except PapermillExecutionError as error:
        line, code = _failing_line(error)
        # IPython raises no error for a command that it does not know, but prints a line.
        known = error.ename != CellExecutionError.__name__
        reason = f"{error.ename}: {error.evalue[:_LONGEST_REASON]}" if known else _printed(begun[-1])
        raise NotebookFailed(name, error.cell_index + 1, line, code, reason) from error
    except CellTimeoutError as error:
        late = f"it took longer than {count_of(CELL_SECONDS, 'second')}"
        if time.monotonic() >= end:
            late = f"the notebook took longer than {count_of(NOTEBOOK_SECONDS, 'second')}, and had come to this cell"
        raise _stopped(name, notebook, begun, late) from error
    except DeadKernelError as error:
        raise _stopped(name, notebook, begun, "the kernel died, perhaps for lack of memory") from error
    seen = "".join(output.get("text", "") for output in executed.cells.pop().outputs)
    if not seen:
        # papermill calls it a success, although no cell below has been executed.
        raise _stopped(name, notebook, begun, "it stops the notebook, as sys.exit() does")
    cap_outputs(executed)
    without_machine_paths(executed, root)
    published = as_published(executed)
    published.metadata[SEEN] = seen
    return published


def _stopped(name: str, notebook: NotebookNode, begun: Sequence[NotebookNode], reason: str) -> NotebookFailed:
    """Return the error for a notebook that stopped in the last of the cells that were begun, with its first line."""
    ids = [each.id for each in notebook.cells[:-1]]
    if not begun or begun[-1].id not in ids:
        return NotebookFailed(name, None, None, "", reason)
    # papermill has added the cell with the parameters.
    number = ids.index(begun[-1].id) + 1 + any(tagged(each, INJECTED) for each in begun)
    lines = [line.strip() for line in begun[-1].source.splitlines() if not line.startswith("#")]
    return NotebookFailed(name, number, None, next(filter(None, lines), ""), reason)


def _printed(cell: NotebookNode) -> str:
    """Return the last line that was printed as an error by a cell."""
    printed = "".join(one.text for one in cell.outputs if one.get("name") == "stderr")
    return printed.strip().rpartition("\n")[2][:_LONGEST_REASON] or "it failed without a message"


def _failing_line(error: PapermillExecutionError) -> tuple[int | None, str]:
    lines = error.source.splitlines()
    trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    found = re.search(r"Cell In\[\d+\], line (\d+)", trace)
    number = int(found[1]) if found else None
    code = lines[number - 1] if number and number <= len(lines) else (lines[0] if lines else "")
    return number, code.strip()


def as_published(notebook: NotebookNode) -> NotebookNode:
    """Remove times, paths and versions, so that the same figures give the same file on every machine."""
    notebook = copy.deepcopy(notebook)
    kept = {key: notebook.metadata[key] for key in (SHOWN, SUPPRESSED) if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict({"kernelspec": _KERNEL, "language_info": _LANGUAGE, **kept})
    for cell in notebook.cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if not tag.startswith("papermill")]
        if INJECTED in tags:
            cell.id = INJECTED
            cell.source = cell.source.rstrip()
            cell.metadata[WRITTEN] = digest(cell.source)
            cell.metadata["jupyter"] = dict(_FOLDED)
        own = {key: cell.metadata[key] for key in _KEPT if key in cell.metadata}
        cell.metadata = nbformat.from_dict({"tags": tags, **own} if tags else own)
    if shown := output_digests(notebook):
        notebook.metadata[OUTPUTS] = nbformat.from_dict(shown)
    return notebook
