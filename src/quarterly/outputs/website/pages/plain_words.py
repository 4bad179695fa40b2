"""Let only plain Markdown through to a renderer from the text that people typed into an edition.

Paragraphs, lists, quotations, tables, headings, bold, italics, links to web pages and email addresses, and pictures
pasted into the cell work. Everything else that Quarto, Pandoc or a browser would act on appears as it was
typed: HTML, shortcodes, attributes, blocks of YAML, mathematics, code, citations, pictures and links from elsewhere.

The notebooks themselves do not change. Quarto runs this on each as one of its ``ipynb-filters``
(`theme/plain_words.py`); the embedded renderer calls `plain_notebook`.
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from quarterly.commentary import run_cells
from quarterly.commentary.cells import START_TAG, TAG, WRITTEN, as_written, digest, hidden, source_of, tagged
from quarterly.commentary.lists import with_lists
from quarterly.commentary.site_form import site_forms

#: The id prefix of a note that the run puts under a comment and that names indicators.
NOTE = "changed-"
#: The beginnings of the cells around comments whose indicators are gone, recognised even without their metadata.
UNPLACED, UNPLACED_END = (text[:30] for text in (run_cells.UNPLACED, run_cells.UNPLACED_END))
#: Ends the section of a comment before cells that an analyst added after it.
END = "```{=html}\n</section><section>\n```"
HEADED = re.compile(r"#{1,3}\s")
#: The mark of a heading that would be a second title of the page.
TITLE = re.compile(r"^#(?=\s)", re.MULTILINE)

TARGET = r"""(?:https?://|mailto:|\#)[^\s<>()\[\]{}"'`$\\]*(?:\([^\s<>()\[\]{}"'`$\\]*\)[^\s<>()\[\]{}"'`$\\]*)*"""
#: What stays Markdown within a line, and what becomes a character reference, which is plain text everywhere.
PARTS = re.compile(
    rf"""(?P<break>\\(?=\n))
    |(?P<rule>^[ \t]*+\|?(?:[ \t]*+:?-++:?[ \t]*+\|)++(?:[ \t]*+:?-++:?)?[ \t]*+$)
    |\\(?P<escaped>[!-/:-@\[-`{{-~])
    |(?P<address><(?:https?://|mailto:)[^\s<>{{}}`\\]+>)
    |(?P<picture>!\[(?P<alt>[^\[\]\n]*)\](?P<pasted>\(attachment:[\w.-]+\)))
    |(?P<link>(?<!!)\[(?P<label>(?:\\.|[^\[\]\\])*)\](?P<target>\(\s*{TARGET}(?:\s+"[^"<>()\[\]{{}}`$\\]*")?\s*\)))
    |(?P<special>[\\<`{{}}$~^@\[\]]|:{{3,}}|(?<=[\w+.-])(?<!https)(?<!http)(?<!mailto):(?=\S))""",
    re.VERBOSE | re.MULTILINE,
)
#: The marks that may precede the text of a line, and the list markers among them, whose items are indented.
ITEM = r"(?:[-*+:]|\(?(?:\d{1,9}|[A-Za-z#]|[ivxlcIVXLC]+)[.)])(?=\s|$)"
MARKS = re.compile(rf"(?:[>\s]|{ITEM})*")
LISTED = re.compile(ITEM)
#: The beginning of a list that ends a paragraph in CommonMark; Pandoc needs a blank line before it.
BEGINS_LIST = re.compile(r"(?:[-*+]|1[.)])[ \t]+\S")
#: Where Quarto finds settings: between a line of three dashes and the next one, or three dots, unless a blank line
#: comes first. It removes HTML comments and fenced code beforehand. These are Quarto's own expressions.
LEFT_OUT = (re.compile(r"(?s)<!--.*?-->"), re.compile(r"(?ms)^([\t >]*`{3,})[^`\n]*\n.*?\n\1\s*$"))
SETTINGS = re.compile(r"(?ms)^---[ \t]*(?P<gap>\n+)(?![ \t]*\n)(?P<said>.*?)\n(?:---|\.\.\.)[ \t]*$")
LINE_ENDS = re.compile(r"\r\n|[\r\u2028\u2029]")
DASHES = (
    "a line of three dashes that Quarto reads as the start of settings. "
    "Leave a line blank below it, or use `quarterly render`, which publishes it as it is."
)
FRONT_MATTER = ("title", "subtitle", "description", "quarter", "order", "toc")
FRONT_LINE = re.compile(rf"(?:---|(?:{'|'.join(FRONT_MATTER)}):.*|)\s*")
#: The media type of a chart in a cell that was run in JupyterLab: see `quarterly.display.altair_figures`.
LIVE = "application/vnd.vegalite.v5+json"
PICTURES = ("image/png", "image/jpeg", "image/gif")


def plain_words(text: str) -> str:
    """Return the text of a cell in a form that every renderer reads as plain Markdown.

    Examples
    --------
    >>> plain_words("**No** <b>{{< env HOME >}}</b>")
    '**No** &#60;b>&#123;&#123;&#60; env HOME >&#125;&#125;&#60;/b>'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = no_code(inline(text).split("\n"))
    return "\n".join(map(no_yaml, lines, ["", *lines], [*lines[1:], ""]))


def inline(text: str) -> str:
    """Keep emphasis and links, and write any other markup as character references."""
    return PARTS.sub(part, text)


def part(found: re.Match[str]) -> str:
    """Return one piece of markup, kept or as character references."""
    if found["break"] or found["rule"] or found["address"]:
        return found[0]
    if found["picture"]:
        return f"![{inline(found['alt'])}]{found['pasted']}"
    if found["link"]:
        return f"[{inline(found['label'])}]{found['target']}"
    return "".join(f"&#{ord(letter)};" for letter in found["escaped"] or found["special"])


def marks_of(line: str) -> str:
    """Return what precedes the text of a line: spaces, and marks of lists and quotations."""
    found = MARKS.match(line)
    return found[0] if found else ""


def no_yaml(line: str, before: str, after: str) -> str:
    """Keep a line of three dashes from beginning or ending YAML; on its own it becomes a rule of four dashes."""
    marks = marks_of(line)
    if line[len(marks) :].rstrip() != "---":
        return line
    return f"{marks}{'&#45;' * 3 if before.strip() or after.strip() else '----'}"


def no_code(lines: list[str]) -> list[str]:
    """Reduce indents that would make text into code, in which character references are not read.

    A list directly below a paragraph gets a blank line before it, without which one renderer shows no list.
    """
    written, items, after_blank = [], [0], True
    for line in lines:
        bare = line.lstrip()
        indent = len(line[: len(line) - len(bare)].expandtabs(4))
        marks = marks_of(bare)
        if len(items) == 1 and not after_blank and BEGINS_LIST.match(bare):
            written.append("")
        while (after_blank or marks) and bare and indent < items[-1]:
            items.pop()
        indent = min(indent, items[-1] + 3)
        close = re.sub(r"\s+", " ", marks)
        written.append(f"{' ' * indent}{close}{bare[len(marks) :]}" if bare else "")
        if LISTED.search(marks):
            items.append(indent + len(close.rstrip()) + 1)
        after_blank = not bare
    return written


def typed_by_people(cell: dict[str, Any]) -> bool:
    """Return whether people wrote the text of a cell: a comment, a note on one, or any change since a run."""
    return cell["cell_type"] != "code" and (tagged(cell, TAG) or noted(cell) or not as_written(cell))


def read(text: str) -> dict[str, Any]:
    """Read a notebook, in which every cell then has metadata."""
    notebook: dict[str, Any] = json.loads(text.removeprefix("\ufeff"))
    for part in (notebook, *notebook["cells"]):
        part["metadata"] = part.get("metadata") or {}
    return notebook


def plain_notebook(text: str) -> str:
    """Return the content of a notebook's file with everything that people typed as plain Markdown."""
    notebook = read(text)
    comments = site_forms(notebook, plain_words)
    kept = for_readers(notebook["cells"], comments)
    for cell in (cell for cell in notebook["cells"] if cell.get("outputs")):
        # Library warnings are for the analyst: `check` lists them.
        cell["outputs"] = [output for output in cell["outputs"] if output.get("name") != "stderr"]
        for output in cell["outputs"]:
            if LIVE in (data := output.get("data", {})):
                # JupyterLab adds a picture without alternative text, which a renderer would choose.
                output["data"] = {"text/html": data.get("text/markdown", "")}
        # A renderer would replace a shortcode, also in what a cell printed, and could so publish any file.
        cell["outputs"] = json.loads(json.dumps(cell["outputs"]).replace("{{<", "{{\u2060<"))
    for place, cell in enumerate(notebook["cells"]):
        comment = comments.get(place + 1)
        if comment is None and not typed_by_people(cell):
            continue
        front = place == 0 and cell["cell_type"] == "raw"
        words = plain_front_matter(source_of(cell)) if front else plain_words(with_lists(source_of(cell)))
        source = comment or TITLE.sub("##", words)
        for part in ("outputs", "execution_count"):
            cell.pop(part, None)
        cell["source"] = source.splitlines(keepends=True)
        cell["cell_type"] = "raw" if front else "markdown"
        if comment is not None:
            # Mark it as done for a renderer that filters this notebook again.
            cell["metadata"] = {WRITTEN: digest(source)}
        pasted = {name: kinds for name, kinds in cell.get("attachments", {}).items() if {*kinds} <= {*PICTURES}}
        cell.update({"attachments": pasted} if "attachments" in cell else {})
    notebook["cells"] = list(published(notebook["cells"], kept, comments))
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def for_readers(cells: list[dict[str, Any]], comments: dict[int, str]) -> list[int]:
    """List the numbers of the cells for readers, without placeholders and unplaced comments."""
    last = max((number for number, cell in enumerate(cells, 1) if source_of(cell).startswith(UNPLACED_END)), default=0)
    unplaced, kept = False, []
    for number, cell in enumerate(cells, start=1):
        unplaced = unplaced or source_of(cell).startswith(UNPLACED)
        # Readers see the list of promises even if none has been answered.
        empty = tagged(cell, TAG) and as_written(cell) and not comments.get(number)
        if not unplaced and not empty and comments.get(number) != "":
            kept.append(number)
        unplaced = unplaced and number < last
    return kept


def published(cells: list[dict[str, Any]], kept: list[int], comments: dict[int, str]) -> Iterator[dict[str, Any]]:
    """Yield the cells for readers, without headings that have nothing under them, and mark where comments end."""
    within = False
    for place, number in enumerate(kept, start=1):
        cell = cells[number - 1]
        after = next((cells[later - 1] for later in kept[place:] if not hidden(cells[later - 1])), None)
        headed = after is None or (after["cell_type"] == "markdown" and HEADED.match(source_of(after)))
        alone = after is None or (headed and not source_of(after).startswith("###"))
        if alone and tagged(cell, START_TAG):
            continue
        yield cell
        within = bool(comments.get(number)) or (within and (hidden(cell) or noted(cell)))
        if within and not headed and not hidden(cell) and not (after and noted(after)):
            mark = {"cell_type": "markdown", "id": f"end-{number}", "source": END.splitlines(keepends=True)}
            yield {**mark, "metadata": {WRITTEN: digest(END)}}
            within = False


def noted(cell: dict[str, Any]) -> bool:
    """Return whether a cell is a note by the run on the comment above it."""
    return str(cell.get("id", "")).startswith(NOTE)


def plain_front_matter(text: str) -> str:
    """Keep only the lines of front matter that a run writes."""
    return "\n".join(line for line in text.splitlines() if FRONT_LINE.fullmatch(line))


def refused(text: str) -> list[str]:
    """List the cells with text that Quarto would take for settings: it reads those before it runs any filter."""
    cells = read(text)["cells"]
    front = source_of(cells[0]) if cells else ""
    title = re.search(r"^title: *(.*)$", front, re.MULTILINE)
    found = []
    if cells and typed_by_people(cells[0]) and plain_front_matter(front) != front.strip():
        found.append((1, "has more than a run writes in the settings of a page. Run the quarter again."))
    found += [(number, f"has {DASHES}") for number in settings_in(cells) if number > 1]
    return [f"{title[1] if title else 'A notebook'}: cell {number} {what}" for number, what in found]


def settings_in(cells: list[dict[str, Any]]) -> list[int]:
    """List the numbers of the cells in which settings begin: Quarto reads all text of a notebook as one."""
    typed = [(number, cell) for number, cell in enumerate(cells, start=1) if cell["cell_type"] != "code"]
    text = LINE_ENDS.sub("\n", "".join(f"\n\0{number}\n{source_of(cell)}\n" for number, cell in typed))
    for left_out in LEFT_OUT:
        text = left_out.sub("", text)
    begin = [found.start() for found in SETTINGS.finditer(text) if found["gap"] == "\n" and found["said"].strip()]
    return [int(re.findall(r"\0(\d+)\n", text[:start])[-1]) for start in begin]


def main() -> int:
    """Filter a notebook for Quarto, from standard input to standard output."""
    text = sys.stdin.buffer.read().decode("utf-8-sig")
    stops = refused(text)
    sys.stderr.writelines(f"{stop}\n" for stop in stops)
    if not stops:
        sys.stdout.buffer.write(plain_notebook(text).encode("utf-8"))
    return 1 if stops else 0
