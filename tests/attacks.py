"""Text that a user could type, or a workbook contain, to make a page, document or spreadsheet run something.

The payloads follow the OWASP cheat sheets on cross-site scripting and CSV injection and the manuals of Pandoc and
Quarto. Each sets ``window.ran``, asks the host ``evil.invalid`` for something, or would show ``SECRET``.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
from conftest import Project
from readers import plain

SECRET = "the-contents-of-a-secret"  # noqa: S105 - what an attack would show
SECRET_NAME, SECRET_FILE = "QUARTERLY_TEST_SECRET", "secret.txt"
QUARTER = "2023-24-Q3"
_RUN = "window.ran=1"

#: As typed into a comment. All of it must be readable on the page, except for marks of lists, headings and lines.
TYPED = {
    "a script": f"<script>{_RUN};alert(1)</script>",
    "a script in capitals": f"<ScRiPt SRC=//evil.invalid/x.js>{_RUN}</sCrIpT>",
    "an element that fails": f"<img src=x onerror={_RUN}>",
    "a drawing that loads": f"<svg/onload={_RUN}><animate onbegin={_RUN} attributeName=x dur=1s>",
    "details that open": f"<details open ontoggle={_RUN}>words</details>",
    "a frame": f'<iframe srcdoc="<script>parent.{_RUN}</script>"></iframe>',
    "an object": '<object data="https://evil.invalid/x"></object><embed src="https://evil.invalid/x">',
    "a link of HTML": f'<a href="javascript:{_RUN}">words</a>',
    "a form": '<form action="https://evil.invalid"><button autofocus>words</button></form>',
    "a new base": '<base href="https://evil.invalid/">',
    "another page": '<meta http-equiv="refresh" content="0;url=https://evil.invalid">',
    "a style": "<style>main{display:none}</style><link rel=stylesheet href=https://evil.invalid/x.css>",
    "a comment": "words <!-- hidden --> more words",
    "a comment without end": "words <!-- the rest is hidden",
    "the end of the page": f"</section></main></body><script>{_RUN}</script>",
    "what swallows the rest": "<plaintext><textarea><table><tr><td><select>",
    "processing instructions": "<?php echo 1 ?> <![CDATA[ words ]]> <!DOCTYPE html>",
    "the mark of the unplaced": '<div id="unplaced-commentary-end"></div></div><!-- said -->',
    "a link that runs": f"[words](javascript:{_RUN})",
    "a link that runs in odd letters": f"[words](  JaVaScRiPt:{_RUN} 'title')",
    "a link with references": f"[words](&#106;avascript&colon;{_RUN})",
    "a link with a tab": f"[words](java&Tab;script:{_RUN})",
    "a link to data": f"[words](data:text/html,<script>{_RUN}</script>)",
    "a link to Visual Basic": "[words](vbscript:msgbox)",
    "a link to a file": "[words](file:///etc/passwd) [more](../../data/observations.csv)",
    "an address in brackets": f"<javascript:{_RUN}>",
    "an address alone": f"javascript:{_RUN}",
    "a link by reference": f"[words][evil]\n\n[evil]: javascript:{_RUN}",
    "a link round a picture": "[![words](https://evil.invalid/p.png)](https://evil.invalid)",
    "a picture from elsewhere": "![words](https://evil.invalid/p.png)",
    "a picture without scheme": "![words](//evil.invalid/p.png){width=1}",
    "a picture by reference": "![words][p]\n\n[p]: https://evil.invalid/p.png",
    "a picture of a file": "![words](../../secret.txt)",
    "attributes of words": f'[words]{{onclick="{_RUN}" style="position:fixed"}}',
    "attributes of emphasis": f'*words*{{onmouseover="{_RUN}"}} `code`{{onclick="{_RUN}"}}',
    "attributes of a link": f'[words](https://example.org){{onclick="{_RUN}"}}',
    "attributes of a heading": f'#### words {{#navbar onclick="{_RUN}"}}',
    "a division": f'::: {{.hidden onmouseover="{_RUN}"}}\nwords\n:::',
    "a division without end": "::::: {.content-hidden}\n\nwords",
    "a callout in a list": "- ::: {.callout-note collapse=true}\n  words\n  :::",
    "a raw block": f"```{{=html}}\n<script>{_RUN}</script>\n```",
    "a raw block of tildes": f"~~~ {{=html}}\n<img src=x onerror={_RUN}>\n~~~",
    "a raw span": f"`<img src=x onerror={_RUN}>`{{=html}}",
    "a raw block for paper": "```{=openxml}\n<w:p/>\n```\n\n```{=latex}\n\\input{/etc/passwd}\n```",
    "code to run": "```{python}\nopen('ran')\n```\n\n`r 1+1` and `{python} 1+1`",
    "code without end": "```\nwords",
    "a diagram": f'```{{mermaid}}\ngraph TD; A-->B; click A href "javascript:{_RUN}"\n```',
    "a file": f"{{{{< include ../../{SECRET_FILE} >}}}}",
    "a file by its whole path": f"{{{{< include /{SECRET_FILE} >}}}}",
    "the environment": f"{{{{< env {SECRET_NAME} >}}}}",
    "the environment in code": f"`{{{{< env {SECRET_NAME} >}}}}`\n\n    {{{{< env {SECRET_NAME} >}}}}",
    "shortcodes with escapes": f"{{{{{{< env {SECRET_NAME} >}}}}}} {{{{</* env {SECRET_NAME} */>}}}}",
    "a film": "{{< video https://evil.invalid/v.mp4 >}} {{< meta title >}} {{< pagebreak >}} {{< kbd x >}}",
    "settings": f'---\ntitle: Taken over\ninclude-in-header:\n  text: "<script>{_RUN}</script>"\n---',
    "settings in a quotation": "> ---\n> title: Taken over\n> ---",
    "mathematics": f"$\\href{{javascript:{_RUN}}}{{x}}$ and $$\\text{{x}}$$ and \\(x\\)",
    "commands of TeX": "\\newpage \\input{/etc/passwd} \\begin{center}words\\end{center}",
    "references": f"&lt;script&gt;{_RUN}&lt;/script&gt; &#60;img src=x onerror={_RUN}&#62;",
    "a note": f"words[^1] and ^[more]\n\n[^1]: <script>{_RUN}</script>",
    "a citation": "@evil and [see @evil, p. 3] and @fig-evil",
    "a table": f"| words | more |\n|---|---|\n| <script>{_RUN}</script> | `x`{{=html}} |",
    "a definition": f"words\n: <img src=x onerror={_RUN}>{{.evil}}",
    "a heading": f"#### <img src=x onerror={_RUN}> words",
    "an item": f"1. <script>{_RUN}</script>\n   - [words](javascript:{_RUN})",
    "templates": "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "formulas": '=HYPERLINK("https://evil.invalid","words")',
    "a command": "+cmd|' /C calc'!A0",
    "signs that turn the text": "\u202etxt.exe\u202c \u200bwords",
}
#: Targets that links may have: those in HONEST.
PAGE = "https://example.org/a_(b)?c=1&d=2"
ALLOWED_LINKS = {PAGE, "https://example.org", "https://example.org/", "mailto:somebody@example.org"}
ALLOWED_LINKS |= {PAGE.replace("(", "%28").replace(")", "%29")}
#: Sources cited by the methods page.
ALLOWED_LINKS |= {"https://github.com/nhs-r-community/NHSRplotthedots"}
#: Markup that officers may use, according to the commentary guide.
HONEST = """Paragraphs, **bold**, *italics*, a [page](https://example.org/a_(b)?c=1&d=2) and <https://example.org>.

- an item with 5 < 6 & more
- another, to [somebody](mailto:somebody@example.org)
    1. inside

#### A heading

> A quotation, with an escaped \\* and a line\\
broken."""

#: Names from a workbook, notes, terms and other cells of data/.
NAMES = [
    f"<script>{_RUN}</script> cases",
    f'" onmouseover="{_RUN}" x="',
    f"'><img src=x onerror={_RUN}> visits",
    f"</script></title><svg onload={_RUN}> calls",
    f"{{{{< env {SECRET_NAME} >}}}} checks",
    f"``` ````` `<img src=x onerror={_RUN}>`{{=html}}",
    '=HYPERLINK("https://evil.invalid","words")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    f"[words](javascript:{_RUN}) ![p](https://evil.invalid/p.png)",
    "a: 'yaml' \"quoted\" # comment {quarter} %s \\ {{ 7*7 }}",
    f"&lt;script&gt;{_RUN}&lt;/script&gt; ]]> $x$",
    f"--- javascript:{_RUN} *bold* ::: {{.evil onclick={_RUN}}}",
]
AREA_NAMES = [
    f"Streets <script>{_RUN}</script>",
    f"{{{{< env {SECRET_NAME} >}}}} [x](javascript:{_RUN}) `y`{{=html}}: z",
]
TITLE = f"Report <img src=x onerror={_RUN}> {{{{< env {SECRET_NAME} >}}}}"
COUNCIL = f"Council <script>{_RUN}</script>"


def write_names(path: Path) -> None:
    """Write a workbook in which every name is an attack."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Indicator", "Area", "Unit", "Good is", "Target", "Q1 2023-24", "Q2 2023-24", "Q3 2023-24"])
    for place, name in enumerate(NAMES):
        sheet.append(["", "", "number", "higher", 30, 26 + place, 29, 44 - place])
        for column, text in ((1, name), (2, AREA_NAMES[place % 2])):
            cell = sheet.cell(sheet.max_row, column, text)
            cell.data_type = "s"
    book.save(path)


