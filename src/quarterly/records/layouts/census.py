"""The Department for Education's XML: each repeated element becomes a row of a sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults
from quarterly.ingest.grid import refuse
from quarterly.records.layouts.files import Sheet, without_spaces
from quarterly.records.layouts.values import as_day

Row = dict[str, str]


def parsed(name: str, content: bytes) -> Any:
    """Return the root element of a file.

    Raises
    ------
    DataFaults
        It is not XML, or it declares entities.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse
    from lxml import etree

    try:
        # Entities can only be declared before the first element.
        next(iter(iterparse(io.BytesIO(content), events=("start",), forbid_dtd=True)), None)
    except DefusedXmlException:
        raise DataFaults([refuse(name, "a declaration of entities", "Use the file as it was sent.")]) from None
    except (ParseError, LookupError, ValueError):
        raise DataFaults([refuse(name, "invalid XML on line 1", "Use the file as it was sent.")]) from None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        # The parser's message may repeat the file's content.
        wanted = "Use the file as it was sent, or export it again."
        raise DataFaults([refuse(name, f"invalid XML on line {error.lineno}", wanted)]) from None


def tag(element: Any) -> str:
    """Return an element's name in lower case, without its namespace."""
    return str(element.tag).rpartition("}")[2].lower()


def texts(element: Any) -> Row:
    """Return the text of each child without children, by name; the first if a name is repeated."""
    found: Row = {}
    for child in element:
        if len(child) == 0 and child.text and child.text.strip():
            found.setdefault(tag(child), child.text.strip())
    return found


def named(element: Any, *names: str) -> Iterator[Any]:
    """Iterate over the elements at any depth that have one of the names."""
    return (child for child in element.iter("{*}*") if tag(child) in names)


def sheet(place: str, name: str, rows: list[tuple[int, Row]]) -> Sheet:
    """Return rows, each given with its line in the file, as a sheet.

    Rows are numbered by their order if some begin on the same line, as in a file without line breaks.
    """
    lines = pd.Index([line for line, _ in rows])
    numbers = lines if lines.is_unique else pd.RangeIndex(1, len(rows) + 1)
    frame = pd.DataFrame([row for _, row in rows], index=numbers, dtype="str")
    heads = pd.DataFrame([list(frame.columns)], columns=frame.columns, index=[0])
    return Sheet(place, name, pd.concat([heads, frame]))


def reference_day(root: Any) -> date | None:
    """Return the reference day in the header; None if it is missing or invalid."""
    said = next((without_spaces(each.text or "") for each in named(root, "referencedate")), None)
    day = as_day(said or "")
    return date.fromisoformat(day) if len(day) == 10 else None
