"""Put each comment on the pages of the indicators that it speaks of.

Officers write a comment once, in its group. Readers who come to an indicator find there what was written about it in
each edition, the newest first; readers of a comment see how its indicators stand, and can go to them. Both are made
from the finished pages, so a comment that was changed after the notebooks ran is right too.
"""

import re

#: What is in a section, with sections of three levels below it.
INSIDE = r"(?:(?!</?section\b).)*"
for _ in range(3):
    INSIDE = rf"(?:(?!</?section\b).|<section\b{INSIDE}</section>)*"
COMMENT = re.compile(
    r'<section id="[^"]*" class="level3 comment comment-(?P<group>[a-z-]+)"'
    r'(?: data-indicators="(?P<about>[^"]*)")?[^>]*>\s*<h3[^>]*>(?P<heading>.*?)</h3>'
    rf"(?P<body>{INSIDE})</section>",
    re.DOTALL,
)
#: The list of the indicators that a comment is about, which stands before its words.
LIST = re.compile(r"\A\s*<ul>(?P<items>(?:(?!<ul>).)*?)</ul>", re.DOTALL)
ITEM = re.compile(r"<li>(?P<item>.*?)</li>", re.DOTALL)
#: Where the page of an indicator says what was written about it: empty, or filled before.
PLACE = re.compile(
    r'(?P<start><div class="indicator-commentary" data-indicator="(?P<id>[^"]*)" data-name="(?P<name>[^"]*)"'
    r' data-short="(?P<short>[^"]*)" data-area="(?P<area>[^"]*)">)(?:</div>|.*?</div><!-- said -->)',
    re.DOTALL,
)
#: Where the first page says what was written in two quarters about an indicator whose rating changed.
CHANGED = re.compile(
    r'(?P<start><div class="changed-said" data-changed="(?P<id>[^"]*)" data-quarters="(?P<quarters>[^"]*)">)'
    r"(?:</div>|.*?</div><!-- said -->)",
    re.DOTALL,
)
#: How an indicator stands in an edition, as its row in the table of the area says.
STANDING = re.compile(r'<tr\b[^>]*\sdata-row="(?P<id>[^"]*)"[^>]*\sdata-standing="(?P<words>[^"]*)"')
EDITION = re.compile(r"reports/(?P<quarter>\d{4}-\d{2}(?:-Q\d)?)/(?P<area>[^/.]+)\.html")
NOTHING = "<p>Nobody has written about this indicator in an edition of this site.</p>"


def loose(words: str) -> str:
    """Make words that can stand a second time on a page: no anchors, and no headings of their own."""
    words = re.sub(r"</?(?:section|div)[^>]*>", "", words)
    words = re.sub(r"<h[4-6][^>]*>(.*?)</h[4-6]>", r"<p><strong>\1</strong></p>", words, flags=re.DOTALL)
    return re.sub(r'\s(?:id|data-anchor-id)="[^"]*"', "", words).strip()


def collect(pages: dict[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """List what was written by indicator: the edition's page, its quarter, group, heading and words, newest first."""
    said: dict[str, list[tuple[str, ...]]] = {}
    for address in sorted(pages, reverse=True):
        edition = EDITION.fullmatch(address)
        if edition is None:
            continue
        for comment in COMMENT.finditer(pages[address]):
            about = (comment["about"] or "").split()
            words = LIST.sub("", comment["body"], count=1) if about else comment["body"]
            for name in about:
                entry = (address, edition["quarter"], comment["group"], comment["heading"], loose(words))
                said.setdefault(name, []).append(entry)
    return said


def place_comments(pages: dict[str, str]) -> dict[str, str]:
    """Fill the pages of the indicators with what was written, and link each comment's names to them.

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
            page = PLACE.sub(lambda place: filled(place, told_of(said.get(place["id"], []))), page)
            done[address] = CHANGED.sub(lambda place: filled(place, then_and_now(place, said)), page)
    return done


def filled(place: re.Match[str], text: str) -> str:
    """Fill a place with what was said."""
    return f"{place['start']}{text}</div><!-- said -->"


def told_of(entries: list[tuple[str, ...]]) -> str:
    """Write all that was said of an indicator."""
    return "".join(map(told, entries)) or NOTHING


def then_and_now(place: re.Match[str], said: dict[str, list[tuple[str, ...]]]) -> str:
    """Write what was said in each of the quarters of a place, also where it is nothing."""
    parts = []
    for quarter in place["quarters"].split():
        known = [told(entry, "") for entry in said.get(place["id"], []) if entry[1] == quarter]
        parts.append("".join(known) or f"<p>{label(quarter)}: nothing was written about it on this site.</p>")
    return "".join(parts)


def label(quarter: str) -> str:
    """Name a quarter in short."""
    year, _, number = quarter.rpartition("-Q")
    return f"Q{number} {year}" if year else quarter


def told(entry: tuple[str, ...], root: str = "../") -> str:
    """Write what was said of an indicator in an edition, with the way to it."""
    address, quarter, group, heading, words = entry
    return (
        f'<div class="said said-{group}"><p class="said-group"><a href="{root}{address}">{label(quarter)}</a>: '
        f"{re.sub(r'<[^>]+>', '', heading)}</p>{words}</div>"
    )


def linked(comment: re.Match[str], standing: dict[str, str]) -> str:
    """Link the names in a comment to their pages, and say beside each how it stands."""
    found = iter((comment["about"] or "").split())

    def link(item: re.Match[str]) -> str:
        name, text = next(found), re.sub(r"<[^>]+>", "", item["item"].partition("</a>")[0])
        stands = f' <span class="comment-standing">{standing[name]}</span>' if name in standing else ""
        return f'<li><a href="../../indicators/{name}.html">{text}</a>{stands}</li>'

    body = LIST.sub(lambda items: ITEM.sub(link, items[0]), comment["body"], count=1) if comment["about"] else None
    return comment[0] if body is None else comment[0].replace(comment["body"], body, 1)
