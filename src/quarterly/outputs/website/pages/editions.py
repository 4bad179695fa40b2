"""Connect the pages of editions: distinct titles, links to other quarters, and what is signed off.

Standard library only: see `post_render`.
"""

import html
import re
from pathlib import Path

PAGE = re.compile(r"reports/(?P<quarter>(?P<year>\d{4}-\d{2})(?:-Q(?P<number>\d))?)/(?P<name>[^/]+)\.html")
#: The end of the address of a version that has been corrected since.
EARLIER = re.compile(r"\.version-\d+\.html$")
TITLE = re.compile(r"(?P<start><title\b[^>]*>)(?P<text>.*?)(?P<end></title>)", re.DOTALL)
TITLE_BLOCK = re.compile(r'<header id="title-block-header".*?</header>', re.DOTALL)
#: Separates the title of a page from that of its site.
DASH = " \N{EN DASH} "
#: The footer of every page of the site.
FOOT = re.compile(r'(?P<start><div class="nav-footer-left">).*?(?P<end></div>)', re.DOTALL)
SOURCE = re.compile(r"^source:[ \t]*(?P<text>\S.*?)[ \t]*$", re.MULTILINE)


def under_title(page: str, block: str) -> str:
    """Put a block of HTML directly under the title of a page."""
    return TITLE_BLOCK.sub(lambda title: title[0] + block, page, count=1)


def label_of(found: re.Match[str]) -> str:
    """Return the quarter of a page, or its year, as worded in its edition."""
    return f"Quarter {found['number']} {found['year']}" if found["number"] else found["year"]


def full_title(text: str, address: str) -> str:
    """Add the quarter of a page to its title, if it is not there.

    Examples
    --------
    >>> full_title("Workforce \N{EN DASH} A council", "reports/2023-24-Q3/workforce.html")
    'Workforce, Quarter 3 2023-24 \N{EN DASH} A council'
    """
    found = PAGE.fullmatch(address)
    if found is None or label_of(found) in text:
        return text
    name, dash, site = text.rpartition(DASH)
    return f"{name}, {label_of(found)}{dash}{site}" if dash else f"{text}, {label_of(found)}"


def others(address: str, addresses: set[str]) -> list[tuple[str, str]]:
    """List the same page in the other quarters, newest first, as labels and addresses."""
    here = PAGE.fullmatch(address)
    known = [found for found in map(PAGE.fullmatch, sorted(addresses, reverse=True)) if found]
    return [
        (label_of(found), f"../{found['quarter']}/{found['name']}.html")
        for found in known
        if here and found["name"] == here["name"] and found["quarter"] != here["quarter"]
    ]


def with_source(page: str, address: str, params: Path) -> str:
    """Name the source of an edition's figures in the footer of its page, from its file in ``params/``."""
    here = PAGE.fullmatch(address)
    file = params / f"{here['quarter']}.yml" if here else None
    found = SOURCE.search(file.read_text(encoding="utf-8-sig")) if file and file.is_file() else None
    if found is None:
        return page
    text = html.escape(found["text"].strip("\"'"))
    return FOOT.sub(lambda foot: f"{foot['start']}{text}{foot['end']}", page, count=1)


def with_edition(page: str, address: str, addresses: set[str]) -> str:
    """Add the quarter to the title of an edition's page, and links to the other quarters.

    Parameters
    ----------
    page : str
        The page.
    address : str
        Its address from the root of the site.
    addresses : set of str
        The addresses of all pages.
    """
    here = PAGE.fullmatch(address)
    if here is None or 'class="edition-others"' in page:
        return page
    page = TITLE.sub(lambda title: title["start"] + full_title(title["text"], address) + title["end"], page, count=1)
    last = max((found for found in map(PAGE.fullmatch, addresses) if found), key=lambda found: found["quarter"])
    newest = last["quarter"]
    same = others(address, addresses)
    lines = []
    if here["quarter"] != newest:
        there = f"reports/{newest}/{here['name']}.html"
        name = here["name"] if there in addresses else "index"
        link = f'<a href="../{newest}/{name}.html">{label_of(last)}</a>'
        lines.append(f'<p class="edition-newer">A newer edition exists: {link}.</p>')
    if same:
        links = ", ".join(f'<a href="{href}">{label}</a>' for label, href in same)
        lines.append(
            f'<p class="edition-others">This page in other {"quarters" if here["number"] else "years"}: {links}</p>'
        )
    return under_title(page, "".join(lines))


def by_area(areas: list[tuple[str, str, str]]) -> str:
    """List which service areas are drafts and which are signed off, given the name, address and mark of each."""
    items = "".join(
        f'<li><a href="{href}">{name}</a>: {html.escape(mark[:1].lower() + mark[1:])}</li>'
        for name, href, mark in areas
    )
    return (
        f'<details class="downloads"><summary>Draft or signed off, by service area</summary><ul>{items}</ul></details>'
    )
