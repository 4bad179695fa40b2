"""Commentary goes out in a Word document and comes back with exactly the officers' words; none are lost."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import Project
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from officers_word import (
    ABOUT,
    AREA,
    GROUP,
    WORDS,
    blank_edition,
    boxes,
    exported,
    markdown,
    marks,
    merged,
    opened,
    places,
    read_comments,
    reading,
    run_again,
    saved,
    sentences,
    with_words,
)

from quarterly.commentary.read import figures_shown
from quarterly.core.terms import Group
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.forms.lines import Kind, Line, tidy, words_digest
from quarterly.outputs.forms.markdown import read_lines
from quarterly.outputs.forms.merging import Keep
from quarterly.outputs.word.markdown import PLAIN
from quarterly.project.products import find_libreoffice

NOTEBOOK = f"reports/2023-24-Q3/{AREA}.ipynb"
DOCUMENT = f"commentary/2023-24-Q3-{AREA}.docx"
quick = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
typed = st.lists(st.one_of(sentences, marks.map(lambda text: text.replace("\n", " "))), max_size=3).map(tuple)


@pytest.fixture(scope="module")
def part(scorecard: Scorecard) -> Scorecard:
    """Return the scorecard of the area, cut down to some indicators so that a document is made quickly."""
    return scorecard.only(["average-caseload", "case-supervisions-in-time", "agency-workers"])


@pytest.fixture(scope="module")
def blank(part: Scorecard) -> NotebookNode:
    """Return the area's notebook with only empty places."""
    return blank_edition(part)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the documents, only read."""
    return tmp_path_factory.mktemp("documents")


def with_other_figures(part: Scorecard) -> Scorecard:
    """Return the scorecard after the number of agency workers is corrected."""
    rows = part.rows.copy()
    rows.loc["agency-workers", ["value", str(part.quarter)]] = 12.0
    return replace(part, rows=rows)


def plain(paragraphs: tuple[str, ...]) -> list[Line]:
    return tidy(Line(Kind.TEXT, 0, ((text, PLAIN),)) for text in paragraphs)


def words_in(notebook: NotebookNode, part: Scorecard) -> dict[str, list[Line]]:
    return {name: read_lines(one.comment.words) for name, one in read_comments(notebook, part).items()}


# Any notebook, and any edits in Word


@quick
@given(st.lists(markdown, min_size=4, max_size=4))
def test_a_document_without_edits_changes_nothing(
    part: Scorecard, blank: NotebookNode, folder: Path, words: list[str]
) -> None:
    notebook = with_words(blank, words)
    content = exported(notebook, part)
    assert exported(notebook, part) == content
    document = reading(content, folder)
    merge = merged(notebook, part, document)
    assert not any(answer.edited for answer in document.answers if not answer.confirmed)
    assert (merge.changes, merge.conflicts, merge.faults) == ([], [], [])
    assert merge.notebook == notebook


@quick
@given(st.data(), st.lists(markdown, min_size=4, max_size=4), st.sampled_from(Keep))
def test_edits_in_both_places_lose_no_word(
    part: Scorecard, blank: NotebookNode, folder: Path, data: st.DataObject, words: list[str], keep: Keep
) -> None:
    notebook = with_words(blank, words)
    cells = [cell.id for cell in places(notebook)]
    base = words_in(notebook, part)
    document = opened(exported(notebook, part))
    in_word = {}
    for cell in data.draw(st.lists(st.sampled_from(cells), unique=True, max_size=4), label="edited in Word"):
        paragraphs = data.draw(typed)
        boxes(document)[cell].type(WORDS, *paragraphs)
        said = plain(paragraphs)
        in_word[cell] = said[:-1] if len(said) > 1 and said[-1].text.casefold() == "confirmed" else said
    there = {cell: data.draw(markdown) for cell in data.draw(st.lists(st.sampled_from(cells), unique=True, max_size=3))}
    changed = with_words(notebook, [there.get(cell, words[place]) for place, cell in enumerate(cells)])
    here = words_in(changed, part)
    saved(document, folder / "edited.docx")
    merge = merged(changed, part, reading((folder / "edited.docx").read_bytes(), folder), keep=keep)
    after = words_in(merge.notebook, part)

    def both_changed(cell: str) -> bool:
        return len({words_digest(lines) for lines in (base[cell], here[cell], in_word[cell])}) == 3

    fought = {cell for cell in in_word if both_changed(cell)}
    assert bool(merge.conflicts) == (bool(fought) and keep is Keep.ASK)
    assert not merge.faults
    for cell in cells:
        if cell in fought:
            texts = "\n".join(line.text for line in after[cell])
            wanted = {Keep.ASK: [here], Keep.NOTEBOOK: [here], Keep.WORD: [in_word], Keep.BOTH: [here, in_word]}[keep]
            if len(wanted) == 1:
                assert after[cell] == wanted[0][cell]
            for lines in wanted:
                assert all(line.text in texts for line in lines[cell] if line.kind == Kind.TEXT)
        elif cell in in_word and in_word[cell] != base[cell]:
            assert after[cell] == in_word[cell]
        else:
            assert after[cell] == here[cell]


def test_the_figures_in_the_document_are_those_that_a_comment_is_pinned_to(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    shown = figures_shown(part)
    document = reading(exported(blank, part), folder)
    assert document.figures == {figures["name"]: figures for figures in shown.values()}


# One thing at a time


def test_words_typed_in_word_are_pinned_to_the_figures_of_the_document(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    boxes(document)["place-agency-workers"].type(WORDS, "Eight left in May.")
    document.save(str(folder / "old.docx"))
    # Since then the figure has changed, and the notebook was run again.
    later = with_other_figures(part)
    notebook = blank_edition(later)
    merge = merged(notebook, later, reading((folder / "old.docx").read_bytes(), folder))
    one = read_comments(merge.notebook, later)["place-agency-workers"]
    assert one.pinned["agency-workers"]["value"] == "18"
    assert "written when this was 18; it is now 12" in one.note(figures_shown(later))
    # The next run keeps both the words and the figures they were written against.
    again = read_comments(run_again(merge.notebook, later), later)["place-agency-workers"]
    assert (again.comment.words, again.pinned) == ("Eight left in May.", one.pinned)


def test_the_document_says_that_figures_have_changed_and_confirmed_settles_it(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    later = with_other_figures(part)
    notebook = run_again(with_words(blank, ["", "", "", "Eight left in May."]), later)
    (name,) = [name for name, one in read_comments(notebook, later).items() if one.comment.words]
    note = read_comments(notebook, later)[name].note(figures_shown(later))
    document = opened(exported(notebook, later))
    assert note
    assert note in [paragraph.text for paragraph in document.paragraphs]
    boxes(document)[name].type(WORDS, "Eight left in May.", "Confirmed")
    document.save(str(folder / "confirmed.docx"))
    merge = merged(notebook, later, reading((folder / "confirmed.docx").read_bytes(), folder))
    one = read_comments(merge.notebook, later)[name]
    assert (one.comment.words, one.note(figures_shown(later))) == ("Eight left in May.", "")
    assert "confirmed" in merge.changes[0]


def test_figures_deleted_from_the_document_are_taken_from_the_notebook(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    boxes(document)["place-agency-workers"].type(WORDS, "Eight left.")
    for table in document.tables:
        if not table.cell(0, 0).text.startswith("Box"):
            table._tbl.getparent().remove(table._tbl)
    document.save(str(folder / "bare.docx"))
    merge = merged(blank, part, reading((folder / "bare.docx").read_bytes(), folder))
    assert "tables of figures were deleted" in merge.notes[0]
    one = read_comments(merge.notebook, part)["place-agency-workers"]
    assert one.pinned["agency-workers"] == figures_shown(part)["agency-workers"]


def test_words_whose_own_figures_were_deleted_are_noted(part: Scorecard, blank: NotebookNode, folder: Path) -> None:
    document = opened(exported(blank, part))
    box = boxes(document)["place-about-this-area"]
    box.type(WORDS, "A hard quarter.")
    boxes(document)["place-agency-workers"].type(WORDS, "Eight left.")
    ratings = next(table for table in document.tables if table.cell(0, 1).text == "Green")
    ratings._tbl.getparent().remove(ratings._tbl)
    document.save(str(folder / "bare.docx"))
    merge = merged(blank, part, reading((folder / "bare.docx").read_bytes(), folder))
    (note,) = merge.notes
    assert "(About this area): the document has no figures of the area." in note


def test_another_group_and_other_indicators_come_back(part: Scorecard, blank: NotebookNode, folder: Path) -> None:
    document = opened(exported(blank, part))
    box = boxes(document)["place-agency-workers"]
    box.type(GROUP, "red of concern")
    box.type(ABOUT, "Number of agency workers", "• average caseload of allocated social workers")
    box.type(WORDS, "They are linked.")
    document.save(str(folder / "group.docx"))
    merge = merged(blank, part, reading((folder / "group.docx").read_bytes(), folder))
    one = read_comments(merge.notebook, part)["place-agency-workers"]
    assert one.comment.group is Group.RED_CONCERN
    assert one.comment.indicators == ("agency-workers", "average-caseload")
    assert one.comment.words == "They are linked."
    assert set(one.pinned) == {"agency-workers", "average-caseload"}


def test_a_further_comment_is_imported_once_however_often_the_document_is(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    box = boxes(document)["new-1"]
    box.type(GROUP, "Green to celebrate")
    box.type(ABOUT, "Average caseload of allocated Social Workers")
    box.type(WORDS, "- Number of agency workers", "# Not a heading")
    document.save(str(folder / "new.docx"))
    read = reading((folder / "new.docx").read_bytes(), folder)
    once = merged(blank, part, read)
    twice = merged(once.notebook, part, read)
    assert len(once.notebook.cells) == len(blank.cells) + 1
    assert (twice.changes, twice.notebook) == ([], once.notebook)
    run = run_again(once.notebook, part)
    (one,) = [one for one in read_comments(run, part).values() if one.comment.words]
    assert (one.comment.group, one.comment.indicators) == (Group.GREEN, ("average-caseload",))
    assert read_lines(one.comment.words) == plain(("- Number of agency workers", "# Not a heading"))


def test_a_list_that_begins_with_an_indicator_stays_commentary(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    box = boxes(document)["place-agency-workers"]
    box.type(WORDS, "Number of agency workers", "More.")
    for paragraph in box.cells[WORDS].paragraphs:
        paragraph.style = "List Bullet"
    document.save(str(folder / "list.docx"))
    merge = merged(blank, part, reading((folder / "list.docx").read_bytes(), folder))
    one = read_comments(merge.notebook, part)["place-agency-workers"]
    assert one.comment.indicators == ("agency-workers",)
    assert [line.text for line in read_lines(one.comment.words)] == ["Number of agency workers", "More."]


def test_bullets_typed_in_word_are_a_list_and_a_second_import_changes_nothing(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    boxes(document)["place-agency-workers"].type(WORDS, "We will:", "•\trecruit", "•\ttrain.")
    filled = reading(saved(document, folder / "typed.docx").read_bytes(), folder)
    merge = merged(blank, part, filled)
    assert (
        read_comments(merge.notebook, part)["place-agency-workers"].comment.words == "We will:\n\n- recruit\n- train."
    )
    again = merged(merge.notebook, part, filled)
    assert (again.changes, again.conflicts, again.notebook) == ([], [], merge.notebook)


def test_words_deleted_in_word_are_deleted_and_reported(part: Scorecard, blank: NotebookNode, folder: Path) -> None:
    notebook = with_words(blank, ["About it all."])
    document = opened(exported(notebook, part))
    boxes(document)["place-about-this-area"].type(WORDS)
    document.save(str(folder / "deleted.docx"))
    merge = merged(notebook, part, reading((folder / "deleted.docx").read_bytes(), folder))
    assert [change for change in merge.changes if "DELETED" in change]
    assert merge.notebook == blank or read_comments(merge.notebook, part)["place-about-this-area"].comment.empty


def test_two_officers_documents_for_one_area_are_combined(part: Scorecard, blank: NotebookNode, folder: Path) -> None:
    first, second = opened(exported(blank, part)), opened(exported(blank, part))
    boxes(first)["place-agency-workers"].type(WORDS, "From the first.")
    boxes(second)["place-average-caseload"].type(WORDS, "From the second.")
    read = [
        reading(saved(document, folder / "x.docx").read_bytes(), folder, f"{name}.docx")
        for name, document in (("a", first), ("b", second))
    ]
    merge = merged(blank, part, *read)
    comments = read_comments(merge.notebook, part)
    assert comments["place-agency-workers"].comment.words == "From the first."
    assert comments["place-average-caseload"].comment.words == "From the second."
    boxes(second)["place-agency-workers"].type(WORDS, "I say otherwise.")
    read[1] = reading(saved(second, folder / "x.docx").read_bytes(), folder, "b.docx")
    (conflict,) = merged(blank, part, *read).conflicts
    assert (conflict.here, conflict.this) == ("a.docx", "From the first.")
    assert (conflict.there, conflict.that) == ("b.docx", "I say otherwise.")


def test_words_whose_place_is_gone_become_a_separate_comment(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    boxes(document)["place-agency-workers"].type(WORDS, "Eight left.")
    document.save(str(folder / "gone.docx"))
    notebook = with_words(blank, [])
    notebook.cells = [cell for cell in notebook.cells if cell.id != "place-agency-workers"]
    merge = merged(notebook, part, reading((folder / "gone.docx").read_bytes(), folder))
    assert "added as a new comment" in merge.notes[0]
    (one,) = [one for one in read_comments(merge.notebook, part).values() if one.comment.words]
    assert (one.comment.indicators, one.comment.words) == (("agency-workers",), "Eight left.")


def test_words_deleted_in_the_notebook_and_edited_in_word_are_a_conflict(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    notebook = with_words(blank, ["About it all."])
    document = opened(exported(notebook, part))
    boxes(document)["place-about-this-area"].type(WORDS, "About nearly all.")
    read = reading(saved(document, folder / "x.docx").read_bytes(), folder)
    without = with_words(notebook, [])
    without.cells = [cell for cell in without.cells if cell.id != "place-about-this-area"]
    (conflict,) = merged(without, part, read).conflicts
    assert (conflict.this, conflict.that) == ("", "About nearly all.")
    assert not merged(without, part, read, keep=Keep.NOTEBOOK).changes
    merge = merged(without, part, read, keep=Keep.WORD)
    assert [one.comment.words for one in read_comments(merge.notebook, part).values() if one.comment.words] == [
        "About nearly all."
    ]


def test_tracked_changes_are_read_as_accepted_and_remarks_are_pointed_out(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    box = boxes(document)["place-agency-workers"]
    box.type(WORDS, "Eight left", "in May", ".")
    first, second, _ = box.cells[WORDS].paragraphs
    document.add_comment(first.runs, "Is it eight?", "Reviewer", "R")
    run = second.runs[0]._r
    inserted = second._p.makeelement(qn("w:ins"), {qn("w:id"): "90", qn("w:author"): "A"})
    second._p.append(inserted)
    inserted.append(run)
    deleted = second._p.makeelement(qn("w:del"), {qn("w:id"): "91", qn("w:author"): "A"})
    deleted.append(second._p.makeelement(qn("w:r"), {}))
    deleted[0].append(second._p.makeelement(qn("w:delText"), {}))
    deleted[0][0].text = "in June"
    second._p.append(deleted)
    read = reading(saved(document, folder / "x.docx").read_bytes(), folder)
    assert [note for note in read.notes if "tracked changes" in note]
    assert [str(each) for each in read.left_out(bytes)] == ["in a comment in the margin: “Is it eight?”"]
    merge = merged(blank, part, read)
    assert words_in(merge.notebook, part)["place-agency-workers"] == plain(("Eight left", "in May", "."))


def test_words_struck_out_or_hidden_are_quoted_and_not_published(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    document = opened(exported(blank, part))
    box = boxes(document)["place-agency-workers"]
    box.type(WORDS, "Eight left")
    paragraph = box.cells[WORDS].paragraphs[0]
    paragraph.add_run(" in May").font.strike = True
    paragraph.add_run(" (ask Jo)").font.hidden = True
    read = reading(saved(document, folder / "x.docx").read_bytes(), folder)
    assert [note for note in read.notes if "struck out" in note] == [
        f"Deleted, struck out or hidden there: “{words}”." for words in ("in May", "(ask Jo)")
    ]
    assert words_in(merged(blank, part, read).notebook, part)["place-agency-workers"] == plain(("Eight left",))


def test_last_quarters_words_are_shown_and_not_imported_again(
    part: Scorecard, blank: NotebookNode, folder: Path
) -> None:
    earlier = list(read_comments(with_words(blank, ["Said before."]), part).values())
    content = exported(blank, part, earlier)
    shown = [paragraph.text for paragraph in opened(content).paragraphs]
    at = shown.index("“Said before.”")
    assert "Commentary for Quarter 2 2023-24. It is not carried over" in shown[at - 1]
    assert not merged(blank, part, reading(content, folder)).changes


def test_the_document_is_accessible(part: Scorecard, blank: NotebookNode) -> None:
    document = opened(exported(blank, part))
    assert document.core_properties.title.startswith("Commentary for Quarter 3 2023-24")
    assert document.core_properties.language == "en-GB"
    levels = [
        int(str(p.style.name)[-1]) for p in document.paragraphs if p.style and str(p.style.name).startswith("Heading")
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in document.tables:
        assert table._tbl.tr_lst[0].xpath("w:trPr/w:tblHeader")
        assert table._tbl.tblPr.xpath("w:tblCaption/@w:val")[0]


# Another word processor, and the command line


@pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_words_references_and_figures(part: Scorecard, blank: NotebookNode, tmp_path: Path) -> None:
    words = [
        "**Why**: two *managers'* posts, see [the **plan**](https://example.org/a_b).\n\n- One\n  - Two\n- Three",
        "1. First\n2. Second\n\n#### What next\n\n“Quoted” — 5 \\* 3 < 16\\\nand more",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "Café 漢字 🙂 {{< include x >}}",
        "word " * 400,
    ]
    notebook = with_words(blank, words)
    document = opened(exported(notebook, part))
    boxes(document)["new-1"].type(WORDS, "One more.")
    boxes(document)["new-1"].type(GROUP, "About this area")
    document.paragraphs[3].insert_paragraph_before("In no box.")
    saved(document, tmp_path / "sent.docx")
    profile = (tmp_path / "profile").as_uri()
    command = [str(find_libreoffice()), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "docx"]
    subprocess.run([*command, "--outdir", str(tmp_path / "back"), str(tmp_path / "sent.docx")], check=True, timeout=300)
    read = reading((tmp_path / "back" / "sent.docx").read_bytes(), tmp_path)
    assert read.figures == {figures["name"]: figures for figures in figures_shown(part).values()}
    assert [answer.reference.cell for answer in read.answers if answer.edited] == ["new"]
    assert [each.words for each in read.left_out(bytes)] == ["In no box."]
    merge = merged(notebook, part, read)
    assert merge.changes == ["workforce, About this area: a new comment, from workforce.docx."]


def test_words_go_out_and_come_back_through_the_command_line(project: Project) -> None:
    done = project("commentary", "export", "--area", AREA)
    assert (done.returncode, done.stdout.strip().replace("\\", "/")) == (0, DOCUMENT), done.stderr
    path = project.root / DOCUMENT
    document = opened(path.read_bytes())
    nasty = ["# Red of concern", "{{< include _quarto.yml >}}", "<script>alert(1)</script> & ${x}$ *all*", "- 5% fewer"]
    boxes(document)["place-about-this-area"].type(WORDS, *nasty)
    words = boxes(document)["comment-2"].cells[WORDS].paragraphs[0]
    words.add_run(" It is easing.").bold = True
    words.add_run().add_break(WD_BREAK.LINE)
    document.save(str(path))

    refused = project("commentary", "export", "--area", AREA)
    assert refused.returncode == 1
    assert "it has been edited" in refused.stderr

    before = (project.root / NOTEBOOK).read_bytes()
    dry = project("commentary", "import", DOCUMENT, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert (project.root / NOTEBOOK).read_bytes() == before
    done = project("commentary", "import", DOCUMENT)
    assert done.returncode == 0, done.stderr
    assert done.stdout == dry.stdout
    assert done.stdout.count("the words, from") == 2
    assert "quarterly run 2023-24-Q3" in done.stderr
    again = project("commentary", "import", DOCUMENT)
    assert "Nothing has changed" in again.stdout

    assert project("run", "--area", AREA).returncode == 0
    assert project("render", "--renderer", "embedded").returncode == 0
    page = BeautifulSoup(
        (project.root / f"_site/{NOTEBOOK}").with_suffix(".html").read_text(encoding="utf-8"), "html.parser"
    )
    text = " ".join(page.get_text(" ").split())
    for words_typed in nasty:
        assert words_typed in text
    assert page.find("strong", string="It is easing.")


def test_a_conflict_is_shown_side_by_side_for_a_person_to_decide(project: Project) -> None:
    assert project("commentary", "export", "--area", AREA, "--to", "out").returncode == 0
    file = f"out/2023-24-Q3-{AREA}.docx"
    document = opened((project.root / file).read_bytes())
    boxes(document)["comment-2"].type(WORDS, "Turnover is falling.")
    document.save(str(project.root / file))
    project.edit(NOTEBOOK, "A complex picture: staff turnover", "Turnover is rising. Also staff turnover")
    before = (project.root / NOTEBOOK).read_bytes()
    shown = project("commentary", "import", file)
    assert shown.returncode == 1
    (line,) = [line for line in shown.stderr.splitlines() if "Turnover is rising." in line]
    assert "Turnover is falling." in line
    assert "--conflicts" in shown.stderr
    assert "Social workers with more than 20 children" in shown.stderr
    assert (project.root / NOTEBOOK).read_bytes() == before
    assert project("commentary", "import", file, "--conflicts", "keep-both").returncode == 0
    text = (project.root / NOTEBOOK).read_text(encoding="utf-8")
    assert 0 < text.index("Turnover is rising.") < text.index("Turnover is falling.")
