"""What every page of the site needs after rendering, whichever renderer made it.

Both renderers call this script, also when `quarto render` is run outside the project's environment, so it uses the
standard library only. It

- takes out what a renderer adds from other hosts: Quarto puts require.js and jQuery from a CDN into every page that has
  an HTML output, though nothing here needs them;
- takes out the places for commentary that nobody has written in yet, from the pages and from the search index;
- marks each comment with its group, so that the style sheet can show it;
- lists on the pages of an edition the files that there are to download: `quarterly build` makes them.
"""

import json
import os
import re
from pathlib import Path

PROMPT = "Write here: what happened, why, and what is being done."
GROUPS = ("green", "amber", "red-of-concern", "red", "about-this-area")

#: The files of an edition that readers may download, in the order in which they are offered.
DOWNLOADS = {
    "summary.pdf": "Summary on one page (PDF)",
    "summary.docx": "Summary on one page (Word)",
    "committee-paper.pdf": "Committee paper (PDF)",
    "committee-paper.docx": "Committee paper (Word)",
    "scorecard.xlsx": "Scorecard (spreadsheet)",
    "scorecard-wide.csv": "Scorecard, one row an indicator (CSV)",
    "scorecard.csv": "Figures, one a row (CSV)",
    "datapackage.json": "What the columns mean (data package)",
}

OTHER_HOSTS = re.compile(
    r"""<script\b[^>]*\bsrc=["'](?:https?:)?//[^>]*>\s*</script>\s*
    |<link\b[^>]*\bhref=["'](?:https?:)?//[^>]*\brel=["'](?:stylesheet|preconnect|dns-prefetch)[^>]*>\s*
    |<link\b[^>]*\brel=["'](?:stylesheet|preconnect|dns-prefetch)["'][^>]*\bhref=["'](?:https?:)?//[^>]*>\s*
    |<script\b[^>]*>\s*define\('jquery'.*?</script>\s*""",
    re.VERBOSE | re.DOTALL,
)
CSS_IMPORT = re.compile(r"""@import\s*(?:url\()?["']?(?:https?:)?//[^;]*;""")
SECTION = re.compile(
    r'<section id="(?P<id>[^"]*)" class="level3">(?P<inside>(?:(?!<section\b|</section>).)*)</section>\s*', re.DOTALL
)
HEADING = re.compile(r"\s*<h3[^>]*>.*?</h3>", re.DOTALL)
TITLE_BLOCK = re.compile(r'<header id="title-block-header".*?</header>', re.DOTALL)
LEADING_LIST = re.compile(r"\s*<ul>.*?</ul>", re.DOTALL)


def group_of(anchor: str) -> str | None:
    """Say which group a section's anchor names; renderers number the anchors that repeat."""
    return next((group for group in GROUPS if anchor == group or anchor.startswith(f"{group}-")), None)


def is_empty(inside: str) -> bool:
    """Whether a comment has a heading and indicators but no words."""
    rest = LEADING_LIST.sub("", HEADING.sub("", inside, count=1), count=1)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", rest)).strip()
    return words in ("", PROMPT)


def mend_page(page: str) -> tuple[str, set[str]]:
    """Mend one page; say also which sections were taken out."""
    removed: set[str] = set()

    def comment(match: re.Match[str]) -> str:
        group = group_of(match["id"])
        if group is None:
            return match[0]
        if is_empty(match["inside"]):
            removed.add(match["id"])
            return ""
        return match[0].replace('class="level3"', f'class="level3 comment comment-{group}"', 1)

    return SECTION.sub(comment, OTHER_HOSTS.sub("", page)), removed


def with_downloads(page: str, folder: Path, address: str) -> str:
    """List an edition's files under the title of a page."""
    files = [(name, label, folder / name) for name, label in DOWNLOADS.items() if (folder / name).is_file()]
    if not files or 'class="downloads"' in page:
        return page
    items = "".join(f'<li><a href="{address}/{name}">{label}</a>, {size(path)}</li>' for name, label, path in files)
    block = f'<aside class="downloads" aria-label="Downloads"><h2>Download this quarter</h2><ul>{items}</ul></aside>'
    return TITLE_BLOCK.sub(lambda match: match[0] + block, page, count=1)


def size(path: Path) -> str:
    """Say how large a file is."""
    kilobytes = max(1, round(path.stat().st_size / 1000))
    return f"{kilobytes:,} KB"


def mend_search(index: Path, removed: dict[str, set[str]]) -> None:
    """Take the sections that were taken out of the pages out of the search index too."""
    entries = json.loads(index.read_text(encoding="utf-8"))
    kept = []
    for entry in entries:
        page, _, anchor = entry.get("href", "").partition("#")
        if anchor and anchor in removed.get(page, ()):
            continue
        kept.append({**entry, "text": entry["text"].replace(PROMPT, "")} if "text" in entry else entry)
    if kept != entries:
        index.write_text(json.dumps(kept, ensure_ascii=False, indent=2), encoding="utf-8", newline="\n")


def main() -> None:
    """Mend every page and style sheet of the built site."""
    site = Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_site"))
    removed: dict[str, set[str]] = {}
    for path in sorted(site.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        mended, gone = mend_page(page)
        if gone:
            removed[path.relative_to(site).as_posix()] = gone
        if path.parent.parent == site / "reports":
            quarter = path.parent.name
            mended = with_downloads(mended, site / "downloads" / quarter, f"../../downloads/{quarter}")
        if mended != page:
            path.write_text(mended, encoding="utf-8", newline="\n")
    for path in sorted(site.rglob("*.css")):
        style = path.read_text(encoding="utf-8")
        mended = CSS_IMPORT.sub("", style)
        if mended != style:
            path.write_text(mended, encoding="utf-8", newline="\n")
    index = site / "search.json"
    if index.is_file():
        mend_search(index, removed)


if __name__ == "__main__":
    main()
