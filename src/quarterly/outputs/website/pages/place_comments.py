"""Put each comment on the pages of the indicators that it is about.

Officers write a comment once, in its group. The page of an indicator shows what was written about it in
each edition, newest first; a comment shows the status of its indicators, with links to them. Both are made
from the finished pages, so a comment that was changed after the notebooks ran is up to date.
"""

import re

#: The content of a section, with up to three levels of sections inside it.
INSIDE = r"(?:(?!</?section\b).)*"
for _ in range(3):
    INSIDE = rf"(?:(?!</?section\b).|<section\b{INSIDE}</section>)*"
COMMENT = re.compile(
    r'<section id="[^"]*" class="level3 comment comment-(?P<group>[a-z-]+)"'
    r'(?: data-indicators="(?P<about>[^"]*)")?[^>]*>\s*<h3[^>]*>(?P<heading>.*?)</h3>'
    rf"(?P<body>{INSIDE})</section>",
    re.DOTALL,
)
#: The list of the indicators that a comment is about, before its words.
LIST = re.compile(r"\A\s*<ul>(?P<items>(?:(?!<ul>).)*?)</ul>", re.DOTALL)
ITEM = re.compile(r"<li>(?P<item>.*?)</li>", re.DOTALL)
#: The element for comments on the page of an indicator: empty, or filled earlier.
PLACE = re.compile(
    r'(?P<start><div class="indicator-commentary" data-indicator="(?P<id>[^"]*)" data-name="(?P<name>[^"]*)"'
    r' data-short="(?P<short>[^"]*)" data-area="(?P<area>[^"]*)">)(?:</div>|.*?</div><!-- said -->)',
    re.DOTALL,
)
#: The element on the home page for the comments of two quarters on an indicator whose rating changed.
CHANGED = re.compile(
    r'(?P<start><div class="changed-said" data-changed="(?P<id>[^"]*)" data-quarters="(?P<quarters>[^"]*)">)'
    r"(?:</div>|.*?</div><!-- said -->)",
    re.DOTALL,
)
#: The status of an indicator in an edition, from its row in the table of the area.
STANDING = re.compile(r'<tr\b[^>]*\sdata-row="(?P<id>[^"]*)"[^>]*\sdata-standing="(?P<words>[^"]*)"')
EDITION = re.compile(r"reports/(?P<quarter>\d{4}-\d{2}(?:-Q\d)?)/(?P<area>[^/.]+)\.html")
NOTHING = "<p>There is no commentary on this indicator in the editions on this site.</p>"


def repeatable(words: str) -> str:
    """Return words that can be repeated on another page: without anchors, and with headings as bold text."""
    words = re.sub(r"</?(?:section|div)[^>]*>", "", words)
    words = re.sub(r"<h[4-6][^>]*>(.*?)</h[4-6]>", r"<p><strong>\1</strong></p>", words, flags=re.DOTALL)
    return re.sub(r'\s(?:id|data-anchor-id)="[^"]*"', "", words).strip()


def collect(pages: dict[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """Return the comments by indicator, newest first: page of the edition, quarter, group, heading and words."""
    said: dict[str, list[tuple[str, ...]]] = {}
    for address in sorted(pages, reverse=True):
        edition = EDITION.fullmatch(address)
        if edition is None:
            continue
        for comment in COMMENT.finditer(pages[address]):
            about = (comment["about"] or "").split()
            words = LIST.sub("", comment["body"], count=1) if about else comment["body"]
            for name in about:
                entry = (address, edition["quarter"], comment["group"], comment["heading"], repeatable(words))
                said.setdefault(name, []).append(entry)
    return said


def place_comments(pages: dict[str, str]) -> dict[str, str]:
    """Add the comments to the pages of their indicators, and link each comment's indicators to those pages.

    Parameters
    ----------
    pages : dict of str to str
        Every page by its address from the root of the site.
    """
    said, done = collect(pages), dict(pages)
    for address, page in pages.items():
        if EDITION.fullmatch(address):
            standing = {row["id"]: row["words"] for row in STANDING.finditer(page)}
            done[address] = COMMENT.sub(lambda comment, s=standing: linked(comment, s), page)  # type: ignore[misc]
        else:
            page = PLACE.sub(
                lambda place: filled(place, "".join(map(comment_block, said.get(place["id"], []))) or NOTHING), page
            )
            done[address] = CHANGED.sub(lambda place: filled(place, then_and_now(place, said)), page)
    return done


def filled(place: re.Match[str], text: str) -> str:
    """Return an element for comments, filled with a text."""
    return f"{place['start']}{text}</div><!-- said -->"


def then_and_now(place: re.Match[str], said: dict[str, list[tuple[str, ...]]]) -> str:
    """Write the comments in each of an element's quarters, or that there are none."""
    parts = []
    for quarter in place["quarters"].split():
        known = [comment_block(entry, "") for entry in said.get(place["id"], []) if entry[1] == quarter]
        parts.append("".join(known) or f"<p>{label(quarter)}: no commentary on this site.</p>")
    return "".join(parts)


def label(quarter: str) -> str:
    """Return the short name of a quarter."""
    year, _, number = quarter.rpartition("-Q")
    return f"Q{number} {year}" if year else quarter


def comment_block(entry: tuple[str, ...], root: str = "../") -> str:
    """Write a comment on an indicator, with a link to its edition."""
    address, quarter, group, heading, words = entry
    return (
        f'<div class="said said-{group}"><p class="said-group"><a href="{root}{address}">{label(quarter)}</a>: '
        f"{re.sub(r'<[^>]+>', '', heading)}</p>{words}</div>"
    )


def linked(comment: re.Match[str], standing: dict[str, str]) -> str:
    """Link the indicators of a comment to their pages, with the status of each."""
    found = iter((comment["about"] or "").split())

    def link(item: re.Match[str]) -> str:
        name, text = next(found), re.sub(r"<[^>]+>", "", item["item"].partition("</a>")[0])
        stands = f' <span class="comment-standing">{standing[name]}</span>' if name in standing else ""
        return f'<li><a href="../../indicators/{name}.html">{text}</a>{stands}</li>'

    body = LIST.sub(lambda items: ITEM.sub(link, items[0]), comment["body"], count=1) if comment["about"] else None
    return comment[0] if body is None else comment[0].replace(comment["body"], body, 1)
