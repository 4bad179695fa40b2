"""Finish every page of the site after rendering, whichever renderer made it.

Both renderers call it as their post-render step (`theme/post_render.py`). It

- describes a page by its subtitle, if it has no description;
- removes what a renderer adds from other hosts: Quarto puts require.js and jQuery from a CDN into every page that has
  an HTML output, though nothing here needs them;
- marks the pages of an edition, and the home page for the newest edition, as a draft or signed off;
- gives the tables that a renderer makes itself a caption and scopes;
- writes the index of the site's own search (`search_index`);
- adds the quarter to the titles of editions' pages, links to other quarters, names the source of their figures and
  shows what is signed off (`editions`);
- lists the files to download, made by `quarterly build`, on the pages of an edition;
- puts comments on the pages of the indicators that they are about (`place_comments`);
- names the landmarks and makes every switch reachable by keyboard (`landmarks`);
- adds the site's own scripts to the pages that need them, and leaves out what no page uses (`lighten`);
- writes the policy under which the site can be served (`policy`).
"""

import html
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from quarterly.commentary.signoff import area_status, edition_status, mark, notices
from quarterly.data.project import DOWNLOADS, version_of
from quarterly.outputs.website.pages.editions import EARLIER, PAGE, by_area, under_title, with_edition, with_source
from quarterly.outputs.website.pages.landmarks import add_skip_link, correct_roles, describe_tables, name_landmarks
from quarterly.outputs.website.pages.lighten import lighten_site
from quarterly.outputs.website.pages.markup import TITLE_OF_PAGE, Tag, start_tags, words, written
from quarterly.outputs.website.pages.place_comments import place_comments
from quarterly.outputs.website.pages.policy import Policy, without_inline_styles
from quarterly.outputs.website.pages.search_index import FILE, search_script

REMOTE = r"""["']?\s*(?:https?:)?//"""
OTHER_HOSTS = re.compile(
    rf"""<script\b[^>]*\ssrc={REMOTE}[^>]*>\s*</script>\s*
    |<link\b(?=[^>]*\shref={REMOTE})
        (?=[^>]*\srel=["'](?:stylesheet|preload|modulepreload|preconnect|dns-prefetch))[^>]*>\s*
    |<script\b[^>]*>\s*define\('jquery'.*?</script>\s*""",
    re.VERBOSE | re.DOTALL,
)
STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
CSS_IMPORT = re.compile(
    r"""@import\s*(?:url\()?\s*(?:"(?:https?:)?//[^"]*"|'(?:https?:)?//[^']*'|(?:https?:)?//[^)]*)\)?[^;]*;"""
)

#: A table written as Markdown, which Quarto does not put into a box that can scroll.
UNBOXED = re.compile(
    r'(?<!<div class="sd-table">\n)(?<!<div class="table-scroll">)<table class="caption-top.*?</table>', re.DOTALL
)
SUBTITLE = re.compile(r'<p class="subtitle\b[^>]*>(.*?)</p>', re.DOTALL)
STATUS = re.compile(r'<p class="edition-status [^"]*">.*?</p>', re.DOTALL)
MODIFIED = re.compile(r"&quot;file-modified&quot;: [\d.]+, ")
#: The site's own scripts, each with a test for the tags that need it.
SCRIPTS: dict[str, Callable[[Tag], bool]] = {
    "charts.js": lambda tag: tag.name == "figure" and "chart" in tag.classes,
    "indicator.js": lambda tag: "data-indicator" in tag.attributes or tag.get("id").startswith("indicator-"),
    "regions.js": lambda tag: tag.name == "table" or (tag.name == "div" and "sourceCode" in tag.classes),
    "search.js": lambda tag: tag.get("id") == "quarto-header",
    "tables.js": lambda tag: "data-filter" in tag.attributes,
}
#: Many pages show the status of an edition.
status_of_edition = cache(edition_status)
#: The changes to the tags of every page, made in one pass.
CHANGES = (name_landmarks, correct_roles, add_skip_link, describe_tables, without_inline_styles)
END = re.compile(r"</body>")


def clean_page(page: str) -> str:
    """Remove requests to other hosts and the file's modification time from a page, and let every table scroll."""
    page = UNBOXED.sub(r'<div class="table-scroll">\g<0></div>', OTHER_HOSTS.sub("", MODIFIED.sub("", page)))
    return STYLE.sub(lambda match: CSS_IMPORT.sub("", match[0]), page)


def with_description(page: str) -> str:
    """Describe a page to search engines by its subtitle, if its front matter has no description."""
    found = SUBTITLE.search(page)
    if found is None or '<meta name="description"' in page:
        return page
    return page.replace("</head>", f'<meta name="description" content="{html.escape(words(found[1]))}"></head>', 1)


def with_downloads(page: str, folder: Path, address: str) -> str:
    """List an edition's files under the title of a page."""
    files = [(name, label, folder / name) for name, label in DOWNLOADS.items() if (folder / name).is_file()]
    if not files or 'class="downloads"' in page:
        return page
    items = "".join(f'<li><a href="{address}/{name}">{label}</a>, {size(path)}</li>' for name, label, path in files)
    return under_title(
        page, f'<details class="downloads"><summary>Download this edition</summary><ul>{items}</ul></details>'
    )


@cache
def status_of(address: str, editions: Path) -> tuple[bool, str] | None:
    """Return whether a page is signed off, and its mark; None if the page belongs to no edition."""
    found = edition_page(address, editions)
    if found is None:
        return None
    quarter, name = found
    notebook = editions / quarter / f"{name}.ipynb"
    if version_of(notebook):
        return None
    of_area = name not in ("index", "data-quality")
    status = area_status(notebook) if of_area else status_of_edition(editions / quarter)
    return status.signed, mark(status)


