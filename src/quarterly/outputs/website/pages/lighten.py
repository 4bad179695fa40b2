"""Send readers only the styles that the site uses: most have a phone, and some pay for each megabyte.

A renderer's style sheets cover every possible site. This writes a lean copy next to each, without the rules for
classes that no page or script names, and links the pages to it. The sheet itself is unchanged, so a page that is
rendered again on its own loses nothing. The icon font is removed if the site's own sheet draws every icon in use, and
so are the scripts for tooltips from pages that have none.
"""

import os
import re
from pathlib import Path

LEAN = ".lean.css"
COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
#: Where a style sheet can be split; strings and addresses are skipped whole.
TOKEN = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^"')]*\)|[{};]|/\*.*?\*/""", re.DOTALL)
#: Text in brackets narrows or widens a selector, but never makes it require a class.
BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]")
#: One of the selectors of a rule, which are separated by commas outside brackets.
SELECTOR = re.compile(rf"(?:{BRACKETS.pattern}|[^,])+")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
NESTED = ("@media", "@supports", "@layer", "@container")
WORD = re.compile(r"[A-Za-z_-][\w-]*")
DATA = re.compile(r'"data:[^"]*"')
SHEET = re.compile(r'(?P<start><link\b[^>]*\shref=")(?P<href>[^":]*\.css)(?P<query>\?[^"]*)?(?="[^>]*>)')
ICON = re.compile(r"\bbi-[a-z0-9-]+")
#: Parts of a page that use the icon font without naming an icon in a class.
ICON_PARTS = re.compile(r'class="[^"]*\b(?:callout|external|code-copy-button|quarto-color-scheme-toggle)\b')
#: The scripts and style sheet for tooltips, and the elements that have tooltips.
HOVERING = re.compile(
    r'<script\b[^>]*\ssrc="[^"]*/(?:popper\.min|tippy\.umd\.min)\.js"[^>]*>\s*</script>\s*'
    r'|<link\b[^>]*\shref="[^"]*/tippy[^"/]*\.css"[^>]*>\s*'
)
HOVERED = re.compile(r"<(?:a|button)\b[^>]*\b(?:footnote-ref|quarto-xref|code-annotation-anchor|doc-biblioref)\b")
ICON_SHEET = re.compile(r'<link\b[^>]*\shref="[^"]*bootstrap-icons(?:\.min)?\.css[^"]*"[^>]*>\s*')


def blocks(css: str) -> list[tuple[str, str | None]]:
    """Split a style sheet into its outermost rules: the text before the braces, and the text inside them."""
    found: list[tuple[str, str | None]] = []
    depth = start = opened = 0
    for token in TOKEN.finditer(css):
        mark = token[0]
        if mark == "{":
            opened = token.end() if not depth else opened
            depth += 1
        elif mark == "}":
            depth -= 1
            if not depth:
                found.append((css[start : opened - 1], css[opened : token.start()]))
                start = token.end()
        elif mark == ";" and not depth:
            found.append((css[start : token.end()], None))
            start = token.end()
    return found


def prune(css: str, known: set[str]) -> str:
    """Remove the rules for classes that are not known.

    Examples
    --------
    >>> prune(".a{color:red}.b,.a:is(.b, [c]),p{top:0}@media print{.b{top:1px}}", {"a", "c"})
    '.a{color:red}.a:is(.b, [c]),p{top:0}'
    """
    kept = []
    for before, inside in blocks(css):
        rule = before.strip()
        if inside is None:
            kept.append(before)
        elif rule.startswith(NESTED):
            inner = prune(inside, known)
            kept.append(f"{before}{{{inner}}}" if inner.strip() else "")
        elif rule.startswith("@") or "@" in rule.partition("*/")[2]:
            kept.append(f"{before}{{{inside}}}")
        else:
            selectors = [selector for selector in SELECTOR.findall(before) if needed(selector, known)]
            kept.append(f"{','.join(selectors)}{{{inside}}}" if selectors else "")
    return "".join(kept)


def needed(selector: str, known: set[str]) -> bool:
    """Return whether a selector can match anything: whether all classes that it requires are known."""
    return all(name.replace("\\", "") in known for name in CLASS.findall(BRACKETS.sub("", selector)))


def lighten_pages(site: Path, pages: dict[str, str], own: Path) -> dict[str, str]:
    """Write the lean style sheets of a site, and return its pages, by address, with links to them.

    ``own`` is the site's own sheet, which draws icons.
    """
    texts = [DATA.sub("", page) for page in pages.values()]
    texts += [path.read_text(encoding="utf-8", errors="replace") for path in sorted(site.rglob("*.js"))]
    # Every word that could be a class.
    known = {word for text in texts for word in WORD.findall(text)}
    sheets = [path for path in sorted((site / "site_libs").rglob("*.css")) if not path.name.endswith(LEAN)]
    lean = {path for path in sheets if with_lean_copy(path, known)}
    drawn = set(ICON.findall(own.read_text(encoding="utf-8"))) if own.is_file() else set()
    return {
        address: with_lean_links(lightened(page, drawn), (site / address).parent, lean)
        for address, page in pages.items()
    }


def lightened(page: str, drawn: set[str]) -> str:
    """Remove the icon font and the scripts for tooltips from a page, unless it needs them."""
    lighter = ICON_SHEET.sub("", page)
    if set(ICON.findall(DATA.sub("", lighter))) - drawn or ICON_PARTS.search(page):
        lighter = page
    return lighter if HOVERED.search(lighter) else HOVERING.sub("", lighter)


def with_lean_copy(path: Path, known: set[str]) -> bool:
    """Write the lean copy of a style sheet if it saves enough, and return whether it does."""
    css = path.read_text(encoding="utf-8")
    shorter = prune(COMMENT.sub("", css), known)
    if len(shorter) > 0.9 * len(css):
        return False
    path.with_suffix(LEAN).write_text(shorter, encoding="utf-8", newline="\n")
    return True


def with_lean_links(page: str, folder: Path, lean: set[Path]) -> str:
    """Point the links of a page in a folder to the lean copies of style sheets that have one."""

    def link(found: re.Match[str]) -> str:
        if Path(os.path.normpath(folder / found["href"])) not in lean:
            return found[0]
        return f"{found['start']}{found['href'].removesuffix('.css')}{LEAN}"

    return SHEET.sub(link, page)
