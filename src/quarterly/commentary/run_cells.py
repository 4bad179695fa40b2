"""Recognise the cells of an edition's notebook: those with commentary, and those that a run writes.

The latter are known by id or by content if a program has removed their marks: JupyterLab keeps the metadata of cells,
and other programs clear it, remove tags or ids, or write tags as a single string. Standard library only, like
`quarterly.commentary.cells`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from quarterly.commentary.cells import (
    INJECTED,
    PINNED,
    START_TAG,
    TAG,
    UNPLACED_TAG,
    WRITTEN,
    Cell,
    Notebook,
    as_written,
    digest,
    source_of,
    tagged,
    tags_of,
)
from quarterly.commentary.format import PROMPT, split_heading
from quarterly.commentary.groups import ABOUT_AREA, is_unclear, read_group, same_names

UNPLACED = """## Unplaced commentary

These words are about indicators that are not reported here any more, so they are not published. Move what should stay
into another comment, then delete the cell."""
#: The website's notebook filter removes everything from the heading to this.
UNPLACED_END = '<div id="unplaced-commentary-end"><em>The unplaced commentary ends here.</em></div>'
#: The beginning of a note that figures have changed.
CHANGED = "The figures have changed since this was written."
#: Id prefixes of the cells that a run writes among the commentary, and their content.
GENERATED = {
    "beside-": re.compile(
        r"#\| include: false\nreport\.(?:how_to_comment\(\)|promised\(\)|beside\((?:[\s,]*\"[\w-]+\")*[\s,]*\))"
    ),
    "changed-": re.compile(rf"> \*\*{re.escape(CHANGED)}\*\*[^\n]*"),
    "unplaced-": re.compile("|".join(map(re.escape, (UNPLACED, UNPLACED_END)))),
}
#: Id prefixes of comments made by a run, the import of a report or a Word document.
_COMMENTS = ("place-", "comment-", "word-")
_ASSIGNED = re.compile(r"(\w+) *=(?!=)")
_FRONT = re.compile(r"---|(\w+):.*")


def with_marks(notebook: Any, template: Notebook) -> Any:
    """Restore, in place, the marks and ids of the cells of a notebook that a run wrote.

    A notebook from which nothing was removed is unchanged.
    """
    cells, own = notebook["cells"], {str(cell.get("id", "")): cell for cell in template["cells"]}
    known = {str(cell.get("id", "")) for cell in cells}
    for cell in cells:
        _name_own(cell, own, known, first=cell is cells[0])
        if str(cell.get("id", "")) not in own:
            _name_generated(cell, known)
    for cell in cells:
        name = str(cell.get("id", ""))
        if name in own or name == INJECTED:
            _mark_own(cell, own.get(name), template)
        elif name.startswith(_COMMENTS) or PINNED in cell["metadata"]:
            _tag(cell, [TAG])
        if not name:
            _name(cell, (f"cell-{count}-{digest(source_of(cell))}" for count in range(len(cells))), known)
    return notebook


def is_generated(cell: Cell) -> bool:
    """Return whether a run wrote a cell among the commentary: figures for a comment, a note on one, a heading."""
    return WRITTEN in cell["metadata"] and str(cell.get("id", "")).startswith(tuple(GENERATED))


def _name(cell: Any, names: Iterable[str], known: set[str]) -> None:
    """Set the id of a cell to the first name that no other cell has, if there is one."""
    if free := next((name for name in names if name not in known), None):
        cell["id"] = free
        known.add(free)


def _name_own(cell: Any, own: Mapping[str, Cell], known: set[str], *, first: bool) -> None:
    """Restore the id of a cell of the template, if no other cell has it."""
    if str(cell.get("id", "")) in {*own, INJECTED} or tagged(cell, TAG):
        return
    wrote, kind = {digest(source_of(cell)), cell["metadata"].get(WRITTEN)}, cell["cell_type"]
    alike = {name: each for name, each in own.items() if each["cell_type"] == kind}
    front = first and kind == "raw"
    names = [name for name, each in alike.items() if front or digest(source_of(each)) in wrote]
    if kind == "code" and (tagged(cell, INJECTED) or source_of(cell).startswith("# Parameters\n")):
        names.append(INJECTED)
    _name(cell, names, known)


def _name_generated(cell: Any, known: set[str]) -> None:
    """Restore the marks of a cell that a run wrote among the commentary, so that the next run replaces it."""
    source = source_of(cell).strip()
    if tagged(cell, TAG) or is_generated(cell):
        return
    # In a cell that still has its digest, added text is recognised later.
    holds = re.search if WRITTEN in cell["metadata"] else re.fullmatch
    for start, form in GENERATED.items():
        if holds(form, source) and (cell["cell_type"] == "code") == (start == "beside-"):
            if not str(cell.get("id", "")).startswith(start):
                _name(cell, (f"{start}{count}" for count in range(1, len(known) + 2)), known)
            cell["metadata"].setdefault(WRITTEN, digest(source))
            _tag(cell, [UNPLACED_TAG] if source == UNPLACED else [])


def _mark_own(cell: Any, own: Cell | None, template: Notebook) -> None:
    _tag(cell, tags_of(own) if own else [INJECTED])
    if WRITTEN not in cell["metadata"]:
        wrote = _lines_of_the_run(cell, own, template)
        cell["metadata"][WRITTEN] = digest("\n".join(wrote))


def _lines_of_the_run(cell: Any, own: Cell | None, template: Notebook) -> Iterable[str]:
    """Return the lines that a run wrote into a cell; parameters and front matter differ from run to run."""
    lines = source_of(cell).splitlines()
    if own is None:
        sources = [source_of(each) for each in template["cells"] if tagged(each, "parameters")]
        names = {found[1] for source in sources for line in source.splitlines() if (found := _ASSIGNED.match(line))}
        return [line for line in lines if line == "# Parameters" or _begins(_ASSIGNED, line) in names]
    if own["cell_type"] == "raw":
        keys = {_begins(_FRONT, line) for line in source_of(own).splitlines()}
        return [line for line in lines if _FRONT.fullmatch(line) and _begins(_FRONT, line) in keys]
    return source_of(own).splitlines()


def _begins(form: re.Pattern[str], line: str) -> str | None:
    found = form.match(line)
    return found[1] if found else None


def _tag(cell: Any, tags: list[str]) -> None:
    if missing := [tag for tag in tags if not tagged(cell, tag)]:
        cell["metadata"]["tags"] = [*tags_of(cell), *missing]


def commentary_cells(notebook: Notebook) -> list[tuple[int, Cell]]:
    """List the cells with commentary, each with its number in the notebook, from 1.

    They are the cells with the tag, and any other text cell in the commentary section that begins with the heading of
    a comment: an officer who adds a cell in JupyterLab need not know about tags.
    """
    found, inside = [], False
    for number, cell in enumerate(notebook["cells"], start=1):
        if tagged(cell, START_TAG):
            inside = True
        elif WRITTEN in cell["metadata"] and not tagged(cell, TAG) and not is_generated(cell):
            # The next cell of the template ends the section.
            inside = False
        if tagged(cell, TAG) or (inside and _begins_a_comment(cell)):
            found.append((number, cell))
    return found


def _begins_a_comment(cell: Cell) -> bool:
    """Return whether a cell begins with the heading of a comment: a group, the area, or any level 3 heading."""
    if cell["cell_type"] != "markdown" or as_written(cell):
        return False
    source = source_of(cell)
    heading, words = split_heading(source)
    named = read_group(heading) is not None or is_unclear(heading) or same_names(heading, ABOUT_AREA)
    return named or words.strip() == PROMPT or bool(heading and words.strip() and source.lstrip().startswith("### "))
