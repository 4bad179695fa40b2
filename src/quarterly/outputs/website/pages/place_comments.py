"""Put each comment on the pages of the indicators that it is about.

Officers write a comment once, in its group. The page of an indicator shows what was written about it in
each edition, newest first; a comment shows the status of its indicators, with links to them. Both are made
from the finished pages, so a comment that was changed after the notebooks ran is up to date.
"""

import re
from functools import partial
from typing import NamedTuple

from quarterly.core.quarters import Quarter
from quarterly.outputs.website.pages.editions import EditionPage

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
NOTHING = "<p>There is no commentary on this indicator in the editions on this site.</p>"


class Comment(NamedTuple):
    """A comment, as HTML, on a page of an edition."""

    page: EditionPage
    group: str
    heading: str
    words: str


def repeatable(words: str) -> str:
    """Return words that can be repeated on another page: without anchors, and with headings as bold text."""
    words = re.sub(r"</?(?:section|div)[^>]*>", "", words)
    words = re.sub(r"<h[4-6][^>]*>(.*?)</h[4-6]>", r"<p><strong>\1</strong></p>", words, flags=re.DOTALL)
    return re.sub(r'\s(?:id|data-anchor-id)="[^"]*"', "", words).strip()


def collect(pages: dict[str, str]) -> dict[str, list[Comment]]:
    """Return the comments by indicator, newest first."""
    comments: dict[str, list[Comment]] = {}
    for address in sorted(pages, reverse=True):
        edition = EditionPage.read(address)
        if edition is None or edition.corrected:
            continue
        for found in COMMENT.finditer(pages[address]):
            about = (found["about"] or "").split()
            words = repeatable(LIST.sub("", found["body"], count=1))
            for name in about:
                comments.setdefault(name, []).append(Comment(edition, found["group"], found["heading"], words))
    return comments


def place_comments(pages: dict[str, str]) -> dict[str, str]:
    """Add the comments to the pages of their indicators, and link each comment's indicators to those pages.

    ``pages`` has every page by its address from the root of the site.
    """
    comments, done = collect(pages), dict(pages)
    for address, page in pages.items():
        edition = EditionPage.read(address)
        if edition and not edition.corrected:
            standing = {row["id"]: row["words"] for row in STANDING.finditer(page)}
            done[address] = COMMENT.sub(partial(linked, standing=standing), page)
        else:
            page = PLACE.sub(
                lambda place: filled(place, "".join(map(comment_block, comments.get(place["id"], []))) or NOTHING), page
            )
            done[address] = CHANGED.sub(lambda place: filled(place, then_and_now(place, comments)), page)
    return done


def filled(place: re.Match[str], text: str) -> str:
    """Return an element for comments, filled with a text."""
    return f"{place['start']}{text}</div><!-- said -->"


def then_and_now(place: re.Match[str], comments: dict[str, list[Comment]]) -> str:
    """Write the comments in each of an element's quarters, or that there are none."""
    parts = []
    for quarter in map(Quarter.parse, place["quarters"].split()):
        blocks = [comment_block(one, "") for one in comments.get(place["id"], []) if one.page.quarter == quarter]
        parts += blocks or [f"<p>{quarter.short_label}: no commentary on this site.</p>"]
    return "".join(parts)


def comment_block(comment: Comment, root: str = "../") -> str:
    """Write a comment on an indicator, with a link to its edition."""
    link = f'<a href="{root}{comment.page.address}">{comment.page.quarter.short_label}</a>'
    heading = re.sub(r"<[^>]+>", "", comment.heading)
    return f'<div class="said said-{comment.group}"><p class="said-group">{link}: {heading}</p>{comment.words}</div>'


def linked(comment: re.Match[str], standing: dict[str, str]) -> str:
    """Link the indicators of a comment to their pages, with the status of each."""
    found = iter((comment["about"] or "").split())

    def link(item: re.Match[str]) -> str:
        name, text = next(found), re.sub(r"<[^>]+>", "", item["item"].partition("</a>")[0])
        stands = f' <span class="comment-standing">{standing[name]}</span>' if name in standing else ""
        return f'<li><a href="../../indicators/{name}.html">{text}</a>{stands}</li>'

    body = LIST.sub(lambda items: ITEM.sub(link, items[0]), comment["body"], count=1) if comment["about"] else None
    return comment[0] if body is None else comment[0].replace(comment["body"], body, 1)
