"""Put each comment beside the indicators that it speaks of, on its own page and on those of later editions.

Officers write a comment once, in its group. Readers who come to an indicator find there what was written about it,
the newest edition first; readers of a comment see how its indicators stand, and can go to them. Both are made from
the finished pages, so a comment that was changed after the notebooks ran is right too.
"""

import html
import re

COMMENT = re.compile(
    r'<section id="[^"]*" class="level3 comment comment-(?P<group>[a-z-]+)">\s*<h3[^>]*>(?P<heading>.*?)</h3>'
    r"(?P<body>.*?)</section>(?=\s*(?:<section\b|</section>|<div\b|$))",
    re.DOTALL,
)
LIST = re.compile(r"\s*<ul>(?P<items>(?:(?!<ul>).)*?)</ul>", re.DOTALL)
ITEM = re.compile(r"<li>(?P<item>.*?)</li>", re.DOTALL)
#: The place of an indicator: its id and full name, and what stands at its head. It is empty, or was filled before.
PLACE = re.compile(
    r'(?P<start><div class="indicator-commentary" data-indicator="(?P<id>[^"]*)" data-name="(?P<name>[^"]*)">)'
    r"(?:</div>|.*?</div><!-- said -->)",
    re.DOTALL,
)
LEAD = re.compile(
    r'<section class="indicator" id="indicator-(?P<id>[^"]*)"[^>]*>\s*<h3[^>]*>(?P<short>.*?)</h3>\s*'
    r'<p class="indicator-lead">(?P<lead>.*?)</p>',
    re.DOTALL,
)
EDITION = re.compile(r"reports/(?P<quarter>\d{4}-\d{2}-Q(?P<number>\d))/(?P<area>[^/]+)\.html")
NOTHING = "<p>Nobody has written about this indicator in an edition of this site.</p>"


def plain(markup: str) -> str:
    """Reduce a name to its letters and digits, so that tags, quotes and dashes do not matter."""
    text = html.unescape(re.sub(r"<[^>]+>", "", markup)).lower().replace("+", " plus ")
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def named(item: str) -> str:
    """Take the name from an item of a comment's list, also when it has been made a link before."""
    return plain(item.partition("</a>")[0])


def names_of(page: str) -> dict[str, str]:
    """Give the id of each indicator by the names that officers may use."""
    names = {plain(place["name"]): place["id"] for place in PLACE.finditer(page)}
    names |= {plain(lead["short"]): lead["id"] for lead in LEAD.finditer(page)}
    return names | {plain(name): name for name in list(names.values())}


def split(body: str, names: dict[str, str]) -> tuple[list[str], str, str]:
    """Take a comment apart: the ids that it is about, the list that names them, and its words."""
    found = LIST.match(body)
    items = [item["item"] for item in ITEM.finditer(found["items"])] if found else []
    ids = [names[named(item)] for item in items if named(item) in names]
    if found is None or not ids or len(ids) < len(items):
        # A list that is not of names alone belongs to the words.
        return ids, "", body
    return ids, found[0], body[found.end() :]


def loose(words: str) -> str:
    """Make words that can stand a second time on a page: no anchors, and no headings of their own."""
    words = re.sub(r"</?section[^>]*>", "", words)
    words = re.sub(r"<h[4-6][^>]*>(.*?)</h[4-6]>", r"<p><strong>\1</strong></p>", words, flags=re.DOTALL)
    return re.sub(r'\s(?:id|data-anchor-id)="[^"]*"', "", words).strip()


def collect(pages: dict[str, str]) -> dict[tuple[str, str], list[tuple[str, str, str, str]]]:
    """List what was written, by area and indicator: quarter, group, heading and words, the newest edition first."""
    said: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {}
    for address in sorted(pages, reverse=True):
        edition = EDITION.fullmatch(address)
        if edition is None:
            continue
        names = names_of(pages[address])
        for comment in COMMENT.finditer(pages[address]):
            ids, _, words = split(comment["body"], names)
            for name in ids:
                entry = (edition["quarter"], comment["group"], comment["heading"], loose(words))
                said.setdefault((edition["area"], name), []).append(entry)
    return said


def place_comments(pages: dict[str, str]) -> dict[str, str]:
    """Fill the places of the indicators on every page of an area, and link each comment's names to them.

    Parameters
    ----------
    pages : dict of str to str
        Every page by its address from the root of the site.
    """
    said, done = collect(pages), dict(pages)
    for address, page in pages.items():
        edition = EDITION.fullmatch(address)
        if edition is None:
            continue
        quarter, area = edition["quarter"], edition["area"]
        leads = {lead["id"]: lead["lead"] for lead in LEAD.finditer(page)}
        names = names_of(page)
        page = COMMENT.sub(lambda comment, n=names, ls=leads: linked(comment, n, ls), page)  # type: ignore[misc]

        def filled(place: re.Match[str], quarter: str = quarter, area: str = area) -> str:
            known = [entry for entry in said.get((area, place["id"]), []) if entry[0] <= quarter]
            return f"{place['start']}<h4>Commentary</h4>{''.join(map(told, known)) or NOTHING}</div><!-- said -->"

        done[address] = PLACE.sub(filled, page)
    return done


def told(entry: tuple[str, str, str, str]) -> str:
    """Write what was said of an indicator in an edition."""
    quarter, group, heading, words = entry
    year, _, number = quarter.rpartition("-Q")
    return (
        f'<div class="said said-{group}"><p class="said-group">Q{number} {year}: '
        f"{re.sub(r'<[^>]+>', '', heading)}</p>{words}</div>"
    )


def linked(comment: re.Match[str], names: dict[str, str], leads: dict[str, str]) -> str:
    """Link the names in a comment to their places, and say beside each how it stands."""
    ids, items, _ = split(comment["body"], names)
    if not items:
        return comment[0]
    found = iter(ids)

    def link(item: re.Match[str]) -> str:
        name, text = next(found), re.sub(r"<[^>]+>", "", item["item"].partition("</a>")[0])
        standing = f' <span class="comment-standing">{leads[name]}</span>' if name in leads else ""
        return f'<li><a href="#indicator-{name}">{text}</a>{standing}</li>'

    return comment[0].replace(items, ITEM.sub(link, items), 1)
