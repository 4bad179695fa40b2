"""A suppressed figure appears nowhere in what is published, and cannot be worked out from it.

Distinctive figures are planted in a copy of the second example. It is built first without suppression, with comments on
them, and then under a rule that suppresses them. All of it is unpacked and searched.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Once, Project, made_files, pdfs_too

QUARTERS = [f"{year}-Q{number}" for year in ("2022-23", "2023-24", "2024-25") for number in (1, 2, 3, 4)][:10]
QUARTER = QUARTERS[-1]
#: Figures about too few cases, in three quarters; and others, which are not.
PART = [120_001, 120_409, 73_517, 121_013, 120_277, 120_823, 81_239, 120_611, 120_953, 67_891]
REST = [240_007, 240_131, 240_353, 240_571, 240_787, 240_899, 241_117, 241_313, 241_559, 241_781]
TOTAL = [one + other for one, other in zip(PART, REST, strict=True)]
FEW = [2, 6, 9]
#: The cases of the newest percentage: its numerator is below the limit.
NUMERATOR, DENOMINATOR, PERCENTAGE = 46_811, 166_349, "28.14"
OLD = 58_439
UNDER = 90_000
PLANTED = [*(PART[place] for place in FEW), NUMERATOR, OLD]


def year_to_date() -> list[int]:
    return [sum(TOTAL[place - int(quarter[-1]) + 1 : place + 1]) for place, quarter in enumerate(QUARTERS)]


def plant(project: Project) -> None:
    """Put the figures into the data, with notes, a corrected figure and a published rating of one."""
    figures = {
        "crew-injuries": TOTAL,
        "crew-injuries-reported": PART,
        "crew-injuries-other": REST,
        "crew-injuries-year": year_to_date(),
    }
    path = project.root / "data" / "observations.csv"
    head, *rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        if row[0] in figures:
            row[2] = str(figures[row[0]][QUARTERS.index(row[1])])
        if row[:2] == ["crew-injuries-reported", QUARTER]:
            row[6] = f"Of these {PART[-1]:,} most were slips"
        if row[:2] == ["missed-put-right", QUARTER]:
            row[2:5] = [PERCENTAGE, str(NUMERATOR), str(DENOMINATOR)]
    path.write_text("\n".join(map(_line, [head, *rows])) + "\n", encoding="utf-8")
    project.edit("data/indicators.csv", "in time,percentage,0", "in time,percentage,2")
    (project.root / "data" / "published_ratings.csv").write_text(
        "indicator_id,quarter,rag,dot,note\n"
        f"crew-injuries-reported,{QUARTER},,DECREASE,Down to {PART[-1]} by our own count\n",
        encoding="utf-8",
    )
    (project.root / "data" / "imports.csv").write_text(
        "import_id,quarter,date,file,sha256,figures,changed,accepted\n"
        f"{QUARTER}-1,{QUARTER},2024-10-20,extract.csv,{'0' * 64},64,1,\n",
        encoding="utf-8",
    )
    (project.root / "data" / "restatements.csv").write_text(
        "import_id,indicator_id,quarter,old_value,old_numerator,old_denominator,old_missing,old_note,new_value,new_missing\n"
        f"{QUARTER}-1,crew-injuries-reported,{QUARTERS[-2]},{OLD},,,,was {OLD},{PART[-2]},\n",
        encoding="utf-8",
    )


def _line(row: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    return text.getvalue()


def comment(project: Project, indicator: str, words: str) -> None:
    """Write into an area's place in the edition, and name the indicator."""
    path = project.root / "reports" / QUARTER / "collections.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    place = next(cell for cell in notebook["cells"] if cell["id"].startswith("place-about"))
    place["source"] = [f"### Amber to watch\n\n- {indicator}\n\n{words}"]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def project(once: Once, renderer: str) -> Project:
    """Return the example with the figures, built openly, commented on, and built again with the rule."""
    return Project(once(f"planted-{renderer}", partial(build_twice, renderer)))


def build_twice(renderer: str, root: Path) -> None:
    """Build it openly and with the rule."""
    shutil.copytree(
        ROOT / "examples" / "thornmere-waste",
        root,
        ignore=shutil.ignore_patterns("_*", ".quarterly", "downloads", QUARTER),
    )
    shutil.copy2(ROOT / "examples" / "thornmere-waste" / "_quarto.yml", root)
    project = Project(root)
    plant(project)
    settings = root / "params" / "disclosure.yml"
    settings.write_text("suppress_nothing_because: It is tried first without a rule.\n", encoding="utf-8")
    _do(project, "run", QUARTER)
    name = "Number of injuries to collection crews that the law says must be reported"
    comment(project, name, "We have asked every depot to look at its floors.")
    _do(project, "build", "--renderer", renderer)
    assert PART[-1] in {number for text in everything(root) for number in numbers_in(text)}, "it is there to be found"
    others = ["food-waste", "assisted-collections", "garden-subscriptions", "fly-tips", "crew-injuries-year"]
    exempt = "".join(f"  {name}: It is not what this is about\n" for name in others)
    settings.write_text(f"counts_under: {UNDER}\nexempt:\n{exempt}", encoding="utf-8")
    with pdfs_too():
        _do(project, "build", "--renderer", renderer)


