"""Tables of great_tables as tables for readers: its words and its formats, in the table that pages have."""

from __future__ import annotations

from typing import Any

from lxml import html

from quarterly.core.output_errors import OutputNotPublishable
from quarterly.core.terms import NOT_AVAILABLE, listing
from quarterly.display.html import Html, data_table, paragraph
from quarterly.display.units import Units

_NOTHING = ("None", "nan", "NaN", "<NA>", "NaT")


def is_great_table(shown: Any) -> bool:
    """Whether an object is a table of great_tables, which need not be installed."""
    return type(shown).__module__.startswith("great_tables.") and hasattr(shown, "as_raw_html")


def great_table(shown: Any, units: Units) -> Html:
    """Make a table of the HTML that great_tables writes; colours are left out, and groups lead the names of their rows.

    Raises
    ------
    OutputNotPublishable
        Cells hold pictures.
    """
    table = html.fromstring(shown.as_raw_html()).find(".//table")
    if table.xpath(".//svg | .//img"):
        raise OutputNotPublishable("The table has pictures in its cells", "Draw them with Altair, beside the table")
    head = [units.heading(name) for name in _headings(table.xpath("./thead/tr[contains(@class, 'gt_col_headings')]"))]
    rows, group = [], ""
    for row in table.xpath("./tbody/tr"):
        if "gt_group_heading_row" in row.get("class", ""):
            group = f"{_text(row)}: "
        else:
            first, *others = (NOT_AVAILABLE if _text(cell) in _NOTHING else _text(cell) for cell in row)
            rows.append([f"{group}{first}", *others])
    titles = [_text(cell).rstrip(".") for cell in table.xpath(".//td[contains(@class, 'gt_heading')]")]
    notes = [_text(cell) for cell in table.xpath("./tfoot//td")]
    made = data_table(". ".join(filter(None, titles)) or listing(head), head, rows)
    return made + paragraph(" ".join(notes)) if notes else made


def _headings(rows: list[Any]) -> list[str]:
    """Read the heading of each column, with those that span it before it."""
    found: dict[tuple[int, int], str] = {}
    for top, row in enumerate(rows):
        left = 0
        for cell in row:
            while (top, left) in found:
                left += 1
            for down in range(int(cell.get("rowspan", 1))):
                for across in range(int(cell.get("colspan", 1))):
                    # A heading over two rows is named in the first of them.
                    found[top + down, left + across] = "" if down else _text(cell)
    columns = range(1 + max((column for _, column in found), default=-1))
    named = [", ".join(filter(None, (found.get((top, column), "") for top in range(len(rows))))) for column in columns]
    return [name or "Row" for name in named]


def _text(cell: Any) -> str:
    return " ".join(cell.text_content().split())
