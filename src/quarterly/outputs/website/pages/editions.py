"""Complete the pages of editions: distinct titles, links to other quarters, downloads, and what is signed off.

Standard library only: see `post_render`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quarterly.commentary.signoff import Status, area_status, edition_status, mark, notices
from quarterly.core.quarters import Quarter
from quarterly.data.project import DOWNLOADS, edition_file, editions, params_file, version_of
from quarterly.outputs.website.pages.markup import TITLE_OF_PAGE

ADDRESS = re.compile(r"reports/(?P<quarter>[^/]+)/(?P<name>[^/]+)\.html")
TITLE = re.compile(r"(?P<start><title\b[^>]*>)(?P<text>.*?)(?P<end></title>)", re.DOTALL)
TITLE_BLOCK = re.compile(r'<header id="title-block-header".*?</header>', re.DOTALL)
#: Separates the title of a page from that of its site.
DASH = " \N{EN DASH} "
#: The footer of every page of the site.
FOOT = re.compile(r'(?P<start><div class="nav-footer-left">).*?(?P<end></div>)', re.DOTALL)
SOURCE = re.compile(r"^source:[ \t]*(?P<text>\S.*?)[ \t]*$", re.MULTILINE)
#: The pages of an edition that are not about one service area.
OF_ALL_AREAS = ("index", "data-quality")


@dataclass(frozen=True)
class EditionPage:
    """The page of a notebook of an edition."""

    quarter: Quarter
    name: str  # the notebook's, without its ending

    @classmethod
    def read(cls, address: str) -> EditionPage | None:
        """Read an address from the root of the site; None if it is not of an edition."""
        found = ADDRESS.fullmatch(address)
        quarter = Quarter.read(found["quarter"]) if found else None
        return cls(quarter, found["name"]) if found and quarter else None

    @property
    def address(self) -> str:
        """Its address from the root of the site."""
        return f"reports/{self.quarter}/{self.name}.html"

    @property
    def corrected(self) -> bool:
        """Whether it shows an earlier version of an area, which has been corrected since."""
        return version_of(Path(f"{self.name}.ipynb")) is not None


def with_edition(page: str, address: str, pages: Mapping[str, str], site: Path, project: Path) -> str:
    """Complete the page of an edition, and the home page, which shows what is signed off in the newest one.

    ``address`` is its address from the root of the site, and ``pages`` has all pages by address. ``site`` is the folder
    with the files to download, and ``project`` the folder with the sign-offs.
    """
    here = EditionPage.read(address)
    if here:
        page = TITLE.sub(
            lambda found: f"{found['start']}{full_title(found['text'], address)}{found['end']}", page, count=1
        )
        page = with_source(page, params_file(project, here.quarter))
    shown = here
    if address == "index.html" and (quarters := editions(project)):
        shown = EditionPage(quarters[-1], "index")
    if shown is None:
        return page
    root = "../../" if here else ""
    blocks = [links_to_others(here, pages)] if here else []
    if status := status_of(edition_file(project, shown.quarter, shown.name)):
        kind = "signed-off" if status.signed else "draft"
        blocks.append(f'<p class="edition-status {kind}">{html.escape(mark(status))}</p>')
    if shown.name == "index":
        blocks.append(areas_block(shown.quarter, pages, project, root))
    blocks.append(notices_block(shown, project, "" if here else f"reports/{shown.quarter}/"))
    if here and not here.corrected:
        blocks.append(downloads_block(site / "downloads" / str(here.quarter), f"{root}downloads/{here.quarter}"))
    return under_title(page, "".join(blocks))


def under_title(page: str, blocks: str) -> str:
    """Put blocks of HTML directly under the title of a page, unless it has them from an earlier run."""
    title = TITLE_BLOCK.search(page)
    if title is None or page.startswith(('<p class="edition-', '<details class="downloads">'), title.end()):
        return page
    return page[: title.end()] + blocks + page[title.end() :]


def full_title(text: str, address: str) -> str:
    """Add the quarter of a page to its title, if it is not there.

    Examples
    --------
    >>> full_title("Workforce \N{EN DASH} A council", "reports/2023-24-Q3/workforce.html")
    'Workforce, Quarter 3 2023-24 \N{EN DASH} A council'
    """
    here = EditionPage.read(address)
    if here is None or here.quarter.label in text:
        return text
    name, dash, site = text.rpartition(DASH)
    return f"{name}, {here.quarter.label}{dash}{site}" if dash else f"{text}, {here.quarter.label}"


def with_source(page: str, params: Path) -> str:
    """Name the source of an edition's figures in the footer of its page, from the parameters of its quarter."""
    found = SOURCE.search(params.read_text(encoding="utf-8-sig")) if params.is_file() else None
    if found is None:
        return page
    text = html.escape(found["text"].strip("\"'"))
    return FOOT.sub(lambda foot: f"{foot['start']}{text}{foot['end']}", page, count=1)


