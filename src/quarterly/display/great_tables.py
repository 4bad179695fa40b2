"""Tables from great_tables, with their text and formats, as the accessible tables of our pages."""

from __future__ import annotations

from typing import Any

from lxml import html

from quarterly.core.output_errors import OutputNotPublishable
from quarterly.core.terms import NOT_AVAILABLE, listing
from quarterly.display.html import Html, data_table, paragraph
from quarterly.display.units import Units, quarter_words

_NOTHING = ("None", "nan", "NaN", "<NA>", "NaT")


def is_great_table(shown: Any) -> bool:
    """Whether an object is a table from great_tables, which need not be installed."""
    return type(shown).__module__.startswith("great_tables.") and hasattr(shown, "as_raw_html")


def great_table(shown: Any, units: Units) -> Html:
    """Return a great_tables table as a table for readers, without colours; row names begin with the row's group.

    Raises
    ------
    OutputNotPublishable
        Cells contain pictures.
    """
    made = html.fromstring(shown.as_raw_html()).find(".//table")
    if made.xpath(".//svg | .//img"):
        raise OutputNotPublishable("The table has pictures in its cells", "Draw them with Altair, as a separate chart")
    head = [units.heading(name) for name in _headings(made.xpath("./thead/tr[contains(@class, 'gt_col_headings')]"))]
    rows, group = [], ""
    for row in made.xpath("./tbody/tr"):
        if "gt_group_heading_row" in row.get("class", ""):
            group = f"{_text(row)}: "
        else:
            texts = [NOT_AVAILABLE if _text(cell) in _NOTHING else _text(cell) for cell in row]
            first, *others = (quarter_words(text) or text for text in texts)
            rows.append([f"{group}{first}", *others])
    titles = [_text(cell).rstrip(".") for cell in made.xpath(".//td[contains(@class, 'gt_heading')]")]
    notes = [_text(cell) for cell in made.xpath("./tfoot//td")]
    table = data_table(". ".join(filter(None, titles)) or listing(head), head, rows)
    return table + (paragraph(" ".join(notes)) if notes else None)


def _headings(rows: list[Any]) -> list[str]:
    """Return the heading of each column, preceded by the headings that span it."""
    found: dict[tuple[int, int], str] = {}
    for top, row in enumerate(rows):
        left = 0
        for cell in row:
            while (top, left) in found:
                left += 1
            for down in range(int(cell.get("rowspan", 1))):
                for across in range(int(cell.get("colspan", 1))):
                    # A heading that spans two rows is written in the first.
                    found[top + down, left + across] = "" if down else _text(cell)
    columns = range(1 + max((column for _, column in found), default=-1))
    named = [", ".join(filter(None, (found.get((top, column), "") for top in range(len(rows))))) for column in columns]
    return [name or "Row" for name in named]


def _text(cell: Any) -> str:
    return " ".join(cell.text_content().split())
