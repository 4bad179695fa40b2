"""The site has every page, uses no other host, is accessible, and shows the scorecard's figures."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from conftest import EXAMPLE, ROOT, Project, copy_project
from readers import search_entries

from quarterly.commentary.cells import TAG
from quarterly.commentary.format import PROMPT, Comment, read_comment
from quarterly.core.terms import MISSING_REASONS
from quarterly.data.load import Basket, load_basket
from quarterly.display.tables import kpi_rows
from quarterly.measures.scorecard import Scorecard, build_scorecard

EDITION = "reports/2023-24-Q3"
EARLIER = "reports/2023-24-Q2"
GUIDE = "commentary-guide.html"
STANDING = ("index", "indicators", "archive", "methods", "glossary", "accessibility", "commentary-guide")
NOTEBOOKS = tuple(sorted(path.stem for path in (EXAMPLE / EDITION).glob("*.ipynb")))
AREAS = ("early-help", "social-work-practice", "children-in-care", "quality-assurance", "workforce")
DOCS = tuple(f"docs/{path.stem}" for path in sorted((ROOT / "docs").glob("*.qmd")))
INDICATORS = tuple(
    f"indicators/{name}.html" for name in sorted(load_basket(EXAMPLE / "data").indicators["indicator_id"])
)
#: Every page; the pages of indicators are all made alike, so only the first and the last.
PAGES = (
    *(f"{name}.html" for name in (*STANDING, *DOCS)),
    *(f"{EDITION}/{name}.html" for name in NOTEBOOKS),
    *(INDICATORS[0], INDICATORS[-1]),
)
COMPARATORS = ("statistical_neighbour", "south_west", "england", "ofsted_good")
PROMPT_WORDS = PROMPT.strip("*")
REMOTE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
REMOTE_STYLE = re.compile(r"(@import\s+|url\(\s*)[\"']?\s*(https?:)?//", re.IGNORECASE)

every_page = pytest.mark.parametrize("page", PAGES)
every_area = pytest.mark.parametrize("area", AREAS)


@cache
def parse(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def site(built: Project) -> Path:
    """Return the built site."""
    return built.root / "_site"


def plain(text: str) -> str:
    """Reduce text to its letters, digits and symbols, whatever quotes, dashes and spaces a renderer used."""
    return re.sub(r"[^\w%£.,;:]+", " ", text).strip()


def ids(soup: BeautifulSoup) -> list[str]:
    return [str(tag["id"]) for tag in soup.find_all(id=True)]


def main_of(soup: BeautifulSoup) -> Tag:
    found = soup.find("main")
    assert isinstance(found, Tag)
    return found


# The pages and the links between them


def test_every_page_is_there_and_no_other(site: Path) -> None:
    assert {*AREAS, "index", "data-quality"} == set(NOTEBOOKS)
    assert {path.relative_to(site).as_posix() for path in site.rglob("*.html")} == {*PAGES, *INDICATORS}
    assert len(INDICATORS) == 60


@every_page
def test_links_and_anchors_lead_somewhere(site: Path, page: str) -> None:
    soup = parse(site / page)
    wanted = [(tag, str(tag[name])) for name in ("href", "src") for tag in soup.select(f"[{name}]")]
    broken = []
    for tag, link in wanted:
        if re.match(r"(https?:|mailto:|tel:|data:)", link):
            continue
        address, anchor = urldefrag(unquote(link.partition("?")[0] if "#" not in link else link))
        target = (site / page).parent / address if address else site / page
        target = target / "index.html" if target.is_dir() else target
        if not target.is_file() or (anchor and anchor not in ids(parse(target))):
            broken.append((tag.name, link))
    assert len(wanted) > 15
    assert broken == []


def test_the_search_finds_the_page_of_each_indicator(site: Path, scorecard: Scorecard) -> None:
    entries = {entry["href"]: entry for entry in search_entries(site)}
    for name, row in scorecard.rows.iterrows():
        assert entries[f"indicators/{name}.html"]["title"] == row["short_name"]
        assert " ".join(row["name"].split()) in entries[f"indicators/{name}.html"]["text"]


def test_the_old_anchor_of_an_indicator_leads_to_its_page(site: Path, scorecard: Scorecard) -> None:
    for name, row in scorecard.rows.iterrows():
        anchor = parse(site / EDITION / f"{row['area_id']}.html").find(id=f"indicator-{name}")
        assert isinstance(anchor, Tag)
        assert anchor["href"] == f"../../indicators/{name}.html"


@every_page
def test_every_page_can_be_reached_from_the_home_page(site: Path, page: str) -> None:
    seen, left = set(), [site / "index.html"]
    while left:
        path = left.pop()
        if path not in seen and path.is_file():
            seen.add(path)
            links = [urldefrag(str(link["href"]))[0] for link in main_of(parse(path)).find_all("a", href=True)]
            left += [(path.parent / link).resolve() for link in links if link and not REMOTE.match(link)]
    assert site / page in seen


def test_the_search_leads_to_sections_that_exist(site: Path) -> None:
    entries = search_entries(site)
    assert len(entries) > 40
    assert {urldefrag(entry["href"])[0] for entry in entries} >= {page for page in PAGES if page.startswith("reports/")}
    for entry in entries:
        page, anchor = urldefrag(entry["href"])
        assert not anchor or anchor in ids(parse(site / page)), entry["href"]


# No other host is used


@every_page
def test_a_page_loads_nothing_from_another_host(site: Path, page: str) -> None:
    soup = parse(site / page)
    loads = [
        str(tag[name])
        for tag in soup.select("*")
        for name in ("src", "srcset", "poster", "data", "action", "background", "xlink:href")
        if tag.get(name)
    ]
    loads += [str(tag["href"]) for tag in soup.find_all("link", href=True)]
    assert len(loads) >= 5
    assert [load for load in loads if REMOTE.match(load)] == []
    styles = [tag.get_text() for tag in soup.find_all("style")] + [str(tag["style"]) for tag in soup.select("[style]")]
    assert [style for style in styles if REMOTE_STYLE.search(style)] == []
    scripts = [tag.get_text() for tag in soup.find_all("script", src=False)]
    assert [script for script in scripts if re.search(r"[\"'`](https?:)?//\w", script)] == []
    assert soup.find("base") is None


def test_style_sheets_load_nothing_from_another_host(site: Path) -> None:
    sheets = sorted(site.rglob("*.css"))
    assert site / "theme" / "report.css" in sheets
    for sheet in sheets:
        assert REMOTE_STYLE.search(sheet.read_text(encoding="utf-8")) is None, sheet.name


# Accessibility


@every_page
def test_a_page_states_its_language_and_title(site: Path, page: str) -> None:
    soup = parse(site / page)
    assert soup.html is not None
    assert soup.html["lang"] == "en-GB"
    heading = soup.find("h1")
    assert heading is not None
    assert soup.title is not None
    assert plain(heading.get_text()) in plain(soup.title.get_text())


@every_page
def test_every_picture_has_an_alternative_text(site: Path, page: str) -> None:
    pictures = parse(site / page).find_all("img")
    assert pictures or page not in [f"{EDITION}/{area}.html" for area in AREAS]
    for picture in pictures:
        assert len(str(picture.get("alt", ""))) > 20, str(picture)[:80]
        assert picture.get("width")
        assert picture.get("height")


@every_page
def test_every_table_has_a_caption_and_headings_with_scope(site: Path, page: str) -> None:
    tables = parse(site / page).find_all("table")
    for table in tables:
        caption = table.find("caption")
        assert caption is not None, str(table)[:100]
        assert caption.get_text(strip=True)
        assert table.find_all("th")
        assert [str(head) for head in table.find_all("th") if head.get("scope") not in ("col", "row")] == []
    if page.startswith("reports/") or page == "archive.html":
        assert tables


@every_page
def test_no_id_occurs_twice_on_a_page(site: Path, page: str) -> None:
    found = ids(parse(site / page))
    assert sorted({name for name in found if found.count(name) > 1}) == []


@every_page
def test_headings_start_with_one_h1_and_skip_no_level(site: Path, page: str) -> None:
    soup = parse(site / page)
    assert len(soup.find_all("h1")) == 1
    levels = [int(tag.name[1]) for tag in main_of(soup).find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert [(one, two) for one, two in pairwise(levels) if two > one + 1] == []


@every_page
def test_every_link_and_button_has_text(site: Path, page: str) -> None:
    for tag in parse(site / page).select("a[href], button"):
        words = tag.get_text(strip=True) or tag.get("aria-label") or tag.get("title")
        assert words, str(tag)[:120]


@every_page
def test_no_markup_of_the_source_is_left(site: Path, page: str) -> None:
    text = main_of(parse(site / page)).get_text()
    assert not re.search(r"\{\{|\}\}|```|:::|\{=html\}|&[a-z]+;|<[a-z]+", text)
    # Readers see Q3 2023-24; the guides also show data/ and commands.
    assert page.startswith(("docs/", "commentary-guide")) or not re.findall(r"\d{4}-\d\d-Q\d", text)


# The commentary


def comments(root: Path, area: str, scorecard: Scorecard) -> list[Comment]:
    """Read the comments of an area's notebook, empty places included."""
    notebook = nbformat.read(root / EDITION / f"{area}.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]
    return [read_comment(cell.source, scorecard.area(area).rows) for cell in cells]


@every_area
def test_every_comment_is_on_its_page_word_for_word(
    built: Project, site: Path, scorecard: Scorecard, area: str
) -> None:
    page = parse(site / EDITION / f"{area}.html")
    sections = [plain(section.get_text()) for section in page.select("section.comment")]
    written = [comment for comment in comments(built.root, area, scorecard) if not comment.empty]
    assert len(written) >= 2
    assert len(sections) == len(written)
    for comment, section in zip(written, sections, strict=True):
        assert section.startswith(plain(comment.heading))
        for name in comment.indicators:
            assert plain(scorecard.rows.loc[name, "name"]) in section
        for paragraph in comment.words.split("\n\n"):
            assert plain(re.sub(r"[*_`#>\\]|\[([^\]]*)\]\([^)]*\)", r"\1", paragraph)) in section


@every_area
def test_a_comment_is_marked_with_its_group(built: Project, site: Path, scorecard: Scorecard, area: str) -> None:
    written = [comment for comment in comments(built.root, area, scorecard) if not comment.empty]
    for comment, section in zip(written, parse(site / EDITION / f"{area}.html").select("section.comment"), strict=True):
        group = str(comment.group).partition(" ")[0].lower() if comment.group else "about-this-area"
        assert any(name.startswith(f"comment-{group}") for name in section["class"]), section["class"]


def test_some_places_are_empty(built: Project, scorecard: Scorecard) -> None:
    assert any(comment.empty for area in AREAS for comment in comments(built.root, area, scorecard))


def published_texts(site: Path) -> dict[str, str]:
    """Return the text of each page and the search; the officers' guide is left out, because it shows an empty place."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.html") if path.name != GUIDE}
    entries = [entry for entry in search_entries(site) if GUIDE not in entry["href"]]
    texts["search-index.js"] = json.dumps(entries, ensure_ascii=False)
    return {name: re.sub(r"\s+", " ", text) for name, text in texts.items()}


def test_empty_places_are_not_published(site: Path) -> None:
    for name, text in published_texts(site).items():
        assert PROMPT_WORDS not in text, name
        assert "Write here" not in text, name


UNUSUAL = {
    "### Greens to celebrate\n\n- Average caseload of allocated Social Workers": "It fell for the third time.",
    "### Red to watch\n\n- Number of agency workers": "- Eight left in May.\n- Three more will leave.",
    "### About this area\n\n": "- Two managers' posts were vacant.\n- Both are filled now.",
    "### Reds on watching:\n\n- Percentage of case supervisions in time": "Why.\n\n#### What is being done\n\nMore.",
    "### Red of concern;\n\n- isros-over-55-children": "Caseloads of *less than 5* are hidden: 4 < 5 & “so on”.",
}


@pytest.fixture(scope="module")
def unusual(tmp_path_factory: pytest.TempPathFactory, renderer: str) -> Path:
    """Return a site with an earlier edition and comments typed in unusual ways, with an empty place and a remark."""
    project = copy_project(tmp_path_factory.mktemp("unusual"))
    shutil.copytree(project.root / EDITION, project.root / EARLIER)
    for path in (project.root / EARLIER).glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        front = notebook.cells[0]
        front.source = front.source.replace("2023-24-Q3", "2023-24-Q2").replace("Quarter 3", "Quarter 2")
        nbformat.write(notebook, path)
    path = project.root / EDITION / "workforce.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if TAG not in cell.metadata.get("tags", [])]
    texts = [f"{start}\n\n{words}" for start, words in UNUSUAL.items()]
    texts.append(f"### Red to watch\n\n- Percentage of Social Workers with more than 20 children allocated\n\n{PROMPT}")
    cells = [nbformat.v4.new_markdown_cell(text, metadata={"tags": [TAG]}) for text in texts]
    cells.append(nbformat.v4.new_markdown_cell("An analyst's remark after an empty place."))
    start = [cell.id for cell in notebook.cells].index("commentary") + 1
    notebook.cells[start:start] = cells
    nbformat.write(notebook, path)
    done = project("render", "--renderer", renderer)
    assert done.returncode == 0, done.stderr
    return project.root / "_site"


@pytest.mark.parametrize("start", UNUSUAL, ids=lambda start: start.partition("\n")[0].strip("# :;"))
def test_a_comment_is_published_and_marked_however_it_is_typed(unusual: Path, start: str) -> None:
    page = BeautifulSoup((unusual / EDITION / "workforce.html").read_text(encoding="utf-8"), "html.parser")
    for standing in page.select(".comment-standing"):
        standing.decompose()
    sections = [" ".join(section.get_text().split()) for section in page.select("section.comment")]
    wanted = plain(re.sub(r"^(- |#+ )|\*", "", UNUSUAL[start], flags=re.MULTILINE))
    commentary = page.select_one("#commentary")
    assert commentary is not None
    assert plain(commentary.get_text()).count(wanted) == 1
    assert [section for section in sections if plain(section).endswith(wanted)]


def test_a_remark_after_an_empty_place_does_not_publish_the_prompt(unusual: Path) -> None:
    page = main_of(parse(unusual / EDITION / "workforce.html")).get_text()
    assert "remark after an empty place" in page
    assert "Write here" not in page
    assert "Write here" not in published_texts(unusual)["search-index.js"]


# The figures


def number(text: str) -> float:
    assert re.fullmatch(r"-?[\d,]+(\.\d+)?%?", text), text
    return float(text.replace(",", "").removesuffix("%"))


def same(cell: str, value: object) -> bool:
    """Return whether a cell of the page agrees with the scorecard: a number, a word, or a missing symbol."""
    if pd.isna(value) or value == "":
        return cell in MISSING_REASONS or cell == "None"
    return number(cell) == value if isinstance(value, int | float) else cell.lower() == str(value).lower()


def text_of(cell: Tag) -> str:
    """Return the text of a cell, without its rating icon and the published rating."""
    copy = BeautifulSoup(str(cell), "html.parser")
    for part in copy.select(".rag-mark, .published, .note-mark"):
        part.decompose()
    return " ".join(copy.get_text().split())


@every_area
def test_the_table_of_an_area_agrees_with_the_scorecard(
    site: Path, basket: Basket, scorecard: Scorecard, area: str
) -> None:
    expected = scorecard.area(area).export()
    tables = parse(site / EDITION / f"{area}.html").select("table.kpi-table")
    assert len(tables) == 1
    heads = [text_of(head) for head in tables[0].select("thead th")]
    assert heads == [
        "Indicator",
        *(quarter.short_label for quarter in scorecard.quarters),
        *("Target", "Polarity", "RAG", "Direction of travel"),
        *("Statistical neighbours", "South West", "England", "Ofsted good"),
    ]
    rows = tables[0].select("tbody tr")
    assert [row["id"] for row in rows] == [f"row-{name}" for name in expected["indicator_id"]]
    local = set(basket.indicators.loc[basket.indicators["comparison"] == "local measure", "indicator_id"])
    wrong = []
    for row, (_, facts) in zip(rows, expected.iterrows(), strict=True):
        head = row.find("th")
        assert isinstance(head, Tag)
        assert text_of(head) == " ".join(str(facts["indicator"]).split())
        cells = [text_of(cell) for cell in row.select("td")]
        columns = [*map(str, scorecard.quarters), "target"]
        wrong += [(facts["indicator_id"], c, t) for c, t in zip(columns, cells, strict=False) if not same(t, facts[c])]
        polarity = {"higher": "Higher is better", "lower": "Lower is better", "": "None"}[facts["polarity"]]
        assert cells[5] == polarity
        assert cells[6] == facts["rag"].capitalize() if facts["rag"] else cells[6] in ("Not rated", "Not targeted")
        assert same(cells[7], facts["dot"])
        if facts["indicator_id"] in local:
            assert cells[8:] == ["Local measure"]
            assert facts[list(COMPARATORS)].isna().all()
        else:
            pairs = zip(COMPARATORS, cells[8:], strict=True)
            wrong += [(facts["indicator_id"], c, t) for c, t in pairs if not same(t, facts[c])]
    assert wrong == []


@every_area
def test_the_summary_of_an_area_says_the_same_in_one_line(site: Path, scorecard: Scorecard, area: str) -> None:
    (table,) = parse(site / EDITION / f"{area}.html").select("table.kpi-summary")
    rows = table.select("tbody tr")
    assert [row["data-row"] for row in rows] == list(scorecard.area(area).rows.index)
    for row in rows:
        kpi = next(kpi for kpi in kpi_rows(scorecard.only([str(row["data-row"])])))
        cells = [text_of(cell) for cell in row.select("th, td")]
        assert [cells[0], cells[2]] == [kpi.short_name, kpi.figures[-1].full]
        better = {"Higher is better": " ↑", "Lower is better": " ↓"}.get(kpi.polarity, "")
        said = f"{kpi.target.full}{better if kpi.target.value is not None else ''}"
        assert cells[4].partition(",")[0] == said
        assert cells[5].startswith(kpi.rag.full)
        assert cells[6].lstrip("↑↓→ ") == kpi.dot.full
        line = row.select_one("svg.spark")
        assert line is None or all(
            cell.text in str(line["aria-label"]) for cell in kpi.figures if cell.value is not None
        )


@every_area
def test_a_rating_that_differs_from_the_published_one_shows_both(site: Path, scorecard: Scorecard, area: str) -> None:
    part = scorecard.area(area).rows
    for row in parse(site / EDITION / f"{area}.html").select("table.kpi-table tbody tr"):
        facts = part.loc[str(row["id"]).removeprefix("row-")]
        published = facts["rag_published"]
        both = [word.get_text() for word in row.select("td")[6].select(".published")]
        assert both == ([f"published as {published.lower()}"] if published and published != facts["rag"] else [])


def test_areas_add_up_to_the_total(site: Path, scorecard: Scorecard) -> None:
    counted = [len(parse(site / EDITION / f"{area}.html").select("table.kpi-table tbody tr")) for area in AREAS]
    assert sum(counted) == len(scorecard.rows) == 60
    table = parse(site / EDITION / "index.html").select_one("table.area-table")
    assert isinstance(table, Tag)
    rows = [[int(cell.get_text()) for cell in row.select("td")] for row in table.select("tbody tr")]
    assert [row[-1] for row in rows] == [*counted, 60]
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]
    rag = scorecard.rows["rag"]
    assert rows[-1] == [*(int((rag == name).sum()) for name in ("GREEN", "AMBER", "RED", "")), 60]


# The standing pages


def test_the_home_page_shows_the_newest_quarter(site: Path) -> None:
    text = plain(main_of(parse(site / "index.html")).get_text())
    assert (
        "Quarter 3 2023 24, October to December 2023: 60 indicators, 8 green, 1 amber, 33 red and 18 not rated." in text
    )


def test_the_home_page_lists_the_ratings_that_changed(site: Path, basket: Basket, scorecard: Scorecard) -> None:
    before = build_scorecard(basket, scorecard.quarter.previous()).rows["rag"]
    now = scorecard.rows["rag"]
    changed = [name for name in now.index if before[name] and now[name] and before[name] != now[name]]
    links = main_of(parse(site / "index.html")).select(".changed li > a:first-child")
    assert {link["href"] for link in links} == {f"indicators/{name}.html" for name in changed}
    assert changed


def test_the_methods_page_states_every_rule_in_use(site: Path, basket: Basket) -> None:
    text = plain(main_of(parse(site / "methods.html")).get_text())
    for rule in basket.rules.itertuples(index=False):
        assert f"{rule.rule_id} " in text
        assert plain(str(rule.source)) in text
        assert f"{rule.tolerance:g}% of the target" in text


def test_the_glossary_has_every_term(site: Path, basket: Basket) -> None:
    rows = [
        [plain(cell.get_text()) for cell in row.find_all(["th", "td"])]
        for row in parse(site / "glossary.html").select("tbody tr")
    ]
    assert rows == [
        [plain(row.term), plain(row.meaning), plain(row.also)] for row in basket.glossary.itertuples(index=False)
    ]
    assert len(rows) >= 20


def editions_in(site: Path) -> list[tuple[str, str]]:
    """Return the editions that the archive lists: title and link."""
    links = main_of(parse(site / "archive.html")).select("tbody tr")
    found = [row.find("a", href=True) for row in links]
    return [(link.get_text(strip=True), str(link["href"])) for link in found if isinstance(link, Tag)]


def test_the_archive_lists_the_edition(site: Path) -> None:
    assert editions_in(site) == [("Quarter 3 2023-24", f"{EDITION}/index.html")]
    text = main_of(parse(site / "archive.html")).get_text(" ")
    assert "60 indicators: 8 green, 1 amber, 33 red and 18 not rated." in text


def test_the_archive_grows_automatically_with_the_newest_edition_first(unusual: Path) -> None:
    site = unusual
    assert editions_in(site) == [
        ("Quarter 3 2023-24", f"{EDITION}/index.html"),
        ("Quarter 2 2023-24", f"{EARLIER}/index.html"),
    ]
    assert len(list((site / EARLIER).glob("*.html"))) == len(NOTEBOOKS)
    assert f'href="{EDITION}/index.html"' in str(main_of(parse(site / "index.html")))
    sidebar = [str(link["href"]) for link in parse(site / "archive.html").select("#quarto-sidebar a[href]")]
    assert f"{EARLIER}/index.html" in sidebar
    assert f"{EDITION}/index.html" in sidebar


# The guide for officers


def test_the_guide_is_linked_and_its_pictures_exist_and_are_described(site: Path) -> None:
    assert "commentary-guide.html" in {str(link["href"]) for link in main_of(parse(site / "index.html")).select("a")}
    pictures = main_of(parse(site / "commentary-guide.html")).select("img")
    assert len(pictures) == 4
    for picture in pictures:
        assert len(str(picture["alt"])) > 60
        assert (site / str(picture["src"])).read_bytes().startswith(b"\x89PNG")
    files = list((site / "docs" / "guide").glob("*.png"))
    assert len(files) == len(pictures)
    assert sum(path.stat().st_size for path in files) < 400_000
