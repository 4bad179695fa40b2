"""Readers that extract every figure, rating and comment from each output, independently of the package."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

import openpyxl
from bs4 import BeautifulSoup, Tag
from conftest import EXAMPLE

EARLIER = "2023-24-Q2"
EDITIONS = sorted({path.name for path in (EXAMPLE / "reports").iterdir() if path.is_dir()} | {EARLIER})
LATEST = EDITIONS[-1]
COMPARATORS = {
    "statistical_neighbour": "Statistical neighbours",
    "south_west": "South West",
    "england": "England",
    "ofsted_good": "Ofsted good",
}
JUDGED = ("RAG", "Direction of travel")
RATINGS = ("green", "amber", "red", "not rated")
ALL, LOCAL, NOTHING = "All areas", "Local measure", "(nothing)"
ABOUT = "About this area"
UNWRITTEN = "No commentary has been written about this area yet."
SILENT = "Nothing is reported under "
PROMPT = "*Write here: what happened, why, and what is being done.*"
POLARITY = {"higher": "Higher is better", "lower": "Lower is better", "": "None"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIGURE = r"-?\d+(?:,\d{3})*(?:\.\d+)?%?"

# Comments as users type them: heading and words. They are put into the earlier edition, which has none.
TYPED = (
    ("### Red of concern", "It fell for the third time, from 26% to 21%.\n\nA review reports in May."),
    ("### Reds on watching:", "**Why**: two *managers'* posts were vacant - see [the plan](https://plan.example/a_b)."),
    ("### Greens", "- Eight left in May.\n- Three more will leave.\n  - One of them in June.\n\nThat is “as planned”."),
    ("### Amber to watch;", "#### What is being done\n\n1. More staff.\n2. Fewer than 5 < 5 & more."),
)
ABOUT_AREA = f"### {ABOUT}\n\n- Two teams were merged.\n- Their figures are counted together."

Key = tuple[str, str]
Counts = tuple[int, ...]
K = TypeVar("K")


def search_entries(site: Path) -> list[dict[str, str]]:
    """Read the index of the site's search."""
    script = (site / "search-index.js").read_text(encoding="utf-8")
    entries: list[dict[str, str]] = json.loads(script.removeprefix("window.searchIndex = ").rstrip(";\n"))["entries"]
    return entries


def data_rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


AREAS = {row["area_id"]: row for row in data_rows("areas")}
INDICATORS = data_rows("indicators")


def plain(text: str) -> str:
    """Replace typographic quotes, dashes and spaces with those of a keyboard."""
    for typed, kinds in {"'": "‘’", '"': "“”", "-": "‐‑–—", " ": "\u00a0"}.items():
        text = re.sub(f"[{kinds}]", typed, text)
    return " ".join(text.replace("…", "...").split())


def squeezed(text: str) -> str:
    return plain(text).lower()


#: Every name that a comment may use for an indicator, mapped to its full name.
NAMES = {
    squeezed(row[part]): plain(row["name"]) for row in INDICATORS for part in ("indicator_id", "short_name", "name")
}


@dataclass(frozen=True, order=True)
class Remark:
    """A comment as shown in an output."""

    area: str
    group: str
    indicators: tuple[str, ...]
    words: str


