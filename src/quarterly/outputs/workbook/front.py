"""The sheets in front of the figures: cover, contents and notes."""

from __future__ import annotations

from quarterly.core.dates import long_date
from quarterly.core.terms import MISSING_REASONS, count_of, listing
from quarterly.data.load import Basket
from quarterly.display.tables import kpi_rows
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.rules import rule_words
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.workbook.imprint import Imprint
from quarterly.outputs.workbook.sheets import about
from quarterly.outputs.workbook.xlsx import Cell, Column, Link, Sheet

_SYMBOLS = {
    "c": "It is withheld so that no one can be identified.",
    "x": "It was not collected, was not published, or has been lost.",
    "z": "No figure is possible, such as a comparator for a local measure.",
    "k": "It is more than 0, but so small that it would be shown as 0.",
}
_HEADINGS = ("About this workbook", "Publication", "How to use it")
_SAME = "Figures, ratings and commentary are the same as on the website and in the committee paper of the quarter."
_HOW = (
    "Each sheet has one table, which starts in column A. There are no merged, hidden or empty cells in it, and no "
    "formulas. Nothing is shown by colour alone."
)
_PERCENTAGES = (
    "A percentage is a real percentage: a cell that shows 67% holds 0.67, so that it can be used in formulas. In the "
    "CSV files published with this workbook the same figure is 67, with its unit in a column."
)
_RULES = {
    "RAG: Green": "On target, or as close to it as its rule allows.",
    "RAG: Amber": "Not on target, but within its tolerance.",
    "RAG: Red": "Not on target, and outside the tolerance.",
    "RAG: Not targeted": "The indicator has no target, so there is nothing to rate it against.",
    "RAG: Data only": "The indicator is reported for information, and deliberately has no target.",
    "RAG: In measurement": "A first year of figures is being collected, from which a target will be set.",
    "RAG: Not rated": "There is no figure, no known target, or the target does not say which way is better.",
    "Target: a direction": "A target of decreasing or increasing has no number: the figure must move that way, or it "
    "is red.",
    "Direction of travel": "Positive, stable or negative with a target; increase, stable or decrease without one.",
    "Polarity": "Whether higher or lower is better. None means neither.",
    "As published": "These columns hold what the report of the quarter said. If that differs from the rule, the sheet "
    "DataQuality gives the reason. This workbook uses the rule.",
}


def cover_sheet(imprint: Imprint, basket: Basket, scorecard: Scorecard) -> Sheet:
    """Lay out the cover: the workbook's contents, quarter, meeting, contact, credit and licence."""
    quarter, rows = scorecard.quarter, scorecard.rows
    counts = (
        f"This workbook holds the {count_of(len(rows), 'indicator')} of {quarter.label}, {quarter.months}, in "
        f"{count_of(len(basket.areas), 'service area')}: {rag_sentence(rag_counts(rows))}."
    )
    day = long_date(imprint.published)
    meeting = f"Meeting: {day}" if imprint.meeting_set else f"Last day of the {quarter.noun}: {day}. No meeting is set"
    lines: list[Cell] = [
        imprint.description or quarter.worded("Key performance indicators, quarter by quarter."),
        _HEADINGS[0],
        counts,
        quarter.worded(_SAME),
        _HEADINGS[1],
        imprint.status,
        f"{meeting}{f', {imprint.committee}' if imprint.committee else ''}.",
        f"Contact: {imprint.contact or 'the council'}.",
        f"Credit: {imprint.credit or 'not stated.'}",
        f"Licence: {' '.join(filter(None, [imprint.licence, imprint.licence_url]))}",
        _HEADINGS[2],
        Link("Contents", "Contents: the list of sheets, with a link to each"),
        Link("Notes", "Notes: what the symbols mean, how figures are rated, and notes on indicators"),
        _HOW,
    ]
    return Sheet("Cover", f"{imprint.title}: {quarter.label}", lines, headings=frozenset(_HEADINGS))


def contents_sheet(sheets: list[Sheet]) -> Sheet:
    """List the other sheets, each with a link."""
    rows: list[list[Cell]] = [[Link(sheet.name, sheet.name), sheet.title, _size(sheet)] for sheet in sheets]
    columns = [Column("Sheet", 26), Column("Contents", 90), Column("Size of table", 20)]
    held = count_of(len(rows), "sheet")
    lines: list[Cell] = [f"This sheet holds one table, with {held}, one in each row, with a link."]
    return Sheet("Contents", "Contents: the other sheets of this workbook", lines, columns, rows)


def rates_sentence(basket: Basket) -> str:
    """Return a sentence on the denominators of a basket's rates; blank if it has none."""
    found = [per for per in dict.fromkeys(basket.indicators["per"]) if per]
    return f"A rate is per {listing(found, 'or')}." if found else ""


def _size(sheet: Sheet) -> str:
    if not sheet.columns:
        return "No table"
    return count_of(len(sheet.rows), "row") if sheet.rows else "No rows"


def notes_sheet(basket: Basket, scorecard: Scorecard) -> tuple[Sheet, dict[str, str]]:
    """Explain symbols, numbers and rules, and list the notes on indicators.

    Returns the sheet, one numbered note a row, and the reference to each indicator's note, by id: ``[note 21]``.
    """
    rates = rates_sentence(basket)
    texts = [
        *(
            (f"The symbol {symbol}", f"{meaning.capitalize()}. {_SYMBOLS[symbol]} It does not mean 0.")
            for symbol, meaning in MISSING_REASONS.items()
        ),
        ("Percentages", _PERCENTAGES),
        *([("Rates", rates)] if rates else []),
        ("Decimals", "A figure is shown as it was published, with all its decimals."),
        ("Text", "Text that begins with =, +, - or @ is stored as text. Nothing in this workbook is a formula."),
        *_rule_notes(basket),
        *_comparator_notes(basket),
    ]
    rows: list[list[Cell]] = [[f"note {n}", subject, text] for n, (subject, text) in enumerate(texts, start=1)]
    references = {}
    for row in kpi_rows(scorecard):
        if row.notes:
            number = f"note {len(rows) + 1}"
            references[row.id] = f"[{number}]"
            rows.append([number, row.name, row.notes])
    title = "Notes: symbols, figures, rating rules, and notes on indicators"
    lines = about(len(rows), "note", symbols=False)
    columns = [Column("Note", 12), Column("About", 46), Column("Text", 100)]
    return Sheet("Notes", title, lines, columns, rows), references


def _rule_notes(basket: Basket) -> list[tuple[str, str]]:
    used = set(basket.indicators["rule"].replace("", "standard"))
    notes = list(_RULES.items())
    for _, rule in basket.rules[basket.rules["rule_id"].isin(used)].iterrows():
        parts = [f"{what}: {words}" for what, words in rule_words(rule).items()]
        notes.append((f"Rating rule: {rule['rule_id']}", f"{'. '.join(parts)}. Source: {rule['source']}"))
    return notes


def _comparator_notes(basket: Basket) -> list[tuple[str, str]]:
    local = "The council defines these indicators itself, so they have no comparators."
    notes = [("Local measures", local)] if "local measure" in set(basket.indicators["comparison"]) else []
    for name, known in basket.comparator_members.groupby("comparator", sort=False):
        members = f"{listing(list(known['authority']))} ({'; '.join(dict.fromkeys(known['source']))})."
        notes.append((basket.comparator_labels[str(name)], members))
    return notes