def links_to_others(here: EditionPage, addresses: Collection[str]) -> str:
    """Link a page to the newest edition, if it is of an older one, and to the same page in other quarters."""
    others = [page for page in map(EditionPage.read, addresses) if page and page.quarter != here.quarter]
    newest = max((page.quarter for page in others), default=here.quarter)
    lines = []
    if newest > here.quarter:
        name = here.name if EditionPage(newest, here.name) in others else "index"
        link = f'<a href="../{newest}/{name}.html">{newest.label}</a>'
        lines.append(f'<p class="edition-newer">A newer edition exists: {link}.</p>')
    same = sorted((page.quarter for page in others if page.name == here.name), reverse=True)
    if same:
        links = ", ".join(f'<a href="../{quarter}/{here.name}.html">{quarter.label}</a>' for quarter in same)
        lines.append(f'<p class="edition-others">This page in other {here.quarter.noun}s: {links}</p>')
    return "".join(lines)


@cache
def status_of(notebook: Path) -> Status | None:
    """Return whether an area or an edition is signed off; None for an earlier version of an area."""
    if version_of(notebook):
        return None
    return edition_status(notebook.parent) if notebook.stem in OF_ALL_AREAS else area_status(notebook)


def areas_block(quarter: Quarter, pages: Mapping[str, str], project: Path, root: str) -> str:
    """List which service areas of an edition are drafts; ``root`` leads to the root of the site."""
    # The menu of the edition has its areas in the order of the report.
    menu, items = pages.get(EditionPage(quarter, "index").address, ""), []
    known = filter(None, map(EditionPage.read, sorted(pages)))
    for page in sorted(known, key=lambda page: menu.find(f"/{page.name}.")):
        if page.quarter != quarter or page.name in OF_ALL_AREAS:
            continue
        heading = TITLE_OF_PAGE.search(pages[page.address])
        status = status_of(edition_file(project, quarter, page.name))
        if heading and status:
            items.append(f'<li><a href="{root}{page.address}">{heading[1]}</a>: {html.escape(status.words)}.</li>')
    return _folded("Draft or signed off, by service area", items)


def notices_block(shown: EditionPage, project: Path, folder: str) -> str:
    """Say when and why a page was corrected, with a link to the other version in a folder."""
    blocks = []
    for text, label, name in notices(edition_file(project, shown.quarter, shown.name)):
        link = f' <a href="{folder}{name}">{label}</a>.' if name else ""
        blocks.append(f'<p class="edition-corrected">{html.escape(text)}{link}</p>')
    return "".join(blocks)


def downloads_block(folder: Path, address: str) -> str:
    """List the files of an edition, which are in a folder with an address."""
    items = [
        f'<li><a href="{address}/{name}">{label}</a>, {_size(folder / name)}</li>'
        for name, label in DOWNLOADS.items()
        if (folder / name).is_file()
    ]
    return _folded("Download this edition", items)


def _folded(summary: str, items: list[str]) -> str:
    """Write a list that opens on request; nothing if it is empty."""
    if not items:
        return ""
    return f'<details class="downloads"><summary>{summary}</summary><ul>{"".join(items)}</ul></details>'


def _size(path: Path) -> str:
    return f"{max(1, round(path.stat().st_size / 1000)):,} KB"