@dataclass
class Reading:
    """The contents of an output, read back.

    Figures are by indicator and column; published ratings only if shown with the rule's; counts are by place and
    service area; statements are sentences about an indicator.
    """

    figures: dict[Key, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    published: dict[Key, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    counts: dict[Key, Counts] = field(default_factory=dict)
    statements: list[Key] = field(default_factory=list)
    #: Ratings and directions that differ from the published ones or cannot be compared: by rule, and as published.
    quality: dict[Key, tuple[str, str]] = field(default_factory=dict)
    #: All published ratings, and the rated figures of every known quarter.
    as_published: dict[Key, str] = field(default_factory=dict)
    history: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add_row(self, name: str, cells: Mapping[str, str]) -> None:
        """Add an indicator; if it appears twice, both rows must be equal."""
        for head, text in cells.items():
            assert self.figures.setdefault((name, head), text) == text, (name, head)


def shown_quarters(edition: str) -> list[str]:
    """Return the four quarters that an edition shows, as in its headings: `Q3 2023-24`."""
    year, quarter = int(edition[:4]), int(edition[-1])
    found = []
    for back in (3, 2, 1, 0):
        start, place = divmod(year * 4 + quarter - 1 - back, 4)
        found.append(f"Q{place + 1} {start}-{(start + 1) % 100:02}")
    return found


def head_of(quarter: str) -> str:
    """Return the heading of a quarter's column: `2023-24-Q3` as `Q3 2023-24`."""
    return f"{quarter[-2:]} {quarter[:7]}"


def columns(edition: str) -> list[str]:
    return ["Service area", *shown_quarters(edition), "Target", "Polarity", *JUDGED, *COMPARATORS.values()]


def exact(text: str) -> str:
    """Write a figure without commas and trailing zeros, as in files for programs."""
    if not re.fullmatch(FIGURE, text):
        return text
    number = f"{Decimal(text.replace(',', '').rstrip('%')):f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return f"{number}%" if text.endswith("%") else number


def differences(readings: Mapping[str, Mapping[K, object]]) -> dict[K, dict[str, object]]:
    """List every difference between outputs, with the contents of each."""
    keys = {key for reading in readings.values() for key in reading}
    said = {key: {output: reading.get(key, NOTHING) for output, reading in readings.items()} for key in keys}
    return {key: texts for key, texts in said.items() if len(set(texts.values())) > 1}


def tally(sentence: str) -> Counts:
    """Read the counts out of `60 indicators: 8 green, 33 red and 19 not rated`."""
    found = {name: int(number) for number, name in re.findall(rf"(\d+) ({'|'.join(RATINGS)})\b", sentence.lower())}
    counts = tuple(found.get(name, 0) for name in RATINGS)
    total = re.search(r"(\d+) indicators?\b", sentence)
    assert found, sentence
    assert not total or sum(counts) == int(total[1]), sentence
    return counts


def counted(figures: Mapping[Key, str]) -> dict[str, Counts]:
    """Count the ratings in the rows of an output, by service area and in all."""
    found: dict[str, Counter[str]] = {ALL: Counter()}
    for (name, head), text in figures.items():
        if head == "RAG":
            rating = "not rated" if text in ("Not rated", "Not targeted") else text.lower()
            assert rating in RATINGS, text
            for area in (ALL, figures[name, "Service area"]):
                found.setdefault(area, Counter())[rating] += 1
    return {area: tuple(numbers[name] for name in RATINGS) for area, numbers in found.items()}


def counts_table(rows: list[list[str]]) -> dict[str, Counts]:
    """Read a table of counts by service area: its last column is their sum."""
    assert [re.sub(r"^\W+", "", head).lower() for head in rows[0][1:]] == [*RATINGS, "all"]
    found = {plain(name): tuple(map(int, numbers)) for name, *numbers in rows[1:]}
    assert all(sum(numbers[:-1]) == numbers[-1] for numbers in found.values())
    return {name: numbers[:-1] for name, numbers in found.items()}


def group_of(heading: str) -> str:
    """Return the group that a heading names, also as `Reds on watching:`."""
    words = re.findall(r"[a-z]+", heading.lower())
    colours = {"green": "Green to celebrate", "amber": "Amber to watch", "red": "Red to watch"}
    group = colours.get(words[0].removesuffix("s"), ABOUT)
    return "Red of concern" if group == "Red to watch" and "concern" in words else group


def unmarked(markdown: str) -> str:
    """Remove Markdown marks from an officer's words; a link becomes its text and its address."""
    text = re.sub(r"\[([^\]]*)\]\(([^)\s]*)\)", r"\1 (\2)", markdown)
    text = re.sub(r"^[ \t]*(?:[-*+•]|#{1,6}|>)[ \t]+", "", text, flags=re.MULTILINE)
    return plain(re.sub(r"\*\*|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`|\\(?=\W)", "", text))


# The readers


@cache
def page_of(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def text_of(tag: Tag | None, without: str = "") -> str:
    """Return the text of a part of a page, without some of its parts."""
    assert tag is not None
    copy = BeautifulSoup(str(tag), "html.parser")
    for part in copy.select(without) if without else []:
        part.decompose()
    return plain(copy.get_text())


def words_of(section: Tag) -> tuple[tuple[str, ...], str]:
    """Separate the indicators that a comment on a page names first from its words."""
    copy = BeautifulSoup(str(section), "html.parser")
    heading = copy.find("h3")
    assert isinstance(heading, Tag)
    heading.decompose()
    for link in copy.select('a[href^="http"]'):
        link.append(f" ({link['href']})")
    for numbered in copy.select("ol"):
        for number, item in enumerate(numbered.find_all("li", recursive=False), start=1):
            item.insert(0, f"{number}. ")
    for block in copy.select("p, li, ul, ol, h4, h5, h6, blockquote, br"):
        block.insert_before(" ")
    names = []
    first = next(iter(copy.select("section > ul")), None)
    for item in first.find_all("li", recursive=False) if first and not first.find_previous_sibling() else []:
        name = NAMES.get(squeezed((item.find("a") or item).get_text()))
        if name is None:
            break
        names.append(name)
        item.decompose()
    return tuple(names), plain(copy.get_text())


def read_headline(reading: Reading, page: BeautifulSoup, place: str, area: str) -> None:
    """Read the headline of a page: the counts in a sentence and in a list, and the findings."""
    reading.counts[f"{place}, first sentence", area] = tally(text_of(page.select_one(".headline-lead")))
    listed = {
        text_of(item.select_one(".rag-count-name"), "[aria-hidden]").lower(): int(
            text_of(item.select_one(".rag-count-number"))
        )
        for item in page.select("ul.rag-counts > li")
    }
    assert list(listed) == list(RATINGS)
    reading.counts[f"{place}, list", area] = tuple(listed.values())
    for item in page.select("ul.headline-list > li"):
        reading.statements.append((NAMES[squeezed(text_of(item.find("a")))], text_of(item, "a").lstrip(": ")))


def read_table(reading: Reading, page: BeautifulSoup, area: str) -> None:
    """Read an area's table; each cell carries its heading for narrow screens."""
    (table,) = page.select("table.kpi-table")
    heads = [text_of(head) for head in table.select("thead th")]
    for row in table.select("tbody tr"):
        name = text_of(row.find("th"), ".note-mark")
        assert name not in reading.ids, f"{name} stands twice"
        reading.ids[name] = str(row["id"]).removeprefix("row-")
        cells = {"Service area": area}
        for cell in row.select("td"):
            labels = [str(cell["data-label"])]
            text = text_of(cell, ".rag-mark, .published")
            if cell.get("colspan"):
                assert (labels, text, cell["colspan"]) == (["Comparators"], LOCAL, str(len(COMPARATORS)))
                labels = list(COMPARATORS.values())
            cells |= dict.fromkeys(labels, text)
            for mark in cell.select(".published"):
                reading.published[name, labels[0]] = text_of(mark).removeprefix("published as ").capitalize()
        assert [*cells] == ["Service area", *heads[1:]]
        reading.add_row(name, cells)
    for note in page.select("ul.table-notes > li"):
        reading.notes[NAMES[squeezed(text_of(note.find("a")))]] = plain(text_of(note, "a").removeprefix(":"))


def read_site(site: Path, edition: str) -> Reading:
    """Read an edition's pages and the site's home page and archive."""
    reading, folder = Reading(), site / "reports" / edition
    for area_id, about in AREAS.items():
        page, area = page_of(folder / f"{area_id}.html"), plain(about["name"])
        assert text_of(page.find("h1")) == area
        read_table(reading, page, area)
        read_headline(reading, page, "area page", area)
        reading.counts["area page, description", area] = tally(text_of(page.select_one("header .description")))
        names = {identity: name for name, identity in reading.ids.items()}
        for row in page.select("table.kpi-summary tbody tr"):
            name, line = names[str(row["data-row"])], row.select_one("svg")
            reading.statements.append((name, str(row["data-standing"]).partition(": ")[2]))
            if line is not None:
                reading.statements.append((name, f"Line chart. {plain(str(line['aria-label']))}"))
        for section in page.select("section#commentary > section.level3"):
            reading.remarks.append(Remark(area, group_of(text_of(section.find("h3"))), *words_of(section)))
        own = [str(row["data-row"]) for row in page.select("table.kpi-summary tbody tr") if edition == LATEST]
        drawn_on = [page, *(page_of(site / "indicators" / f"{identity}.html") for identity in own)]
        for chart in (chart for each in drawn_on for chart in each.select("figure.chart")):
            title = NAMES.get(squeezed(text_of(chart.select_one(".chart-title"))))
            if title:
                reading.statements.append((title, text_of(chart.select_one(".chart-subtitle")).rstrip(".")))
                reading.statements += [(title, plain(str(image["alt"]))) for image in chart.select("img")]
    pages = {"summary page": page_of(folder / "index.html")}
    reading.counts["summary page, description", ALL] = tally(
        text_of(pages["summary page"].select_one("header .description"))
    )
    if edition == LATEST:
        pages["home page"] = page_of(site / "index.html")
    for place, page in pages.items():
        read_headline(reading, page, place, ALL)
        tables = page.select("table.area-table")
        rows = [[text_of(cell) for cell in row.select("th, td")] for row in tables[0].select("tr")]
        # The home page has no room for the long names of areas.
        full = {plain(about["short_name"]): plain(about["name"]) for about in AREAS.values()}
        reading.counts |= {
            (f"{place}, table", full.get(area, area)): counts for area, counts in counts_table(rows).items()
        }
    for row in page_of(site / "archive.html").select("tbody tr"):
        link = row.find("a")
        assert isinstance(link, Tag)
        if str(link["href"]) == f"reports/{edition}/index.html":
            reading.counts["list of editions", ALL] = tally(text_of(row.select_one(".listing-description")))
    for table in page_of(folder / "data-quality.html").select("table"):
        rows = [[text_of(cell) for cell in row.select("th, td")] for row in table.select("tr")]
        if rows[0][:4] == ["Indicator", "Judgement", "By rule", "Published"]:
            for name, judgement, by_rule, published, *_ in rows[1:]:
                key = (name, {"DOT": "Direction of travel"}.get(judgement, judgement))
                reading.quality[key] = (by_rule.capitalize(), published.capitalize())
    return reading


def xml_text(element: ET.Element) -> str:
    """Return the text of a part of a Word document."""
    marks = {f"{W}noBreakHyphen": "-", f"{W}tab": " ", f"{W}br": " "}
    return plain(
        "".join(marks.get(part.tag) or (part.text or "" if part.tag == f"{W}t" else "") for part in element.iter())
    )


def style_of(paragraph: ET.Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(f"{W}val", "")


def finding_of(paragraph: ET.Element) -> Key | None:
    """Read a bullet about an indicator: its name in bold, a sentence, and sometimes a question."""
    strong = paragraph.find(f"{W}r/{W}rPr/{W}rStyle[@{W}val='Strong']")
    name, colon, sentence = xml_text(paragraph).partition(": ")
    known, sentence = NAMES.get(squeezed(name)), sentence.partition(". ")[0] if sentence.endswith("?") else sentence
    return (known, sentence) if strong is not None and style_of(paragraph) == "ListBullet" and colon and known else None


def body_of(path: Path) -> ET.Element:
    with zipfile.ZipFile(path) as file:
        body = ET.fromstring(file.read("word/document.xml")).find(f"{W}body")  # noqa: S314 - made here
    assert body is not None
    return body


def table_rows(table: ET.Element) -> list[list[list[str]]]:
    """Read a table: the lines of each cell of each row."""
    rows = table.iter(f"{W}tr")
    return [[[xml_text(line) for line in cell.findall(f"{W}p")] for cell in row.findall(f"{W}tc")] for row in rows]


def read_paper_table(reading: Reading, rows: list[list[list[str]]], area: str) -> None:
    """Read an area's table; a second line of a cell is the published rating or the number of a note."""
    heads = [head for (head,) in rows[0]]
    assert heads[1] == "Trend", "a picture of what the next columns say"
    for (called, *_), _trend, *cells in rows[1:]:
        name, texts = NAMES[squeezed(called)], {"Service area": area}
        for head, (text, *below) in zip(heads[2:], cells, strict=True):
            texts[head] = re.sub(r"^[●▲■] ", "", text)
            for line in below:
                reading.published[name, head] = line.removeprefix("published as ").capitalize()
        reading.add_row(name, texts)


class Commentary:
    """Read the commentary of an area in the paper paragraph by paragraph: bullets with indicators, then words."""

    def __init__(self, area: str) -> None:
        self.area, self.group = area, ""
        self.names: list[str] = []
        self.words: list[str] = []
        self.remarks: list[Remark] = []

    def close(self, group: str) -> None:
        """End the current comment, if any, and start a group."""
        if self.words and (self.names or self.words != ["None."]):
            self.remarks.append(Remark(self.area, self.group, tuple(self.names), plain(" ".join(self.words))))
        self.group, self.names, self.words = group, [], []

    def read(self, paragraph: ET.Element) -> None:
        """Read the next paragraph."""
        found = finding_of(paragraph)
        if found and self.words:
            self.close(self.group)
        if found:
            self.names.append(found[0])
        else:
            self.words.append(xml_text(paragraph))


def read_paper(folder: Path) -> Reading:
    """Read the committee paper, and the summary for its counts and findings."""
    reading, area, place = Reading(), "", ""
    by_name = {plain(row["name"]): plain(row["name"]) for row in AREAS.values()}
    spoken = {f"{plain(row['short_name'])}: commentary": plain(row["name"]) for row in AREAS.values()}
    commentary = Commentary("")
    for part in body_of(folder / "committee-paper.docx"):
        text, style = xml_text(part), style_of(part)
        if part.tag == f"{W}tbl":
            rows = table_rows(part)
            if rows[0][0] == ["Indicator"] and ["Polarity"] in rows[0]:  # changes have their own tables
                read_paper_table(reading, rows, area)
            elif rows[0][0] == ["Service area"]:
                found = counts_table([[" ".join(cell) for cell in row] for row in rows])
                reading.counts |= {("paper, table", name): counts for name, counts in found.items()}
            continue
        if style in ("Heading1", "Heading2", "Heading3"):
            commentary.close(group_of(text))
        if style in ("Heading1", "Heading2"):
            reading.remarks += commentary.remarks
            place = text
            commentary = Commentary(spoken.get(text, ""))
        elif style == "Caption":
            commentary.close("")
            reading.remarks += commentary.remarks
            commentary = Commentary("")
            if table := re.match(r"Table \d+: (.*), Quarter \d [\d-]+\. (\d+ indicators?: .*)", text):
                area = by_name[plain(table[1])]
                reading.counts["paper, sentence", area] = tally(table[2])
        elif place == "The quarter at a glance" and (counts := re.match(r"(\d+ indicators?: .*?)\.", text)):
            reading.counts["paper, sentence", ALL] = tally(counts[1])
        elif (note := re.match(r"Note \d+\. (.*?): ", text)) and style == "TableNote":
            reading.notes[NAMES[squeezed(note[1])]] = text[note.end() :]
        elif commentary.area and style != "Heading3" and not text.startswith(SILENT) and text not in ("", UNWRITTEN):
            commentary.read(part)
        if found_here := finding_of(part):
            reading.statements.append(found_here)
        for picture in part.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"):
            described = plain(picture.get("descr", ""))
            name = max((name for name in NAMES if squeezed(described).startswith(f"line chart of {name}. ")), key=len)
            reading.statements.append((NAMES[name], described))
    read_summary(reading, folder / "summary.docx")
    return reading


def read_summary(reading: Reading, path: Path) -> None:
    """Read the one-page summary for members."""
    for part in body_of(path):
        if part.tag == f"{W}tbl":
            rows = [[" ".join(cell) for cell in row] for row in table_rows(part)]
            if rows[0][0] == "Service area":
                reading.counts |= {("summary, table", name): counts for name, counts in counts_table(rows).items()}
            else:
                assert [re.sub(r"^\W+", "", head).lower() for head in rows[0]] == [*RATINGS]
                reading.counts["summary, figures", ALL] = tuple(map(int, rows[1]))
        elif found := finding_of(part):
            reading.statements.append(found)


def as_shown(cell: Any) -> str:
    """Write the value of a workbook cell as shown, using its number format."""
    if not isinstance(cell.value, int | float):
        return plain(str(cell.value))
    form = str(cell.number_format)
    places = len(form.rstrip("%").partition(".")[2])
    number = Decimal(str(cell.value)) * (100 if form.endswith("%") else 1)
    assert form in (f"#,##0{form[5:]}", f"0{form[1:]}"), form
    return f"{number:,.{places}f}{'%' if form.endswith('%') else ''}"


def sheet_rows(sheet: Any) -> Iterator[dict[str, str]]:
    """Read a sheet's table as shown: one dict for each row."""
    (table,) = sheet.tables.values()
    head, *rows = sheet[table.ref]
    for row in rows:
        yield {str(name.value): as_shown(cell) for name, cell in zip(head, row, strict=True)}


def read_scorecard_sheet(reading: Reading, sheet: Any, area: str) -> None:
    """Read the scorecard of all areas, or of one."""
    for row in sheet_rows(sheet):
        name = row["Indicator"]
        assert reading.ids.setdefault(name, row["Indicator id"]) == row["Indicator id"]
        for judgement in JUDGED:
            text = row.pop(f"{judgement} as published")
            if text != "Not published":
                assert reading.as_published.setdefault((name, judgement), text) == text
        row.setdefault("Service area", area)
        kept = {head: text for head, text in row.items() if head not in ("Indicator", "Unit", "Note", "Indicator id")}
        reading.add_row(name, kept)
    # The sentence above the table.
    (sentence,) = [str(cell.value) for (cell,) in sheet["A1:A4"] if "against the targets" in str(cell.value)]
    reading.counts["workbook, sheet", area or ALL] = tally(sentence)


def read_workbook(path: Path) -> Reading:
    """Read the workbook with openpyxl, which was not used to write it."""
    book, reading = openpyxl.load_workbook(path), Reading()
    read_scorecard_sheet(reading, book["Scorecard"], "")
    assert len(reading.ids) == len(list(sheet_rows(book["Scorecard"]))), "an indicator stands twice"
    for area_id, about in AREAS.items():
        read_scorecard_sheet(reading, book[area_id.title().replace("-", "")], plain(about["name"]))
    (sentence,) = [str(cell.value) for (cell,) in book["Cover"]["A1:A8"] if "This workbook holds" in str(cell.value)]
    reading.counts["workbook, cover", ALL] = tally(sentence)
    for row in sheet_rows(book["Notes"]):
        if squeezed(row["About"]) in NAMES:
            reading.notes[row["About"]] = row["Text"]
    for row, cells in zip(sheet_rows(book["Commentary"]), book["Commentary"].iter_rows(min_row=5), strict=True):
        if row["Service area"] != ALL:
            names = [] if row["Indicators"] == "The area as a whole" else row["Indicators"].split("; ")
            remark = Remark(row["Service area"], row["Group"], tuple(names), unmarked(str(cells[-2].value)))
            reading.remarks.append(remark)
    for row in sheet_rows(book["Comparators"]):
        reading.add_row(row["Indicator"], {row["Comparator"]: row["Figure"]})
    for row in sheet_rows(book["AllQuarters"]):
        for head in ("Figure", "Target", *JUDGED):
            reading.history[row["Indicator"], row["Quarter"], head] = exact(row[head])
    for row in sheet_rows(book["DataQuality"]):
        if row["Outcome"] != "Not compared":
            key = (row["Indicator"], row["Judgement"])
            reading.quality[key] = (row["By rule"], row["As published"])
            if row["Outcome"] == "Disagrees":
                reading.published[key] = row["As published"]
    return reading


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_unit(number: str, unit: str) -> str:
    return exact(f"{number}%" if unit == "percentage" else number)


def tidy_text(row: Mapping[str, str]) -> str:
    """Write a value of the tidy file as a reader sees it elsewhere."""
    if row["value"] or row["category"]:
        return with_unit(row["value"], row["unit"]) if row["value"] else row["category"].capitalize()
    symbol = row["symbol"]
    if row["measure"] == "rag":
        return {"z": "Not targeted", "x": "Not rated"}[symbol]
    if row["measure"] == "rag_published":
        return {"z": "Not targeted"}.get(symbol, symbol)
    if row["measure"] in COMPARATORS:
        return {"z": LOCAL}.get(symbol, symbol)
    return {"z": "None"}.get(symbol, symbol) if row["measure"] == "target" else symbol


def read_tidy(path: Path, edition: str) -> Reading:
    """Read the file with one figure a row. It has everything except the polarity."""
    reading = Reading()
    heads = {"figure": "Figure", "target": "Target", "rag": "RAG", "dot": "Direction of travel"}
    for row in csv_rows(path):
        name, quarter, measure, text = plain(row["indicator"]), row["quarter"], row["measure"], tidy_text(row)
        reading.ids[name] = row["indicator_id"]
        reading.add_row(name, {"Service area": plain(row["area"])})
        if measure in heads:
            assert (name, quarter, heads[measure]) not in reading.history
            reading.history[name, quarter, heads[measure]] = text
        if measure == "figure" and head_of(quarter) in shown_quarters(edition):
            reading.add_row(name, {head_of(quarter): text})
        if quarter == edition:
            if measure in heads and measure != "figure":
                reading.add_row(name, {heads[measure]: text})
            elif measure in COMPARATORS:
                reading.add_row(name, {COMPARATORS[measure]: text})
            elif measure.endswith("_published"):
                reading.as_published[name, heads[measure.removesuffix("_published")]] = text
    return reading


def read_wide(path: Path) -> Reading:
    """Read the file with one indicator a row; the reason for a blank is in its note."""
    reading = Reading()
    for row in csv_rows(path):
        name, note, unit = plain(row["indicator"]), row["note"], row["unit"]
        assert name not in reading.ids, f"{name} stands twice"
        reading.ids[name] = row["indicator_id"]
        untargeted, local = note.startswith("Not targeted"), "Comparators: local measure" in note
        absent = re.search(r"Comparators not available \(x\): ([\w, ]+)", note)
        missing = {
            quarter: symbol
            for quarters, symbol in re.findall(r"((?:\d{4}-\d\d-Q\d(?:, | and )?)+) [a-z ]+ \(([cxzk])\)", note)
            for quarter in re.findall(r"\d{4}-\d\d-Q\d", quarters)
        }
        unheld = re.search(r"There are no figures for ([^;]*)", note)
        missing |= dict.fromkeys(re.findall(r"\d{4}-\d\d-Q\d", unheld[1]) if unheld else [], "x")
        cells = {"Service area": plain(AREAS[row["area"]]["name"]), "Polarity": POLARITY[row["polarity"]]}
        for quarter in [head for head in row if re.fullmatch(r"\d{4}-\d\d-Q\d", head)]:
            given = row[quarter]
            cells[head_of(quarter)] = with_unit(given, unit) if given else missing.get(quarter, NOTHING)
        target = row["target"]
        numeric = re.fullmatch(FIGURE, target)
        cells["Target"] = with_unit(target, unit) if numeric else target.capitalize() or ("None" if untargeted else "x")
        cells["RAG"] = row["rag"].capitalize() or ("Not targeted" if untargeted else "Not rated")
        cells["Direction of travel"] = row["dot"].capitalize() or "x"
        for column, label in COMPARATORS.items():
            unknown = "x" if absent and column in absent[1].split(", ") else NOTHING
            cells[label] = with_unit(row[column], unit) if row[column] else LOCAL if local else unknown
        reading.add_row(name, cells)
        for column, head in zip(("rag", "dot"), JUDGED, strict=True):
            reading.as_published[name, head] = row[f"{column}_published"].capitalize()
    return reading


def commentary_cells(path: Path) -> Iterator[dict[str, Any]]:
    """Return the narrative cells of a notebook as stored in its file."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    yield from (cell for cell in cells if "commentary" in cell["metadata"].get("tags", []))


def read_notebooks(folder: Path) -> Reading:
    """Read officers' commentary, without the empty places."""
    reading = Reading()
    for area_id, about in AREAS.items():
        for cell in commentary_cells(folder / f"{area_id}.ipynb"):
            heading, _, rest = "".join(cell["source"]).strip().partition("\n")
            lines, names = rest.strip().splitlines(), []
            while lines and (name := NAMES.get(squeezed(re.sub(r"^[-*+•] ", "", lines[0])))):
                names.append(name)
                del lines[0]
            words = "\n".join(lines).strip()
            if words and words != PROMPT:
                remark = Remark(plain(about["name"]), group_of(heading), tuple(names), unmarked(words))
                reading.remarks.append(remark)
    return reading