def _do(project: Project, *arguments: str) -> None:
    done = project(*arguments)
    assert done.returncode == 0, done.stderr


def everything(root: Path) -> Iterator[str]:
    """Return the text of everything that is published or kept, unpacked, with the names of files."""
    for folder in ("_site", "downloads", "reports", "_parts", ".quarterly"):
        for path in sorted((root / folder).rglob("*")):
            yield path.name
            if path.is_file():
                yield from unpacked(path.name, path.read_bytes())


def unpacked(name: str, content: bytes) -> Iterator[str]:
    """Unpack archives, documents and data embedded in text."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield part
                yield from unpacked(part, archive.read(part))
        return
    if content.startswith(b"%PDF"):
        if shutil.which("pdftotext"):
            done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
            yield done.stdout.decode("utf-8", "replace")
        return
    text = content.decode("utf-8", "replace")
    yield text
    for found in re.findall(r"base64,([A-Za-z0-9+/=]{40,})", text):
        yield from unpacked(f"{name} data", base64.b64decode(found + "=" * (-len(found) % 4)))


def numbers_in(text: str) -> Iterator[float]:
    """Return every number in a text, however it is written: 73517, 73,517, 73517.0, 7.3517e4."""
    for found in re.findall(r"(?<![\w.])\d[\d,\u202f\u00a0 ]*(?:\.\d+)?(?:[eE][+-]?\d+)?", text):
        for written in {found, found.split(" ")[0]}:
            try:
                yield float(re.sub(r"[,\u202f\u00a0 ]", "", written))
            except ValueError:
                continue


def open_data(project: Project) -> list[dict[str, str]]:
    path = project.root / "downloads" / QUARTER / "scorecard.csv"
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_no_planted_figure_is_published(project: Project) -> None:
    leaks = {
        number
        for text in everything(project.root)
        for number in numbers_in(text)
        if number in PLANTED or number in [value / 100 for value in PLANTED]
    }
    assert not leaks


def test_the_site_equals_a_first_build_with_the_rule(project: Project, renderer: str, tmp_path: Path) -> None:
    """No file of the open build remains, nor a copy of one, such as in `_site/_site/downloads`."""

    def files(root: Path) -> dict[str, bytes]:
        found = [path for path in (root / "_site").rglob("*") if path.is_file()]
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

    shutil.copytree(project.root, tmp_path / "fresh", ignore=shutil.ignore_patterns("_site", ".quarto*", ".quarterly"))
    _do(Project(tmp_path / "fresh"), "render", "--renderer", renderer)
    once, twice = files(tmp_path / "fresh"), files(project.root)
    assert set(twice) == set(once)
    assert [name for name in twice if twice[name] != once[name]] == []
    downloads = {name.removeprefix("_site/"): content for name, content in twice.items() if "downloads/" in name}
    assert downloads
    assert all((project.root / name).read_bytes() == content for name, content in downloads.items())


def test_the_percentage_of_too_few_cases_is_not_published(project: Project) -> None:
    for text in everything(project.root):
        assert not re.search(rf"(?<![\d.]){re.escape(PERCENTAGE)}(?!\d)", text)
        assert "0.2814" not in text


def test_notes_about_suppressed_figures_are_not_published(project: Project) -> None:
    words = ("most were slips", "by our own count")
    assert not [text[:80] for text in everything(project.root) if any(word in text for word in words)]


def test_they_are_shown_as_confidential(project: Project) -> None:
    page = (project.root / "_site" / "reports" / QUARTER / "collections.html").read_text(encoding="utf-8")
    assert "In this table c means confidential and x means not available." in page
    listed = (project.root / "_site" / "reports" / QUARTER / "data-quality.html").read_text(encoding="utf-8")
    assert "Suppressed figures" in listed
    missing = {(row["indicator_id"], row["quarter"]) for row in open_data(project) if row["symbol"] == "c"}
    assert {("crew-injuries-reported", QUARTERS[place]) for place in FEW} <= missing


def test_readers_are_told_how_many_percentages_could_not_be_checked(project: Project) -> None:
    for page in (f"reports/{QUARTER}/data-quality.html", "methods.html"):
        text = " ".join((project.root / "_site" / page).read_text(encoding="utf-8").split())
        assert re.search(r"not be applied to \d+ figures for \d+ percentages and rates, because the number", text), page


def test_no_sum_or_difference_of_published_figures_is_a_suppressed_one(project: Project) -> None:
    """Up to three published figures are combined by addition and subtraction in every way."""
    names = ("crew-injuries", "crew-injuries-reported", "crew-injuries-other", "crew-injuries-year")
    published = sorted(
        {
            float(row["value"])
            for row in open_data(project)
            if row["indicator_id"] in names and row["value"] and row["quarter"] >= QUARTERS[0]
        }
    )
    assert len(published) > 15
    planted = np.array([PART[place] for place in FEW], dtype=float)
    values = np.array([*published, *(-value for value in published), 0.0])
    pairs = np.unique([one + other for one, other in combinations(values, 2)] + list(values))
    for few in planted:
        assert not np.isin(few - pairs, values).any(), few


def test_everything_built_is_the_same_whatever_the_suppressed_figures_are(
    project: Project, renderer: str, tmp_path: Path
) -> None:
    other = Project(Path(shutil.copytree(project.root, tmp_path / "other")))
    for place in FEW:
        for name, old, new in (
            ("reported", PART[place], PART[place] - 7),
            ("other", REST[place], REST[place] + 7),
        ):
            row = f"crew-injuries-{name},{QUARTERS[place]},"
            other.edit("data/observations.csv", f"{row}{old},", f"{row}{new},")
    other.edit(
        "data/observations.csv", f"{PERCENTAGE},{NUMERATOR},{DENOMINATOR},", f"27.54,{NUMERATOR - 1000},{DENOMINATOR},"
    )
    other.edit("data/observations.csv", "most were slips", "most were falls")
    other.edit("data/restatements.csv", f"{OLD}", f"{OLD + 3}")
    assert other("check", QUARTER).stdout != project("check", QUARTER).stdout
    with pdfs_too():
        _do(other, "build", "--force", "--renderer", renderer)
    one, two = made_files(project.root), made_files(other.root)
    assert len(one) > 50
    assert [name for name in one.keys() | two.keys() if one.get(name) != two.get(name)] == []


def test_the_check_names_them_for_analysts(project: Project) -> None:
    said = project("check", QUARTER).stdout
    assert f"{PART[-1]:,}" in said
    assert "keep the list confidential" in said


def test_a_comment_that_reveals_one_is_an_error_and_keeps_its_words(project: Project, tmp_path: Path) -> None:
    root = shutil.copytree(project.root, tmp_path / "said", ignore=shutil.ignore_patterns("_site", "downloads"))
    said = Project(root)
    path = root / "reports" / QUARTER / "collections.ipynb"
    words = f"There were {PART[-1]:,} of them, and 12 depots were looked at."
    text = path.read_text(encoding="utf-8")
    assert "We have asked every depot" in text
    path.write_text(text.replace("We have asked every depot to look at its floors.", words), encoding="utf-8")
    done = said("check", QUARTER)
    assert done.returncode == 1
    assert f"It says '{PART[-1]:,}'. That is, or gives away, a suppressed figure" in done.stdout
    _do(said, "run", QUARTER)
    assert words in path.read_text(encoding="utf-8")
    built = said("build", QUARTER, "--renderer", "embedded")
    assert (built.returncode, "collections.ipynb, cell" in built.stderr) == (1, True)
    assert not [name for name in ("_site", "downloads") if (root / name).exists()]
    assert said("sign-off", QUARTER, "--area", "collections", "--by", "Head of Service").returncode == 1


def test_a_suppressed_figure_revealed_by_exempt_ones_prevents_signing_off(project: Project, tmp_path: Path) -> None:
    root = shutil.copytree(project.root, tmp_path / "exposed", ignore=shutil.ignore_patterns("_site", "downloads"))
    exposed = Project(root)
    both = "  crew-injuries: It is public\n  crew-injuries-other: It is public\n"
    exposed.edit("params/disclosure.yml", "exempt:\n", f"exempt:\n{both}")
    done = exposed("check", QUARTER)
    assert done.returncode == 1
    assert "it can still be worked out" in done.stdout
    assert f"must be reported in {QUARTER} can be worked out from figures that are exempt" in done.stdout
    assert exposed("sign-off", QUARTER, "--area", "collections", "--by", "Head of Service").returncode == 1


def test_words_written_about_a_figure_before_it_was_suppressed_are_marked(project: Project) -> None:
    page = (project.root / "_site" / "reports" / QUARTER / "collections.html").read_text(encoding="utf-8")
    assert "written when this was published; it is now confidential" in page
