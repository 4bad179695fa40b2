"""Find typed text that some output leaves out: where it is, which output lacks it, and what to do.

The website shows every text cell of an edition, but no warnings printed by code. The committee paper, the workbook and
officers' Word documents have only the comments of the service areas.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from quarterly.commentary.cells import SHOWN, Notebook, as_written, source_of
from quarterly.commentary.finding import Finding, Level, quoted
from quarterly.commentary.groups import beyond_its_group
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.read import Written, read_edition, shown_in, then_in
from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.data.project import edition_notebooks, stray_notebooks
from quarterly.disclosure import open_basket

#: An IPython command, which is not Python.
_MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_IN_CODE = "Words in a code cell do not appear in any output. Move them to a text cell."
_WARNED = "This warning appears only in the notebook, not in any output. Change the code that causes it."
_AT_THE_HEAD = "The first cell has the settings of the page: its words are not published. Move them to a text cell."
_NO_COMMENT = (
    "Only the website shows this. The committee paper and the workbook leave it out, because it is not a comment. To "
    "make it one, put it under the heading 'Commentary' and begin it with '### About this area' or a group's heading."
)
_PASTED = re.compile(r"!\[[^\[\]]*\]\(attachment:")
_PICTURE = "Only the website shows its picture. Describe the picture in words."
_NO_AREA = (
    "Only the website shows this: the committee paper and the workbook have the comments of the service areas. Move it "
    "to the notebook of an area."
)
_ONLY_A_HEADING = "A heading without words under it does not appear in any output. Write the words below the heading."


def everything_left_out(root: Path) -> list[Finding]:
    """List typed text that some output leaves out, in all editions."""
    opened = open_basket(root)
    found = strays(root)
    for path in edition_notebooks(root):
        quarter, notebook = Quarter.parse(path.parent.name), open_edition(path)
        if notebook is not None and quarter in opened.basket.quarters:
            # An area that was removed since has its comments in the paper and the workbook of the edition.
            area = path.stem in opened.basket.area_ids or SHOWN in notebook["metadata"]
            then = then_in(notebook, path.stem, opened.scorecard(quarter))
            read = read_edition(notebook, then) if area else None
            found += left_out(path.relative_to(root).as_posix(), notebook, read, frozenset(shown_in(notebook)))
    return found


def strays(root: Path) -> list[Finding]:
    """List the notebooks under ``reports/`` that belong to no edition and so are in no output."""
    message = (
        "This notebook belongs to no edition, so none of it is published. If it is a copy, compare it with the "
        "original, move any words that should be kept, and delete it."
    )
    return [
        Finding(Level.ERROR, path.relative_to(root).as_posix(), None, "", message) for path in stray_notebooks(root)
    ]


def left_out(
    name: str, notebook: Notebook, read: Sequence[Written] | None = None, shown: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Find the cells of a notebook that people wrote and that some output leaves out.

    ``read`` are the comments of an area's notebook; None for a notebook of no area. Of the indicators that have left
    the area, its pages go on showing those in ``shown``, with the comments on them, until they are run again.
    """
    comments = {one.number: one for one in read or ()}
    for number, cell in enumerate(notebook["cells"], start=1):
        source = words = source_of(cell).strip()
        level, message = Level.WARNING, ""
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                yield Finding(level, name, number, quoted("".join(output["text"])), _WARNED)
        if one := comments.get(number):
            words = one.comment.words or source
            unplaced = one.comment.unplaced and not shown.intersection(one.comment.gone)
            level = Level.ERROR if unplaced else level
            message = _of_comment(one, notebook, unplaced=unplaced)
        elif as_written(cell) or not source:
            continue
        elif cell["cell_type"] == "code":
            message = _IN_CODE if has_words(source) else ""
        elif number == 1 and cell["cell_type"] == "raw":
            message = _AT_THE_HEAD
        else:
            message = _NO_AREA if read is None else _NO_COMMENT
        if message:
            yield Finding(level, name, number, quoted(words), message)


def _of_comment(one: Written, notebook: Notebook, *, unplaced: bool) -> str:
    """Return a message on what outputs leave out of a comment; blank if they have all of it."""
    own = beyond_its_group(one.comment.heading)
    if one.comment.empty:
        return _ONLY_A_HEADING if own else ""
    if unplaced:
        return (
            f"{gone_names(one, notebook)} is no longer reported in this area, so this comment is under "
            "'Unplaced commentary' and is not published. Move or delete the words."
        )
    if own and one.comment.group:
        return (
            f"It is published under '{one.comment.group}', without the rest of its heading, '{own}'. Put that in the "
            "words."
        )
    return _PICTURE if _PASTED.search(one.comment.words) else ""


def gone_names(one: Written, notebook: Notebook) -> str:
    """List the indicators of a comment that are no longer reported, by their former names."""
    names = {key: known["name"] for figures in (shown_in(notebook), one.pinned) for key, known in figures.items()}
    return listing([names.get(key, key) for key in one.comment.gone])


def has_words(code: str) -> bool:
    r"""Return whether code contains words for people: comments, a bare string, or text that is not code.

    Examples
    --------
    >>> [has_words(code) for code in ("#| include: false\nreport.table()", "x = 1  # why", "Fewer staff left.")]
    [False, True, True]
    """
    code = _MAGIC.sub("", code)
    try:
        nodes = list(ast.walk(ast.parse(code)))
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    alone = any(isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str) for node in nodes)
    return alone or any(each.type == tokenize.COMMENT and not each.string.startswith("#|") for each in tokens)
