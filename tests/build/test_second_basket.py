"""Another council with other services, rules, areas and comparators works without a change to the code."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, Once, Project

EXAMPLE = ROOT / "examples" / "thornmere-waste"
QUARTER = "2024-25-Q2"
#: Words of the first basket that must not appear in the second.
FOREIGN = re.compile(
    r"child|north somerset|south west|ofsted|statistical neighbour|social work|safeguarding", re.IGNORECASE
)
#: Calculated by hand from the figures, targets and rules.
EXPECTED = {
    "missed-collections": ("AMBER", "POSITIVE"),  # 54.9 against 50, tolerance 15%; 58.3 a year earlier
    "missed-put-right": ("AMBER", "POSITIVE"),  # 91 against 95, floor 85; 88 in the previous quarter
    "fleet-in-use": ("AMBER", "POSITIVE"),  # 93, band 85 to 92 and 3 points; 95 in the previous quarter
    "assisted-collections": ("", "INCREASE"),  # data only
    "crew-injuries": ("", "DECREASE"),  # data only; 12, and 13 a year earlier
    "crew-injuries-reported": ("", ""),  # suppressed: 2
    "crew-injuries-other": ("", ""),  # suppressed: it would reveal the 2
    "crew-injuries-year": ("", "STABLE"),  # 23, as a year earlier
    "recycling-rate": ("GREEN", "POSITIVE"),  # 47.7 against the national 44.1; 47.0 a year earlier, beyond 0.5 points
    "residual-waste": ("AMBER", "POSITIVE"),  # 113.9 against 112, and better than the 114.8 of a year earlier
    "contamination": ("GREEN", "POSITIVE"),  # 5.8 against 6; 6.6 a year earlier
    "garden-subscriptions": ("GREEN", "POSITIVE"),  # 20,105 against the step of 20,000
    "food-waste": ("", ""),  # in measurement, and no figure a year earlier
    "fly-tips": ("GREEN", "POSITIVE"),  # 604, 671 a year earlier; the line through six quarters falls
    "fly-tips-cleared": ("RED", "NEGATIVE"),  # 88 against 90, no amber
    "streets-below-standard": ("RED", "NEGATIVE"),  # 6.4 against 5 and 1 point
}


@pytest.fixture(scope="session")
def second(once: Once, renderer: str) -> Project:
    """Return the second basket, built by its one command."""

    def make(root: Path) -> None:
        made = shutil.ignore_patterns("_*site", "_parts", "_theme", "downloads", QUARTER)
        shutil.copytree(EXAMPLE, root, ignore=made)
        done = Project(root)("build", "--renderer", renderer)
        assert done.returncode == 0, done.stderr

    return Project(once(f"thornmere-waste-{renderer}", make))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pages_of(project: Project) -> list[Path]:
    return sorted((project.root / "_site").rglob("*.html"))


def paper_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_rating_matches_the_hand_calculation(second: Project) -> None:
    rows = rows_of(second.root / "downloads" / QUARTER / "scorecard-wide.csv")
    assert {row["indicator_id"]: (row["rag"], row["dot"]) for row in rows} == EXPECTED


def test_the_columns_are_the_baskets_own_comparators(second: Project) -> None:
    (first, *_) = rows_of(second.root / "downloads" / QUARTER / "scorecard-wide.csv")
    assert list(first)[9:] == [
        *("target", "rag", "dot", "second_dot"),
        *("national", "similar_councils", "rag_published", "dot_published", "note"),
    ]
    done = second("scorecard", QUARTER, "--format", "csv")
    assert done.stdout.splitlines()[0] == ",".join(first)


def test_two_directions_are_shown_side_by_side_in_every_output(second: Project) -> None:
    """Fly-tips cleared within two days: 88% now, 91% in the previous quarter, 89% a year earlier."""
    said = "Negative (previous quarter); negative (same quarter last year)"
    downloads = second.root / "downloads" / QUARTER
    (row,) = [row for row in rows_of(downloads / "scorecard-wide.csv") if row["indicator_id"] == "fly-tips-cleared"]
    assert (row["dot"], row["second_dot"]) == ("NEGATIVE", "NEGATIVE")
    page = second.root / "_site" / "reports" / QUARTER / "clean-streets.html"
    assert said in page.read_text(encoding="utf-8")
    assert said in paper_text(next(downloads.glob("*paper*.docx")))
    book = openpyxl.load_workbook(downloads / "scorecard.xlsx", read_only=True)
    assert said in {cell for row in book["CleanStreets"].iter_rows(values_only=True) for cell in row}


def test_targets_are_written_according_to_their_kind(second: Project) -> None:
    rows = {row["indicator_id"]: row for row in rows_of(second.root / "downloads" / QUARTER / "scorecard-wide.csv")}
    targets = {
        name: rows[name]["target"] for name in ("fleet-in-use", "fly-tips", "garden-subscriptions", "food-waste")
    }
    assert targets == {
        "fleet-in-use": "85 to 92",
        "fly-tips": "decreasing",
        "garden-subscriptions": "20000",
        "food-waste": "",
    }
    assert rows["recycling-rate"]["target"] == rows["recycling-rate"]["national"] == "44.1"
    assert rows["food-waste"]["note"].startswith("In measurement")


def test_nothing_mentions_the_first_basket(second: Project) -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in pages_of(second)}
    index = second.root / "_site" / "search-index.js"
    texts[index] = index.read_text(encoding="utf-8")
    downloads = second.root / "downloads" / QUARTER
    for name in ("scorecard.csv", "scorecard-wide.csv", "datapackage.json"):
        texts[downloads / name] = (downloads / name).read_text(encoding="utf-8")
    for name in ("committee-paper.docx", "summary.docx", "members-pack.docx"):
        texts[downloads / name] = paper_text(downloads / name)
    with zipfile.ZipFile(downloads / "scorecard.xlsx") as book:
        texts[downloads / "scorecard.xlsx"] = book.read("xl/sharedStrings.xml").decode("utf-8")
    assert len(texts) == 18 + 16, "16 of them are pages of indicators"
    for path, text in texts.items():
        # Addresses of the style sheet's own library are not text.
        words = BeautifulSoup(text, "html.parser").get_text() if path.suffix == ".html" else text
        assert not FOREIGN.search(words), f"{path.name}: {FOREIGN.search(words)}"
        assert len(words) > 200, path


def test_every_page_says_that_it_is_invented(second: Project) -> None:
    for page in pages_of(second):
        assert "Every figure on this site is invented" in page.read_text(encoding="utf-8"), page
    assert "every figure in this paper is invented" in paper_text(
        second.root / "downloads" / QUARTER / "committee-paper.docx"
    )


def test_the_pages_are_those_of_its_areas_and_have_their_style(second: Project) -> None:
    edition = second.root / "_site" / "reports" / QUARTER
    assert {path.stem for path in edition.glob("*.html")} == {
        *("index", "collections", "recycling", "clean-streets", "data-quality")
    }
    page = BeautifulSoup((edition / "collections.html").read_text(encoding="utf-8"), "html.parser")
    sheets = [str(link["href"]) for link in page.select("link[rel=stylesheet]")]
    assert any((edition / sheet).resolve() == second.root / "_site" / "_theme" / "report.css" for sheet in sheets)
    assert (second.root / "_site" / "_theme" / "report.css").read_bytes() == (
        ROOT / "theme" / "report.css"
    ).read_bytes()
    row = page.select_one("#row-fleet-in-use")
    assert row is not None
    assert "85% to 92%" in row.get_text()
    about = second.root / "_site" / "indicators" / "fleet-in-use.html"
    picture = next(
        str(image["alt"])
        for image in BeautifulSoup(about.read_text(encoding="utf-8"), "html.parser").select("img")
        if str(image["alt"]).startswith("Line chart of Collection fleet")
    )
    assert "At least 85%; At most 92%" in picture


def test_the_rules_are_stated_each_with_its_source(second: Project) -> None:
    text = " ".join(
        BeautifulSoup((second.root / "_site" / "methods.html").read_text(encoding="utf-8"), "html.parser")
        .get_text(" ")
        .split()
    )
    for rule in rows_of(second.root / "data" / "rules.csv"):
        assert f"Rating rule: {rule['rule_id']}" in text
        assert rule["source"] in text
    assert "a trend fitted to 6 quarters" in text
    assert "2% of the earlier figure or less" in text


def test_the_paper_has_its_own_sections_and_details(second: Project) -> None:
    document = docx.Document(str(second.root / "downloads" / QUARTER / "committee-paper.docx"))
    lines = [paragraph.text for paragraph in document.paragraphs]
    first = [line.text for line in document.paragraphs if line.style and line.style.name == "Heading 1"]
    assert first == [
        "Contents",
        "Recommendations",
        "1. Purpose of report",
        "2. Performance",
        "3. Resource implications",
        "4. Climate and nature",
        "Authors",
        "Background papers",
        "Appendix: notes and terms",
    ]
    assert "Wards affected:\tAll wards" in lines
    assert not any(line.startswith("Town or parish") for line in lines)
    assert "Similar councils" in lines
    assert any(": Brackenholt, " in line for line in lines)


def test_24_quarters_show_variation_and_assurance_with_icons_and_control_charts(second: Project) -> None:
    text = (second.root / "_site" / "reports" / QUARTER / "index.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    icons = [icon["alt"] for icon in page.select("#signal-or-noise .with-icon .icon")]
    assert len(icons) > 9
    assert any("improving" in str(icon) for icon in icons)
    assert any("concerning" in str(icon) for icon in icons)
    assert len(page.select("#signal-or-noise figure.chart")) == 9


def test_a_suppressed_figure_is_not_highlighted(second: Project) -> None:
    for name in ("index.html", f"reports/{QUARTER}/index.html", f"reports/{QUARTER}/collections.html"):
        page = BeautifulSoup((second.root / "_site" / name).read_text(encoding="utf-8"), "html.parser")
        leading = " ".join(part.get_text(" ") for part in page.select(".headline, .attention, .changed"))
        assert "indicators" in leading
        assert "Injuries that must be reported" not in leading
        assert "confidential" not in leading


def test_the_workbook_has_its_own_areas_and_rules(second: Project) -> None:
    book = openpyxl.load_workbook(second.root / "downloads" / QUARTER / "scorecard.xlsx", read_only=True)
    assert {"Collections", "Recycling", "CleanStreets"} <= set(book.sheetnames)
    notes = {str(row[1]): str(row[2]) for row in book["Notes"].iter_rows(values_only=True) if row[2]}
    assert notes["Rates"] == "A rate is per 100,000 collections."
    assert "down to" not in notes["Rating rule: band"]
    assert "3 percentage points" in notes["Rating rule: band"]
    assert notes["Similar councils"].startswith("Brackenholt, Eastwold Vale")


def test_the_data_package_describes_its_own_columns(second: Project) -> None:
    package = json.loads((second.root / "downloads" / QUARTER / "datapackage.json").read_text(encoding="utf-8"))
    tidy, wide = (resource["schema"]["fields"] for resource in package["resources"])
    measures = next(field for field in tidy if field["name"] == "measure")["constraints"]["enum"]
    assert {"target_lower", "target_upper", "national", "similar_councils"} <= set(measures)
    facts = rows_of(second.root / "downloads" / QUARTER / "scorecard.csv")
    assert {fact["measure"] for fact in facts} <= set(measures)
    limits = {
        fact["measure"]: fact["value"]
        for fact in facts
        if fact["indicator_id"] == "fleet-in-use" and fact["quarter"] == QUARTER and "target" in fact["measure"]
    }
    assert limits == {"target_lower": "85", "target_upper": "92"}
    assert [field["name"] for field in wide] == list(
        rows_of(second.root / "downloads" / QUARTER / "scorecard-wide.csv")[0]
    )


def test_it_checks_and_compares_and_shows_other_rules(second: Project) -> None:
    checked = second("check")
    assert "The data is sound: 16 indicators, 286 observations." in checked.stdout
    assert "no ratings were published" in checked.stdout
    # The example's red indicators have no comments, and the check says so: it is not an edition to publish.
    assert checked.returncode == 1
    assert "is RED and has no commentary" in checked.stdout
    compared = second("compare", "2024-25-Q1", QUARTER)
    assert compared.returncode == 0
    assert "Fly-tips cleared within two working days" in compared.stdout
    shown = second("rules", "--rule", "band", "--format", "csv")
    assert shown.returncode == 0
    assert shown.stdout.count("\nband,") == 16


def test_an_earlier_quarter_runs_with_the_targets_of_its_own_year(second: Project) -> None:
    done = second("scorecard", "2023-24-Q4", "--format", "json")
    targets = {row["indicator_id"]: row["target"] for row in json.loads(done.stdout)}
    assert targets["missed-collections"] == 55
    assert targets["garden-subscriptions"] == 19_000
    assert targets["recycling-rate"] == 44.1  # the national figure of 2023-24, known once its year had ended


def test_its_next_quarter_is_set_up_and_imported_like_any_other(tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "thornmere", ignore=shutil.ignore_patterns("_*", "downloads", QUARTER))
    shutil.copy2(EXAMPLE / "_quarto.yml", root)
    project = Project(root)
    assert project("new", "2024-25-Q3").returncode == 0
    figures = {"Missed collections": "51.2", "Fly-tips reported": "580", "Injuries to crews": "14"}
    figures |= {"Injuries that must be reported": "3", "Other injuries": "11", "Injuries in the year to date": "37"}
    lines = ["Measure;Q3 2024/25", *(f"{name};{value}" for name, value in figures.items())]
    (root / "q3.csv").write_bytes("\r\n".join(lines).encode("cp1252"))
    done = project("import", "q3.csv", "--quarter", "2024-25-Q3", "--accept", "all")
    assert done.returncode == 0, done.stderr
    printed = project("scorecard", "2024-25-Q3", "--format", "json")
    rows = {row["indicator_id"]: row for row in json.loads(printed.stdout)}
    assert rows["missed-collections"]["2024-25-Q3"] == 51.2
    assert rows["missed-collections"]["rag"] == "AMBER"  # 51.2 against 50, tolerance 15%
    assert rows["crew-injuries"]["2024-25-Q3"] == 14
    assert rows["crew-injuries-reported"]["2024-25-Q3"] is None
    assert rows["crew-injuries-other"]["2024-25-Q3"] is None
