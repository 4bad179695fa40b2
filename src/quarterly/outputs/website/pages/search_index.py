"""The index of the site's own search, made from the finished pages, so that it agrees with them.

It is a script, because browsers do not let a page that was opened from a folder read data files. It
includes the synonyms from the table of the glossary.
"""

import json
import re

from quarterly.outputs.website.pages.editions import EditionPage, full_title
from quarterly.outputs.website.pages.markup import TITLE_OF_PAGE, words
from quarterly.outputs.website.pages.place_comments import PLACE

FILE = "search-index.js"
MAIN = re.compile(r"<main\b[^>]*>(?P<inside>.*)</main>", re.DOTALL)
#: Left out of the index: scripts, pictures, menus, downloads, hidden words, and the copies of figures under charts.
SKIPPED = re.compile(
    r"<(?P<name>script|style|svg|nav|figure)\b.*?</(?P=name)>|<header\b.*?</header>"
    r'|<details class="(?:chart-data|downloads)".*?</details>|<div class="[^"]*\bd-none">[^<]*</div>',
    re.DOTALL,
)
SECTION = re.compile(r'<section\b[^>]*\sid="([^"]*)"[^>]*>')
HEADING = re.compile(r"\s*<h[2-6]\b[^>]*>(.*?)</h[2-6]>", re.DOTALL)
LEAD = re.compile(r'<p class="indicator-lead">(.*?)</p>', re.DOTALL)
GLOSSARY = re.compile(r"<table\b[^>]*>\s*<caption>Terms and meanings</caption>(.*?)</table>", re.DOTALL)
ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL)


def entries(page: str, address: str) -> list[dict[str, str]]:
    """List the search entries of a page: the page and each of its sections, or one for an indicator's page."""
    main, heading = MAIN.search(page), TITLE_OF_PAGE.search(page)
    if main is None or heading is None:
        return []
    if place := PLACE.search(page):
        lead = LEAD.search(page)
        text = f"{words(lead[1]) if lead else ''} {words(place['name'])}"
        return [{"href": address, "title": words(place["short"]), "section": "", "text": text}]
    title = full_title(words(heading[1]), address)
    first, *parts = SECTION.split(SKIPPED.sub(" ", main["inside"]))
    found = [{"href": address, "title": title, "section": "", "text": words(first)}]
    for anchor, part in zip(parts[::2], parts[1::2], strict=True):
        name = HEADING.match(part)
        section = words(name[1]) if name else ""
        text = words(part[name.end() :] if name else part)
        found.append({"href": f"{address}#{anchor}", "title": title, "section": section, "text": text})
    return found


def same_words(glossary: str) -> list[list[str]]:
    """List groups of synonyms: each term of the glossary with its other names."""
    table = GLOSSARY.search(glossary)
    rows = [[words(cell) for cell in CELL.findall(row)] for row in ROW.findall(table[1])] if table else []
    return [[row[0], *row[2].split("; ")] for row in rows[1:] if len(row) > 2 and row[2]]


def search_script(pages: dict[str, str]) -> str:
    """Return the index as a script, with the newest edition before earlier ones.

    ``pages`` has every page by its address from the root of the site.
    """
    editions = {address: edition for address in pages if (edition := EditionPage.read(address))}
    current = [address for address, edition in editions.items() if not edition.corrected]
    order = [*sorted(pages.keys() - editions.keys()), *sorted(current, reverse=True)]
    index = {
        "entries": [entry for address in order for entry in entries(pages[address], address)],
        "same": same_words(pages.get("glossary.html", "")),
    }
    return f"window.searchIndex = {json.dumps(index, ensure_ascii=False, separators=(',', ':'))};\n"
