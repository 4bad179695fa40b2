"""The committee paper in Word, with a one-page summary and a two-page pack for members.

They are built with python-docx rather than filled in, because their tables come from the scorecard; python-docx can
also open a council's own document as the template.
"""

from __future__ import annotations

import re
from pathlib import Path

from docx.document import Document
from docx.text.paragraph import Paragraph

from quarterly.commentary.answers import promise_list
from quarterly.commentary.groups import PROGRESS
from quarterly.commentary.promises import edition_promises, published_comments
from quarterly.commentary.signoff import area_status, edition_corrections, edition_status, mark
from quarterly.core.dates import long_date
from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import PdfFailed
from quarterly.core.terms import count_of, listing
from quarterly.data.load import Basket
from quarterly.data.params import Params, load_params
from quarterly.data.project import edition_file, edition_folder
from quarterly.disclosure import Publishable, open_basket
from quarterly.display.attention import questions
from quarterly.display.findings import WORSE, by_standing
from quarterly.display.promises import PANEL_NAME
from quarterly.display.tables import KpiRow
from quarterly.measures.compare import compare, with_moves
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.outputs.paper.area import write_area, write_charts, write_notes, write_tables
from quarterly.outputs.paper.layout import (
    Contents,
    Numbers,
    PaperFacts,
    write_area_ratings,
    write_changes,
    write_questions,
)
from quarterly.outputs.paper.standing import Standing, fill, load_standing, placeholder_values
from quarterly.outputs.paper.summary import build_pack, build_summary
from quarterly.outputs.word import document as word
from quarterly.outputs.word.markdown import write_markdown
from quarterly.outputs.word.pdf import make_pdfs
from quarterly.project.products import find_libreoffice
from quarterly.storage.atomic import replace_files

_TEMPLATE = "params/template.docx"
_UNKNOWN = "To be confirmed"


def write_paper(root: Path, quarter: Quarter) -> list[Path]:
    """Write the committee paper, the summary and the members' pack of a quarter into ``downloads/<quarter>/``.

    Returns the Word documents, each followed by its PDF if LibreOffice is installed.

    Raises
    ------
    DataFaults
        The data, the parameters or the standing text have faults.
    UnknownQuarter
        There are no figures for the quarter.
    UnreadableTemplate
        The council's template cannot be opened.
    PdfFailed
        The Word documents were written, but not their PDFs.
    """
    opened = open_basket(root)
    opened.basket.require_quarter(quarter)
    params, standing = load_params(root, quarter), load_standing(root)
    facts = _facts(root, opened, params)
    usual = _TEMPLATE if (root / _TEMPLATE).is_file() else ""
    name = params.paper_template or standing.paper_template or usual
    template = root / name if name else None
    title = f"{facts.subject}, {quarter.months}"
    subject = f"{_report_to(facts)}, {quarter.label}"
    day = params.meeting.get("date") or quarter.ends
    folder = edition_folder(root, quarter)
    corrected = edition_corrections(folder)
    version = f"Corrected on {corrected[-1][1].day}. " if corrected else ""
    draft = "" if edition_status(folder).signed else "Draft. "
    footer = f"{draft}{version}{standing.council}: {title}"
    paper = word.open_document(template, name)
    word.add_page_numbers(paper, footer)
    _write_paper(paper, facts, root, standing)
    contents = {"committee-paper": word.save(paper, title, subject, standing.council, day)}
    for file, build in (("summary", build_summary), ("members-pack", build_pack)):
        document = word.open_document(template, name)
        build(document, facts)
        word.add_page_numbers(document, footer)
        what = file.replace("members-", "members' ")
        contents[file] = word.save(document, f"{title}: {what}", subject, standing.council, day)
    return _put_in_place(root, root / "downloads" / str(quarter), contents)


def _facts(root: Path, opened: Publishable, params: Params) -> PaperFacts:
    quarter = params.quarter
    basket, scorecard = opened.known_at(quarter), opened.scorecard(quarter)
    before = opened.scorecard_before(quarter)
    changes = None if before is None else compare(before, scorecard)
    found = [] if changes is None else questions(scorecard, with_moves(changes, scorecard, basket))
    promised = edition_promises(root, basket.area_ids, scorecard)
    return PaperFacts(basket, scorecard, params.meeting, changes, found, promised)


def _put_in_place(root: Path, folder: Path, contents: dict[str, bytes]) -> list[Path]:
    documents = {folder / f"{name}.docx": content for name, content in contents.items()}
    changed = [path for path, content in documents.items() if not path.is_file() or path.read_bytes() != content]
    without = [path for path in documents if path in changed or not path.with_suffix(".pdf").is_file()]
    pdfs: dict[Path, bytes] = {}
    failure = None
    try:
        pdfs = make_pdfs(root, {path: documents[path] for path in without}) if find_libreoffice() else {}
    except PdfFailed as error:
        failure = error
    for pdf in {path.with_suffix(".pdf") for path in changed} - pdfs.keys():
        pdf.unlink(missing_ok=True)  # an out-of-date PDF would be worse than none
    # PDFs first: if the run is interrupted in between, the next one sees an old document and makes both again.
    replace_files({**pdfs, **documents})
    if failure:
        raise failure
    return [made for path in documents for made in (path, path.with_suffix(".pdf")) if made.is_file()]