def with_status(page: str, status: tuple[bool, str] | None) -> str:
    """Put the mark of a draft or of the sign-off under the title of a page."""
    if status is None or 'class="edition-status' in page:
        return page
    signed, text = status
    kind = "signed-off" if signed else "draft"
    return under_title(page, f'<p class="edition-status {kind}">{html.escape(text)}</p>')


def with_notices(page: str, address: str, editions: Path) -> str:
    """Add under the mark of a page when and why it was corrected, with a link to the other version."""
    found = edition_page(address, editions)
    if found is None or 'class="edition-corrected"' in page:
        return page
    folder = "" if address.startswith("reports/") else f"reports/{found[0]}/"
    blocks = []
    for text, label, name in notices(editions / found[0] / f"{found[1]}.ipynb"):
        link = f' <a href="{folder}{name}">{label}</a>.' if name else ""
        blocks.append(f'<p class="edition-corrected">{html.escape(text)}{link}</p>')
    return under_title(page, "".join(blocks))


def edition_page(address: str, editions: Path) -> tuple[str, str] | None:
    """Return the quarter and notebook of a page; the home page is about the newest edition."""
    found = PAGE.fullmatch(address)
    if found:
        return found["quarter"], found["name"]
    newest = max((path.name for path in editions.glob("*") if (path / "index.ipynb").is_file()), default=None)
    return (newest, "index") if newest and address == "index.html" else None


def with_areas(page: str, address: str, pages: dict[str, str], editions: Path) -> str:
    """List under the mark of an edition which of its service areas are drafts."""
    found = edition_page(address, editions)
    if found is None or found[1] != "index" or "by service area</summary>" in page:
        return page
    folder, root = f"reports/{found[0]}/", "../../" if address.startswith("reports/") else ""
    names = sorted(name for name in pages if name.startswith(folder))
    areas = [
        (heading[1], root + name, status[1])
        for name in names
        if name.removeprefix(folder) not in ("index.html", "data-quality.html")
        if (heading := TITLE_OF_PAGE.search(pages[name])) and (status := status_of(name, editions))
    ]
    return STATUS.sub(lambda mark: mark[0] + by_area(areas), page, count=1) if areas else page


def size(path: Path) -> str:
    """Return the size of a file in KB."""
    return f"{max(1, round(path.stat().st_size / 1000)):,} KB"


def finish(page: str, address: str, theme: str, policy: Policy) -> str:
    """Change the tags of a page, and add the site's own scripts that it needs, from a folder of the site."""
    tags = start_tags(page)
    # Everything that is done later to the page leaves its inline code as it is.
    policy.allow(page, tags)
    for change in CHANGES:
        change(tags)
    folder = f"{'../' * address.count('/')}{theme}"
    used = [name for name, needs in SCRIPTS.items() if any(map(needs, tags))]
    scripts = [f'<script src="{folder}/{name}" defer></script>' for name in used]
    added = "".join(script for script in scripts if script not in page)
    return END.sub(f"{added}</body>", written(page, tags), count=1)


def finish_pages(site: Path, theme: str, policy: Policy) -> dict[str, str]:
    """Return every page of the site by address, finished but not written."""
    pages: dict[str, str] = {}
    # `quarterly render` gives Quarto a copy of the project; the signed notebooks are in the project itself.
    project = Path(os.environ.get("QUARTERLY_PROJECT", "."))
    for path in sorted(site.rglob("*.html")):
        address = path.relative_to(site).as_posix()
        pages[address] = with_description(clean_page(path.read_text(encoding="utf-8")))
        if path.parent.parent == site / "reports" and not EARLIER.search(address):
            quarter = path.parent.name
            downloads = f"../../downloads/{quarter}"
            pages[address] = with_downloads(pages[address], site / "downloads" / quarter, downloads)
        # All go directly under the title, so the last to be added comes first.
        pages[address] = with_notices(pages[address], address, project / "reports")
        pages[address] = with_status(pages[address], status_of(address, project / "reports"))
    pages = {address: with_edition(page, address, set(pages)) for address, page in pages.items()}
    pages = {address: with_source(page, address, project / "params") for address, page in pages.items()}
    pages = {address: with_areas(page, address, pages, project / "reports") for address, page in pages.items()}
    pages = place_comments(pages)
    return {address: finish(page, address, theme, policy) for address, page in pages.items()}


def main(theme: str) -> None:
    """Finish the built site; the name of its folder of scripts and styles is ``theme``, or ``_theme`` if copied."""
    try:
        finish_site(Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_site")), theme)
    except OSError as error:
        # For a full disk or a read-only file, show the reason rather than a traceback.
        sys.exit(f"{error.strerror or error}: {error.filename or 'the site'}")


def finish_site(site: Path, theme: str) -> None:
    """Finish every page and style sheet of a site."""
    policy = Policy()
    pages = finish_pages(site, theme, policy)
    for address, page in pages.items():
        replace(site / address, page)
    for path in sorted(site.rglob("*.css")):
        replace(path, CSS_IMPORT.sub("", path.read_text(encoding="utf-8")))
    lighten_site(site, site / theme / "report.css")
    if pages:
        policy.write(site)
        # One renderer writes its own index, which nothing reads.
        (site / "search.json").unlink(missing_ok=True)
        (site / FILE).write_text(search_script(pages), encoding="utf-8", newline="\n")


def replace(path: Path, text: str) -> None:
    """Write a file, unless it has that text already."""
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