def add_notes(basket: Project) -> None:
    """Put the names into the other text columns of a basket."""
    for table in ("areas", "indicators", "observations"):
        rows = _read(basket, table)
        changed = [{**row, "note": NAMES[place % len(NAMES)]} for place, row in enumerate(rows)]
        _write(basket, table, [{**row, "comparison": "national"} if "comparison" in row else row for row in changed])
    _write(basket, "glossary", [{"term": name, "meaning": name, "source": name} for name in NAMES])
    others = [{"comparator": f"other_{n}", "position": n, "label": NAMES[n], "meaning": NAMES[n]} for n in (0, 1)]
    _write(basket, "comparator_names", others)
    compared = [
        {"indicator_id": row["indicator_id"], "comparator": other["comparator"], "period": NAMES[2], "value": 7}
        for row in _read(basket, "indicators")
        for other in others
    ]
    _write(basket, "comparators", [{**row, "missing": "", "note": NAMES[3]} for row in compared])


def _read(basket: Project, table: str) -> list[dict[str, Any]]:
    with (basket.root / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(basket: Project, table: str, rows: list[dict[str, Any]]) -> None:
    with (basket.root / "data" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def commented_area(root: Path) -> str:
    """Return the area that the comments are typed into: the first that has a place for commentary."""
    for path in sorted((root / "reports" / QUARTER).glob("*.ipynb")):
        if _start_of(nbformat.read(path, as_version=4)):
            return path.stem
    raise AssertionError("no area has a place for commentary")


def _start_of(notebook: nbformat.NotebookNode) -> int | None:
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    return next((place for place, own in enumerate(tags, start=1) if "commentary-start" in own), None)


def add_comments(basket: Project) -> None:
    """Type every attack into its own comment, and some into cells that are not comments."""
    path = basket.root / "reports" / QUARTER / f"{commented_area(basket.root)}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    start = _start_of(notebook)
    # Some are also names of indicators: a line with only such a name would set the comment's subject.
    texts = [f"### Red of concern\n\nIt is said:\n\n{typed}" for typed in (*TYPED.values(), HONEST)]
    notebook.cells[start:start] = [
        nbformat.v4.new_markdown_cell(text, metadata={"tags": ["commentary"]}) for text in texts
    ]
    notebook.cells.append(nbformat.v4.new_markdown_cell(TYPED["a script"]))
    notebook.cells.append(nbformat.v4.new_raw_cell(TYPED["a frame"], metadata={"format": "text/html"}))
    nbformat.write(notebook, path)


def attack(root: Path) -> None:
    """Make a basket with such names through the command line, with such comments in one area, ready to build."""
    root.parent.mkdir(exist_ok=True)
    write_names(root.parent / "names.xlsx")
    _done(Project(root.parent), "init", root.name, "names.xlsx", "--council", COUNCIL, "--title", TITLE)
    basket = Project(root)
    (root / SECRET_FILE).write_text(SECRET, encoding="utf-8")
    add_notes(basket)
    _done(basket, "run")
    add_comments(basket)


def _done(project: Project, *arguments: str) -> None:
    done = project(*arguments)
    assert done.returncode == 0, done.stderr


def squeezed(text: str) -> str:
    """Remove spaces, asterisks, dashes and zero-width characters, to compare only what is read."""
    text = plain(text).replace("...", "").translate(dict.fromkeys(map(ord, "\u2060\u200b\u202e\u202c")))
    return re.sub(r"[\s*-]+", "", text)


def read_of(typed: str) -> list[str]:
    """Return the readable part of typed text: its lines without Markdown marks."""
    typed = typed.replace("&lt;", "<").replace("&gt;", ">").replace("&colon;", ":").replace("&Tab;", "")
    typed = re.sub(r"&#(\d+);", lambda code: chr(int(code[1])), typed)
    typed = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", typed)
    typed = re.sub(r"(?<!!)\[([^\[\]]*)\]\((?:https?://|mailto:)[^\s()]*(?:\([^()]*\)[^\s()]*)?\)", r"\1", typed)
    lines = [re.sub(r"^\s*(?:#+ |> ?|- |\d\. |: )*", "", line) for line in typed.splitlines()]
    parts = [part for line in lines for part in (line.split(" | ") if line.startswith("|") else [line])]
    return [squeezed(part.strip("| ")) for part in parts if re.search(r"\w", part)]