def _write_paper(document: Document, facts: PaperFacts, root: Path, standing: Standing) -> None:
    basket, scorecard = facts.basket, facts.scorecard
    known, numbers = placeholder_values(standing, basket, scorecard), Numbers()
    _write_title(document, facts, standing, edition_folder(root, scorecard.quarter))
    contents = Contents(document, word.add_heading(document, "Contents", 1))
    word.add_heading(document, "Recommendations", 1)
    write_markdown(document, fill(standing.recommendations, known))
    noted: list[tuple[int, KpiRow]] = []
    for number, (name, section) in enumerate(standing.sections.items(), start=1):
        contents.add(word.add_heading(document, f"{number}. {section.heading}", 1), 1)
        write_markdown(document, fill(section.text, known))
        if name == "summary":
            _write_overview(document, facts, numbers)
            contents.add(write_questions(document, facts.questions), 2)
            contents.add(write_changes(document, facts, numbers), 2)
            if facts.promised:
                contents.add(_write_progress(document, facts), 2)
        elif name == "detail":
            word.begin_section(document, landscape=True)
            contents.add(word.add_heading(document, "Key performance indicators", 2), 2)
            noted = write_tables(document, basket, scorecard, numbers)
            word.begin_section(document, landscape=False)
            areas = {area: area_status(edition_file(root, scorecard.quarter, area)) for area in basket.area_ids}
            for _, area in basket.areas.iterrows():
                part = scorecard.area(area["area_id"])
                comments = published_comments(root, area["area_id"], scorecard)
                # Progress on commitments has its own section.
                comments = [written for written in comments if not written.comment.progress]
                # If all areas have the same status, the title shows it.
                own = areas[area["area_id"]] if len(set(areas.values())) > 1 else None
                contents.add(write_area(document, area, part, comments, own), 2)
            write_charts(document, basket, scorecard, numbers)
    for heading, items in (("Authors", standing.authors), ("Background papers", standing.background_papers)):
        word.add_heading(document, heading, 1)
        word.add_bullets(document, items)
    _write_appendix(document, basket, noted, contents)
    contents.fill()


def _write_progress(document: Document, facts: PaperFacts) -> Paragraph:
    """Report progress on commitments by area, and return the heading."""
    heading = word.add_heading(document, PROGRESS, 2)
    word.add_paragraph(document, facts.progress)
    areas = facts.basket.areas
    names = dict(zip(areas["area_id"], areas["short_name"], strict=True))
    for area, promises in facts.promised.items():
        word.add_heading(document, names.get(area, PANEL_NAME), 3)
        write_markdown(document, promise_list(promises))
    return heading


def _report_to(facts: PaperFacts) -> str:
    return f"Report to the {facts.meeting.get('committee') or 'committee'}"


def _write_title(document: Document, facts: PaperFacts, standing: Standing, edition: Path) -> None:
    word.add_paragraph(document, standing.council, "Council Name")
    word.add_paragraph(document, _report_to(facts), "Title")
    day, key = facts.meeting.get("date"), facts.meeting.get("key_decision")
    decision = {True: "Yes", False: "No", None: ""}
    details = {
        **facts.meeting,
        "date": long_date(day, weekday=True) if day else "",
        "key_decision": decision.get(key, str(key)),
        "status": mark(edition_status(edition)),
    }
    shown = [(label, details.get(name) or _UNKNOWN) for name, label in {**standing.details, "status": "Status"}.items()]
    shown += [("Corrected", text) for text, _ in edition_corrections(edition)]
    for label, text in shown:
        word.add_with_lead(document, f"{label}:", f"\t{text}", "Meeting Detail")


def _write_overview(document: Document, facts: PaperFacts, numbers: Numbers) -> None:
    word.add_heading(document, facts.scorecard.quarter.worded("The quarter at a glance"), 2)
    rows = facts.scorecard.rows
    worse = by_standing(rows).get(WORSE)
    lead = f"{count_of(len(rows), 'indicator')}: {rag_sentence(rag_counts(rows))}."
    if worse is not None:
        lead += f" {count_of(len(worse), 'indicator is', 'indicators are')} red and getting worse."
    word.add_paragraph(document, lead)
    write_area_ratings(document, facts, numbers)


def _write_appendix(document: Document, basket: Basket, noted: list[tuple[int, KpiRow]], contents: Contents) -> None:
    texts = [*document.element.body.itertext(), *(row.notes for _, row in noted)]
    whole = " ".join(map(str, texts))
    used = [row for row in basket.glossary.itertuples(index=False) if _is_in(row.term, whole)]
    if noted or used or len(basket.comparator_members):
        contents.add(word.add_heading(document, "Appendix: notes and terms", 1), 1)
    if noted:
        word.add_heading(document, "Notes on the tables", 2)
        write_notes(document, noted)
    if used:
        word.add_heading(document, "Terms in this paper", 2)
        for row in used:
            word.add_with_lead(document, f"{row.term}:", f" {row.meaning}", "Table Note")
    names = basket.comparator_names.set_index("comparator")
    for name, members in basket.comparator_members.groupby("comparator", sort=False):
        word.add_heading(document, names.loc[name, "label"], 2)
        sources = listing(list(members["source"].unique()))
        text = f"{names.loc[name, 'meaning']} ({sources}): {listing(list(members['authority']))}."
        word.add_paragraph(document, text, "Table Note")


def _is_in(term: str, text: str) -> bool:
    """Return whether a text uses a term; an abbreviation must be in capitals."""
    return re.search(rf"\b{re.escape(term)}\b", text, 0 if term.isupper() else re.IGNORECASE) is not None
