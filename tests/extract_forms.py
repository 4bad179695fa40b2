"""Ways of writing figures in extracts, each with the correct reading or the expected message.

    uv run python tests/extract_forms.py FOLDER

writes a small workbook or CSV file for each, to try by hand.
"""

from __future__ import annotations

import io
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from extracts import Q4, Rows, workbook

from quarterly.core.quarters import Quarter
from quarterly.ingest.options import Options

AGENCY, CASELOAD, SUPERVISIONS = (
    "Number of agency workers",
    "Average caseload of allocated Social Workers",
    "Percentage of case supervisions in time",
)
A, C, S = "agency-workers", "average-caseload", "case-supervisions-in-time"
Said = Mapping[str, float | str]


@dataclass(frozen=True)
class Form:
    """A form of an extract.

    Parameters
    ----------
    name : str
        What is special about the form.
    content : str, bytes or mapping
        A CSV file, a workbook, or the rows of each of its sheets.
    figures : mapping
        The figures of the requested quarter.
    message : str
        Text of the fault, if the form is refused.
    remarks, doubts : tuple of str
        The expected remarks and doubts.
    asked : Quarter or None
        The quarter that is imported; None for the first extract of a new basket.
    options : Options
        The analyst's options.
    formats : dict
        Number formats, by sheet and cell.
    targets : mapping
        The targets, if relevant: a number, a band, a direction or a status.
    published : mapping
        The published RAG and direction of travel of the quarter, if relevant.
    about : mapping
        For a first extract, an indicator's unit and polarity.
    suffix : str
        The file's extension.
    """

    name: str
    content: str | bytes | Mapping[str, Rows]
    figures: Said = field(default_factory=dict)
    message: str = ""
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    asked: Quarter | None = Q4
    options: Options = field(default_factory=Options)
    formats: Mapping[tuple[str, str], str] = field(default_factory=dict)
    targets: Said = field(default_factory=dict)
    published: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    about: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    suffix: str = ""

    @property
    def file(self) -> bytes:
        """Return the file."""
        if isinstance(self.content, str):
            return self.content.encode()
        return self.content if isinstance(self.content, bytes) else workbook(self.content, dict(self.formats))

    @property
    def file_name(self) -> str:
        """Return the file's name."""
        suffix = self.suffix or (".csv" if isinstance(self.content, str) else ".xlsx")
        return "-".join("".join(letter if letter.isalnum() else " " for letter in self.name).split()) + suffix


def drawn(draw: Callable[[Any, Any], None]) -> bytes:
    """Make a workbook with one sheet, KPIs, as Excel writes it."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True})
    draw(book, book.add_worksheet("KPIs"))
    book.close()
    return packed.getvalue()


def superscript(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Indicator", "Q4 2023/24"])
    sheet.write(1, 0, AGENCY)
    sheet.write_rich_string(1, 1, "67", book.add_format({"font_script": 1}), "1")


def superscript_month(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Indicator", "Jan-24", "Feb-24", "Mar-24"])
    sheet.write_row(1, 0, [AGENCY, 5, 6])
    sheet.write_rich_string(1, 3, "7", book.add_format({"font_script": 1}), "1")


def not_worked_out(_: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Indicator", "Q4 2023/24"])
    sheet.write_row(1, 0, [AGENCY, "=9+9"])


def saved_by_excel(asks: bytes) -> bytes:
    """Make the workbook of `not_worked_out` as saved by a program that calculates formulas; the result is 0."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(drawn(not_worked_out))) as made, zipfile.ZipFile(packed, "w") as kept:
        for name in made.namelist():
            kept.writestr(name, re.sub(rb"<calcPr[^>]*/>", asks, made.read(name)))
    return packed.getvalue()


def commented(_: Any, sheet: Any) -> None:
    for row, cells in enumerate([["Indicator", "Q4 2023/24"], [AGENCY, 18]]):
        sheet.write_row(row, 0, cells)
    sheet.write_comment("B2", "Do not use before May")


def coloured(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Indicator", "Q4 2023/24"], book.add_format({"bg_color": "#DDEBF7"}))
    sheet.write(1, 0, AGENCY, book.add_format({"bg_color": "#FF0000"}))
    sheet.write(1, 1, 18, book.add_format({"bg_color": "#FFC7CE"}))


def hidden_row(_: Any, sheet: Any) -> None:
    for row, cells in enumerate([["Indicator", "Q4 2023/24"], [AGENCY, 18], [CASELOAD, 99]]):
        sheet.write_row(row, 0, cells)
    sheet.set_row(2, None, None, {"hidden": True})


def hidden_column(_: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Indicator", "Q3 2023/24", "Q4 2023/24"])
    sheet.write_row(1, 0, [AGENCY, 99, 18])
    sheet.set_column(1, 1, None, None, {"hidden": True})


def struck_out(book: Any, sheet: Any) -> None:
    line = book.add_format({"font_strikeout": True})
    sheet.write_row(0, 0, ["Indicator", "Q4 2023/24"])
    sheet.write(1, 0, AGENCY)
    sheet.write(1, 1, 18, line)
    sheet.write(2, 0, CASELOAD)
    sheet.write_rich_string(2, 1, line, "1", "4.2")


def merged(_: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Indicator", "Q3 2023/24", "Q4 2023/24"])
    sheet.write(1, 0, AGENCY)
    sheet.merge_range("B2:C2", 19)


def merged_targets(_: Any, sheet: Any) -> None:
    for row, cells in enumerate([["Indicator", "Unit", "Target", "Q2 2024/25"], ["In time"], ["Seen"]]):
        sheet.write_row(row, 0, cells)
    sheet.merge_range("B2:B3", "%")
    sheet.merge_range("C2:C3", 90)
    sheet.write_column("D2", [80, 81])


def blank_result(_: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Indicator", "Q3 2023/24", "Q4 2023/24"])
    sheet.write_row(1, 0, [AGENCY, 17])
    sheet.write_formula(1, 2, '=IF(1=1,"",1)', None, "")
    sheet.write_row(2, 0, [CASELOAD, 14, 15])


def as_text(content: bytes, cell: str) -> bytes:
    """Mark the result of a cell's formula as text, as Excel does when it is blank."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            target.writestr(
                name, source.read(name).replace(f'<c r="{cell}">'.encode(), f'<c r="{cell}" t="str">'.encode())
            )
    return packed.getvalue()


def open_document(rows: Rows, hidden: int = -1) -> bytes:
    """Make an .ods file with one sheet, KPIs; a pair is a number and what is shown, and one row may be hidden.

    A cell may be XML, with the styles ``raised`` and ``struck``.
    """

    def written(cell: Any) -> str:
        if str(cell).startswith("<table:"):
            return str(cell)
        value, shown = cell if isinstance(cell, tuple) else (cell, str(cell))
        kind = "string" if isinstance(value, str) else "percentage" if shown.endswith("%") else "float"
        about = f'office:value-type="{kind}" office:value="{value}"'
        return f"<table:table-cell {about}><text:p>{escape(shown)}</text:p></table:table-cell>"

    cells = ["".join(map(written, row)) for row in rows]
    unseen = ' table:visibility="filter"'
    body = "".join(
        f"<table:table-row{unseen if place == hidden else ''}>{row}</table:table-row>"
        for place, row in enumerate(cells)
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties {about}/></style:style>'
        for name, about in (
            ("raised", 'style:text-position="33% 58%"'),
            ("struck", 'style:text-line-through-style="solid"'),
        )
    )
    table = f'<table:table table:name="KPIs">{body}</table:table>'
    content = f"<office:spreadsheet>{table}</office:spreadsheet>"
    styles = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        document = (
            f"<office:document-content {spaces}>{styles}<office:body>{content}</office:body></office:document-content>"
        )
        target.writestr("content.xml", document)
        manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        target.writestr("META-INF/manifest.xml", f"<manifest:manifest {manifest}/>")
    return packed.getvalue()


ODS_SPAN = '<text:p>{}<text:span text:style-name="{}">{}</text:span>{}</text:p>'
ODS_STRUCK = (
    '<table:table-cell table:style-name="struck" office:value-type="float" office:value="70">'
    "<office:annotation><text:p>Do not use</text:p></office:annotation><text:p>70</text:p></table:table-cell>"
)


def binary(rows: Rows) -> bytes:
    """Make an .xlsb file with one sheet, KPIs, of its binary records."""
    sheet = [_record(0x81), _record(0x94, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1)), _record(0x91)]
    for row, cells in enumerate(rows):
        sheet.append(_record(0x00, struct.pack("<I", row) + bytes(13)))
        for column, cell in enumerate(cells):
            kind, value = (0x06, _text(cell)) if isinstance(cell, str) else (0x05, struct.pack("<d", cell))
            sheet.append(_record(kind, struct.pack("<II", column, 0) + value))
    named = struct.pack("<II", 0, 1) + _text("rId1") + _text("KPIs")
    book = [(0x83, b""), (0x8F, b""), (0x9C, named), (0x90, b""), (0x9D, bytes(26)), (0x84, b"")]
    package, office = (f"http://schemas.openxmlformats.org/{one}/2006" for one in ("package", "officeDocument"))

    def related(kind: str, target: str) -> str:
        one = f'<Relationship Id="rId1" Type="{office}/relationships/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{one}</Relationships>'

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        described = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"  # so it has no macros either
        types = f'<Default Extension="bin" ContentType="{described}"/>'
        target.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types">{types}</Types>')
        target.writestr("_rels/.rels", related("officeDocument", "xl/workbook.bin"))
        target.writestr("xl/_rels/workbook.bin.rels", related("worksheet", "worksheets/sheet1.bin"))
        target.writestr("xl/workbook.bin", b"".join(_record(*one) for one in book))
        target.writestr("xl/worksheets/sheet1.bin", b"".join([*sheet, _record(0x92), _record(0x82)]))
    return packed.getvalue()


def _record(kind: int, body: bytes = b"") -> bytes:
    """Make a record; its kind and length are encoded in seven bits a byte."""
    number = [kind] if kind < 0x80 else [kind & 0x7F | 0x80, kind >> 7]
    assert len(body) < 0x4000
    length = [len(body)] if len(body) < 0x80 else [len(body) & 0x7F | 0x80, len(body) >> 7]
    return bytes([*number, *length]) + body


def _text(text: Any) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def wide(*rows: list[Any], head: tuple[Any, ...] = ("Indicator", "Q4 2023/24")) -> dict[str, Rows]:
    return {"KPIs": [list(head), *rows]}


def headed(*heads: Any, cells: tuple[Any, ...]) -> dict[str, Rows]:
    return {"KPIs": [["Indicator", *heads], [AGENCY, *cells]]}


TIDY = "Indicator,Quarter,Value\n"
#: Forms whose figures used to be imported wrongly without a message.
WRONG = (
    Form(
        "a year column beside the quarter",
        f"Indicator,Year,Quarter,Value\n{AGENCY},2022-23,Q4,99\n{AGENCY},2023-24,Q4,18\n",
        {A: 18},
    ),
    Form(
        "a title that another sheet name contradicts",
        {"Q3 2023-24": [["Quarter 4 2023/24"], ["Indicator", "Actual"], [AGENCY, 18]]},
        message="Quarter 4 2023/24. Remove the one that is wrong. (Sheet Q3 2023-24)",
    ),
    Form(
        "a year column that has another year",
        f"Indicator,Year,Quarter,Value\n{AGENCY},2022-23,Q4,99\n",
        message="figures for 2022-23-Q4",
    ),
    Form(
        "a year column beside columns of quarters",
        f"Indicator,Year,Q3,Q4\n{AGENCY},2022-23,97,98\n{AGENCY},2023-24,17,18\n",
        {A: 18},
    ),
    Form(
        "a calendar year beside the quarter",
        f"Indicator,Year,Quarter,Value\n{AGENCY},2023,4,18\n",
        message="Write the quarter",
    ),
    Form("a calendar year in the heading", headed("2023 Q4", cells=(18,)), {A: 18}, doubts=("period",)),
    Form(
        "months as dates",
        headed(date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), cells=(5, 6, 7)),
        message="These are months, not quarters",
        formats={("KPIs", f"{letter}1"): "mmm-yy" for letter in "BCD"},
    ),
    Form("months as text", headed("Jan-24", "Feb-24", "Mar-24", cells=(5, 6, 7)), message="--months sum"),
    Form(
        "the first month of a quarter alone",
        headed(date(2024, 1, 1), cells=(5,)),
        message="These are months, not quarters",
        formats={("KPIs", "B1"): "mmm-yy"},
    ),
    Form(
        "months that are added up",
        headed("Jan-24", "Feb-24", "Mar-24", cells=(5, 6, 7)),
        {A: 18},
        options=Options(months={"": "sum"}),
    ),
    Form(
        "months of which the last counts",
        headed("Jan-24", "Feb-24", "Mar-24", cells=(5, 6, 7)),
        {A: 7},
        options=Options(months={A: "last"}),
    ),
    Form(
        "months of which one has a superscript",
        drawn(superscript_month),
        {A: 18},
        doubts=("shown",),
        options=Options(months={"": "sum"}),
    ),
    Form(
        "months in another unit than the indicator",
        f"Indicator,Jan-24,Feb-24,Mar-24\n{SUPERVISIONS},5 weeks,6 weeks,7 weeks\n",
        message="this is in weeks",
        options=Options(months={"": "mean"}),
    ),
    Form(
        "a month that appears twice with different figures",
        f"Indicator,Jan-24,Feb-24,Mar-24\n{AGENCY},5,6,7\n{AGENCY},5,6,8\n",
        message="7 and 8 for March 2024",
        options=Options(months={"": "sum"}),
    ),
    Form(
        "a month that appears twice with parts to be added up",
        f"Indicator,Jan-24,Feb-24,Mar-24\n{AGENCY},5,6,7\n{AGENCY},1,1,2\n",
        {A: 22},
        options=Options(months={"": "sum"}, add={"": True}),
    ),
    Form(
        "months with a hole",
        headed("Jan-24", "Feb-24", "Mar-24", cells=(5, None, 7)),
        message="2 of 3 months",
        options=Options(months={"": "sum"}),
    ),
    Form(
        "months as the ends of months",
        headed("31/01/2024", "29/02/2024", "31/03/2024", cells=(5, 6, 7)),
        message="These are months, not quarters",
    ),
    Form(
        "months beside their quarter",
        headed("Jan-24", "Feb-24", "Mar-24", "Q4 2023/24", cells=(5, 6, 7, 18)),
        {A: 18},
        remarks=("Column not read: Jan-24 (B",),
    ),
    Form(
        "months in rows",
        f"{TIDY}{AGENCY},Jan-24,5\n{AGENCY},Feb-24,6\n{AGENCY},Mar-24,7\n",
        {A: 18},
        options=Options(months={"": "sum"}),
    ),
    Form("months in rows that nobody explains", f"{TIDY}{AGENCY},Jan-24,5\n", message="These are months, not quarters"),
    Form(
        "a target for each quarter",
        headed("Q3 Target", "Q4 Target", "Q3 2023/24", "Q4 2023/24", cells=(9, 10, 17, 18)),
        {A: 18},
        targets={A: 10},
    ),
    Form(
        "targets of two years",
        headed("Target 2022/23", "Target 2023/24", "Q4 2023/24", cells=(20, 11, 18)),
        {A: 18},
        targets={A: 11},
        remarks=("Target of another quarter, not imported: agency-workers, 2022-23-Q1",),
    ),
    Form(
        "a sheet that names another quarter",
        {"Q3 2023-24": [["Indicator", "Actual"], [AGENCY, 18]]},
        message="There are no figures for 2023-24-Q4",
    ),
    Form(
        "a sheet that names another quarter without its year",
        {"Q2": [["Indicator", "Actual"], [AGENCY, 18]]},
        message="figures for 2023-24-Q2",
    ),
    Form(
        "a sheet for each quarter",
        {
            "Q3 2023-24": [["Indicator", "Actual"], [AGENCY, 17]],
            "Q4 2023-24": [["Indicator", "Actual"], [AGENCY, 18]],
        },
        {A: 18},
    ),
    Form(
        "a title that names another quarter",
        {"KPIs": [["Performance, Quarter 3 2023/24"], [], ["Indicator", "Actual"], [AGENCY, 18]]},
        message="says Performance, Quarter 3 2023/24",
    ),
    Form(
        "a title that names another quarter than its columns",
        {"KPIs": [["Performance, Quarter 3 2023/24"], [], ["Indicator", "Q4 2023/24"], [AGENCY, 18]]},
        {A: 18},
        doubts=("period",),
    ),
    Form(
        "a title and a sheet that contradict each other",
        {"Q3": [["Performance, Quarter 4 2023/24"], [], ["Indicator", "Actual"], [AGENCY, 18]]},
        message="Remove the one that is wrong",
    ),
    *(
        Form(
            f"a target written {text}",
            wide([SUPERVISIONS, "70%", text], head=("Indicator", "Q4 2023/24", "Target")),
            {S: 70},
            targets={S: value},
        )
        for text, value in (
            ("90% or above", 90),
            (">=90%", 90),
            ("At least 90", 90),
            ("90%+", 90),
            ("Maximise", "increasing"),
            ("↑", "increasing"),
            ("▲", "increasing"),
            ("Monitor", "data only"),
            ("Neutral", "z"),
            ("TBC", "x"),
            ("85-92%", "85 to 92"),
        )
    ),
    *(
        Form(
            f"a target of a low figure written {text}",
            wide([AGENCY, 18, text], head=("Indicator", "Q4 2023/24", "Target")),
            {A: 18},
            targets={A: value},
        )
        for text, value in (("<5", 5), ("Less than 60", 60), ("10 or below", 10), ("No more than 12", 12))
    ),
    Form(
        "a target that contradicts the polarity",
        wide([AGENCY, 18, "at least 30"], head=("Indicator", "Q4 2023/24", "Target")),
        message="This target means that higher is better",
    ),
    Form(
        "a polarity that contradicts the basket",
        wide([AGENCY, 18, "Higher is better"], head=("Indicator", "Q4 2023/24", "Polarity")),
        {A: 18},
        doubts=("polarity",),
    ),
    Form(
        "a unit that contradicts the basket",
        wide([AGENCY, 18, "%"], head=("Indicator", "Q4 2023/24", "Unit")),
        {A: 18},
        doubts=("unit",),
    ),
    Form(
        "columns that are not used",
        headed("Owner", "Q4 2023/24", "Status", "2014-15", "What we did", cells=("AB", 18, "Red", 30, "Hired")),
        {A: 18},
        remarks=(
            "Column not read: Owner (B",
            "Column not read: 2014-15 (E",
            "not read: What we did (F",
        ),
        published={A: ("RED", "")},
    ),
    Form(
        "a provisional column",
        headed("Q4 2023/24 (provisional)", cells=(18,)),
        {A: 18},
        remarks=("A heading says provisional",),
    ),
    Form(
        "a percentage as a fraction without a format",
        wide([SUPERVISIONS, 0.7]),
        {S: 1},
        doubts=("decimals", "fraction"),
    ),
    Form("a time", wide([CASELOAD, 0.0026]), message="Excel stores a time", formats={("KPIs", "B2"): "h:mm:ss"}),
    Form("a length of time", wide([CASELOAD, 1.5]), message="Excel stores a time", formats={("KPIs", "B2"): "[h]:mm"}),
    Form(
        "a superscript",
        drawn(superscript),
        {A: 67},
        doubts=("shown",),
        remarks=("Superscripts or words struck out: B2",),
    ),
    Form("figures struck out, in whole and in part", drawn(struck_out), {A: 18, C: 4.2}, doubts=("shown",)),
    *(
        Form(
            f"a number of which Excel shows another thing: {form}",
            wide([AGENCY, number]),
            {A: number},
            doubts=("shown",),
            formats={("KPIs", "B2"): form},
        )
        for number, form in ((3, '[<5]"c";0'), (18, ";;;"), (18, '"<5"'), (0, "0;-0;;@"), (18, '0"*"'))
    ),
    Form(
        "a dash that is shown for nil",
        wide([AGENCY, 0]),
        {A: 0},
        formats={("KPIs", "B2"): '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-'},
    ),
    Form(
        "parts in the row of the headings, under their quarter",
        {
            "KPIs": [
                [None, None, "Q4 2023/24"],
                ["Indicator", "Unit", "Male", "Female", "Total"],
                [AGENCY, "", 8, 10, 18],
            ]
        },
        {A: 18},
        remarks=("Column not read: Q4 2023/24 Male (C", "Column not read: Female (D"),
    ),
    Form(
        "another authority over its quarters",
        {"KPIs": [[None, None, "Elsewhere"], ["Indicator", "Unit", "Q3 2023/24", "Q4 2023/24"], [AGENCY, "", 17, 18]]},
        {A: 18},
        doubts=("heading",),
    ),
    Form(
        "a comparator over its quarters",
        {"KPIs": [[None, None, "England"], ["Indicator", "Unit", "Q3 2023/24", "Q4 2023/24"], [AGENCY, "", 17, 18]]},
        message="The figures below it are of other authorities",
    ),
    Form(
        "a second block whose heading has other quarters and no word over the names",
        {"KPIs": [["Indicator", "Q3", "Q4"], [AGENCY, 17, 18], [None, "Q4", "Q3"], [CASELOAD, 15, 14]]},
        message="This row names quarters",
    ),
    Form(
        "a second block under a title with another year",
        {"KPIs": [["Indicator", "Q3", "Q4"], [AGENCY, 17, 18], ["Caseloads 2022/23"], [CASELOAD, 15, 14]]},
        {A: 18, C: 14},
        doubts=("period",),
    ),
    Form(
        "tables side by side",
        {"KPIs": [["Indicator", "Q4 2023/24", None, "Measure", "Q3 2023/24"], [AGENCY, 18, None, CASELOAD, 14]]},
        message="Two tables are side by side",
    ),
    Form(
        "targets and figures under one heading each",
        {
            "KPIs": [
                [None, "Target", None, "Actual"],
                ["Indicator", "Q3 23/24", "Q4 23/24", "Q3 23/24", "Q4 23/24"],
                [AGENCY, 9, 10, 17, 18],
            ]
        },
        message="Write in each heading what the column is",
    ),
    Form(
        "a number that Excel shows in thousands",
        wide([AGENCY, 18_000]),
        {A: 18_000},
        doubts=("shown",),
        formats={("KPIs", "B2"): "#,##0,"},
    ),
    Form(
        "a percentage sign that the format writes",
        wide([AGENCY, 18]),
        message="without a % sign",
        formats={("KPIs", "B2"): '0"%"'},
    ),
    Form("a formula that a program wrote with 0", drawn(not_worked_out), message="a formula without a result (=9+9)"),
    Form("a formula that comes to 0", saved_by_excel(b'<calcPr calcId="191029"/>'), {A: 0}),
    Form("a formula that comes to 0 and nothing about formulas", saved_by_excel(b""), {A: 0}),
    Form(
        "a note with a day under a table",
        {
            "KPIs": [
                ["Indicator", "Q3 23/24", "Q4 23/24"],
                [AGENCY, 17, 18],
                ["Notes", "At 31/03/2024"],
                ["Of all teams"],
            ]
        },
        {A: 18},
        remarks=("Row without figures, not read: Notes At 31/03/2024",),
    ),
    Form("a comment on a cell", drawn(commented), {A: 18}, remarks=("Hidden, not read: comment on B2",)),
    Form("figures on colours", drawn(coloured), {A: 18}, remarks=("Colours, not read: B2 (extract.xlsx, sheet KPIs)",)),
    Form("a hidden row", drawn(hidden_row), {A: 18}, remarks=("Hidden, not read: row 3",)),
    Form("a hidden column", drawn(hidden_column), {A: 18}, remarks=("Hidden, not read: column B",)),
    Form(
        "rows of another council",
        f"Local authority,Indicator,Q4\nElsewhere,{AGENCY},99\nNorth Somerset,{AGENCY},18\n",
        {A: 18},
        remarks=("Rows of a part, not read: Local authority = Elsewhere (1)",),
    ),
    Form(
        "another council alone",
        f"Local authority,Indicator,Q4\nElsewhere,{AGENCY},99\n",
        message='--where "Local authority=Elsewhere"',
    ),
    Form(
        "rows of boys, girls and all",
        f"Indicator,Sex,Q4\n{AGENCY},Male,7\n{AGENCY},Female,11\n{AGENCY},All,18\n",
        {A: 18},
    ),
    Form(
        "rows of teams and their total",
        f"Indicator,Team,Q4\n{AGENCY},North,7\n{AGENCY},South,11\n{AGENCY},Total,18\n{CASELOAD},All,15\n",
        {A: 18, C: 15},
        remarks=("Rows of a part, not read: Team = North (1)",),
    ),
    Form(
        "rows of teams, of which one has no total",
        f"Indicator,Team,Q4\n{AGENCY},North,7\n{AGENCY},Total,18\n{CASELOAD},North,15\n",
        message='--where "Team=North"',
    ),
    Form(
        "rows of boys and girls",
        f"Indicator,Sex,Q4\n{AGENCY},Male,7\n{AGENCY},Female,11\n",
        message="none is known to be the whole",
    ),
    Form(
        "rows of boys, of whom the analyst says",
        f"Indicator,Sex,Q4\n{AGENCY},Male,7\n{AGENCY},Female,11\n",
        {A: 7},
        options=Options(where={"Sex": "Male"}),
    ),
    Form("a type that splits an indicator", f"Indicator,Type,Q4\n{AGENCY},Total,18\n{AGENCY},Qualified,11\n", {A: 18}),
    Form(
        "a type that splits nothing",
        f"Indicator,Type,Q4\n{AGENCY},Local,18\n",
        {A: 18},
        remarks=("Column not read: Type",),
    ),
    Form("a decimal that the indicator does not have", wide([SUPERVISIONS, "70.4%"]), {S: 70}, doubts=("decimals",)),
    Form(
        "counts that are to be added up",
        f"Indicator,Q4\n{AGENCY},7\n{AGENCY},11\n",
        {A: 18},
        options=Options(add={"": True}),
    ),
)

#: Ordinary forms.
ORDINARY = (
    *(
        Form(f"the heading {heading}", headed(heading, cells=(18,)), {A: 18})
        for heading in (
            "Q4 2023/24 (Jan 24 - Mar 24)",
            "4th Quarter 2023/24",
            "Q4 2023\u201124",
            "31/03/2024",
            "31.03.24",
            "Quarter ending 31 March 2024",
            "As at 31/03/2024",
            "Jan-Mar 2024",
            "01/01/2024 - 31/03/2024",
            "FY23/24 Q4",
            "Q4 FY2023-24",
        )
    ),
    Form(
        "a date as the heading",
        headed(datetime(2024, 3, 31), cells=(18,)),  # noqa: DTZ001 - as Excel has it
        {A: 18},
        formats={("KPIs", "B1"): "dd/mm/yyyy"},
    ),
    Form("a blank result of a formula", as_text(drawn(blank_result), "C2"), {A: "", C: 15}),
    Form(
        "a percentage that Excel worked out",
        wide([SUPERVISIONS, 2 / 3]),
        {S: 67},
        doubts=("decimals",),
        formats={("KPIs", "B2"): "0%"},
    ),
    Form("tab-separated", f"Indicator\tQ4 2023/24\n{AGENCY}\t18\n", {A: 18}, suffix=".tsv"),
    Form(
        "an OpenDocument file",
        open_document([["Indicator", "Q4 2023/24"], [AGENCY, 18], [SUPERVISIONS, "70%"]]),
        {A: 18, S: 70},
        suffix=".ods",
    ),
    Form(
        "an OpenDocument file with a percentage and a row that a filter hides",
        open_document([["Indicator", "Q4 2023/24"], [AGENCY, 99], [SUPERVISIONS, (0.7, "70%")]], hidden=1),
        {S: 70},
        remarks=("Hidden, not read: row 2",),
        suffix=".ods",
    ),
    Form(
        "an OpenDocument file that shows something other than the number",
        open_document([["Indicator", "Q4 2023/24"], [AGENCY, (3, "<5")], [CASELOAD, (15.25, "15.3")]]),
        {A: 3, C: 15.3},
        doubts=("shown", "decimals"),
        suffix=".ods",
    ),
    Form(
        "an OpenDocument file with a superscript, a word and a figure struck out, and a comment",
        open_document(
            [
                ["Indicator", "Q4 2023/24"],
                [AGENCY, f"<table:table-cell>{ODS_SPAN.format('18', 'raised', '1', '')}</table:table-cell>"],
                [CASELOAD, f"<table:table-cell>{ODS_SPAN.format('', 'struck', '1', '4.2')}</table:table-cell>"],
                [SUPERVISIONS, ODS_STRUCK],
            ]
        ),
        {A: 18, C: 4.2, S: 70},
        doubts=("shown",),
        remarks=("Superscripts or words struck out: B2, B3, B4", "Hidden, not read: comment on B4"),
        suffix=".ods",
    ),
    Form(
        "an OpenDocument file with a figure that is merged over two quarters",
        open_document(
            [
                ["Indicator", "Q3 2023/24", "Q4 2023/24"],
                [AGENCY, '<table:table-cell table:number-columns-spanned="2"><text:p>19</text:p></table:table-cell>'],
                [CASELOAD, 14, 15],
            ]
        ),
        {A: "", C: 15},
        doubts=("shown",),
        suffix=".ods",
    ),
    Form(
        "an OpenDocument file with an error",
        open_document([["Indicator", "Q4 2023/24"], [AGENCY, "#DIV/0!"]]),
        message="could not work this out",
        suffix=".ods",
    ),
    Form(
        "a binary workbook",
        binary([["Indicator", "Q4 2023/24"], [AGENCY, 18.0], [SUPERVISIONS, "70%"]]),
        {A: 18, S: 70},
        remarks=("In this kind of workbook hidden rows and columns were read",),
        suffix=".xlsb",
    ),
    Form("lines of commas", f"Indicator,Q4 2023/24\n,\n{AGENCY},18\n,\n", {A: 18}),
    Form(
        "a code in a column of its own",
        f"Ref,Indicator,Q4\n7,{AGENCY},18\n",
        {A: 18},
        remarks=("Column not read: Ref",),
    ),
    Form(
        "years in one number, as the DfE writes them",
        f"Indicator,time_period,Quarter,Value\n{AGENCY},202324,Q4,18\n",
        {A: 18},
    ),
    Form(
        "two tables, one for each quarter",
        {
            "KPIs": [
                ["Quarter 3 2023/24"],
                ["Indicator", "Actual"],
                [AGENCY, 17],
                [],
                ["Quarter 4 2023/24"],
                ["Indicator", "Actual"],
                [AGENCY, 18],
            ]
        },
        {A: 18},
    ),
)


def first(name: str, content: Any, figures: Said, **more: Any) -> Form:
    """Describe the first extract of a new basket."""
    return Form(name, content, figures, asked=None, **more)


def turned(name: str, *rows: list[Any], **more: Any) -> Form:
    """Describe an extract with a quarter in each row."""
    return Form(f"turned round: {name}", {"KPIs": list(rows)}, **more)


HEAD = ["Indicator", "Unit", "Good is", "Target", "Q1 2024/25", "Q2 2024/25"]
UNITS = {
    "£": "pounds",
    "days": "days",
    "Hours": "hours",
    "weeks": "weeks",
    "Score": "score",
    "Ratio": "ratio",
    "Percentage (%)": "percentage",
    "Rate per 10,000": "rate",
    "per 1,000 residents": "rate",
    "#": "number",
}
FIRST = (
    first(
        "first: a plain table",
        {"Care": [HEAD, ["Visits", "No.", "High", 10, 8, 9]]},
        {"visits": 9},
        about={"visits": ("number", "higher")},
    ),
    first(
        "first: units",
        {"Care": [HEAD, *([f"Visits {place}", unit, "", "", 8, 9] for place, unit in enumerate(UNITS, start=1))]},
        {f"visits-{place}": 9 for place in range(1, len(UNITS) + 1)},
        about={f"visits-{place}": (known, "") for place, known in enumerate(UNITS.values(), start=1)},
    ),
    first("first: an unknown unit", {"Care": [HEAD, ["Visits", "stones", "", "", 8, 9]]}, {}, message="pounds, days"),
    first(
        "first: a negative figure",
        {"Care": [HEAD, ["Change", "number", "", "", -8, 9]]},
        {"change": 9},
        doubts=("beyond",),
    ),
    first(
        "first: activity over plan",
        {"Care": [HEAD, ["Plan", "%", "", "", 104, 120]]},
        {"plan": 120},
        doubts=("beyond",),
    ),
    first(
        "first: a large sum",
        {"Care": [HEAD, ["Spend", "£", "", "", 2_500_000_000, 3_100_000_000]]},
        {"spend": 3_100_000_000},
    ),
    first(
        "first: sections",
        {"KPIs": [HEAD, ["Early help"], ["Visits", "", "", "", 8, 9], ["Care"], ["Moves", "", "", "", 3, 2]]},
        {"visits": 9, "moves": 2},
    ),
    first(
        "first: headings of two rows",
        {"KPIs": [[None, None, "2024/25", None], ["Indicator", "Unit", "Q1", "Q2"], ["Visits", "", 8, 9]]},
        {"visits": 9},
    ),
    first("first: one figure a row", "Measure,Period,Value\nVisits,Q1 2024/25,8\nVisits,Q2 2024/25,9\n", {"visits": 9}),
    first(
        "first: a reference is the id", {"KPIs": [["Ref", *HEAD], ["EH 1", "Visits", "", "", "", 8, 9]]}, {"eh-1": 9}
    ),
    first(
        "first: a number is no id",
        {"KPIs": [["No.", "Ref", "Indicator", "Q1 2024/25"], ["a", 7, "Visits", 8]]},
        {"visits": 8},
        remarks=("Column not read: No. (A", "Column not read: Ref (B"),
    ),
    first(
        "first: a target says which way is better",
        {"KPIs": [HEAD, ["Visits", "", "", "< 10", 8, 9]]},
        {"visits": 9},
        about={"visits": ("number", "lower")},
        targets={"visits": 10},
    ),
    first(
        "first: a summary and its detail",
        {
            "Summary": [HEAD, ["Visits", "", "", "", 8, 9]],
            "Care": [HEAD, ["Visits", "", "", "", 8, 9], ["Moves", "", "", "", 3, 2]],
        },
        {"visits": 9, "moves": 2},
        remarks=("On two sheets",),
    ),
    first(
        "first: a summary that its detail contradicts",
        {"Summary": [HEAD, ["Visits", "", "", "", 8, 10]], "Care": [HEAD, ["Visits", "", "", "", 8, 9]]},
        {},
        message="--sheet",
    ),
    first(
        "first: months",
        {"KPIs": [["Indicator", "Apr-24", "May-24", "Jun-24"], ["Visits", 1, 2, 3]]},
        {},
        message="These are months, not quarters",
    ),
    first(
        "first: fractions",
        {"KPIs": [HEAD, ["In time", "%", "", "", 0.79, 0.812]]},
        {"in-time": 0.812},
        doubts=("fraction",),
    ),
    first(
        "first: fractions, of which the analyst says",
        {"KPIs": [HEAD, ["In time", "%", "", "", 0.79, 0.812]]},
        {"in-time": 81.2},
        options=Options(fractions=True),
    ),
    first(
        "first: no year anywhere",
        {"KPIs": [["Indicator", "Q1", "Q2"], ["Visits", 8, 9]]},
        {},
        message="Write the year in each heading",
    ),
    first(
        "first: a polarity nobody knows",
        {"KPIs": [HEAD, ["Visits", "", "sideways", "", 8, 9]]},
        {},
        message="Write higher or lower",
    ),
    first(
        "first: no heading over the names",
        {"Care": [["", "Q1 2024/25"], ["Visits", 8], ["Moves", 3]]},
        {"visits": 8, "moves": 3},
    ),
    first(
        "first: another heading over the names",
        {"Care": [["Early help", "Q1 2024/25"], ["Visits", 8]]},
        {},
        message="row 1 names quarters: write Indicator above the names",
    ),
    first(
        "first: figures, targets and ratings under each quarter",
        {
            "KPIs": [
                ["Scorecard 2024/25"],
                [None, "Q1", None, None, "Q2", None, None],
                ["Indicator", "Actual", "Target", "RAG", "Actual", "Target", "RAG"],
                ["Visits", 8, 10, "R", 9, 8, "G"],
            ]
        },
        {"visits": 9},
        targets={"visits": 8},
    ),
    first(
        "first: a sheet for each quarter with its target",
        {
            "Q1 2024-25": [["Indicator", "Actual", "Target"], ["Visits", 8, 10]],
            "Q2 2024-25": [["Indicator", "Actual", "Target"], ["Visits", 9, 11]],
        },
        {"visits": 9},
        targets={"visits": 11},
    ),
)

#: Workbooks as council analysts make them.
SCORECARD = ("Indicator", "Q3 2023/24", "Q4 2023/24", "Target", "RAG", "DoT")
COUNCILS = (
    Form(
        "arrows that say which way figures moved",
        wide([AGENCY, 17, 18, 10, "R", "↑"], [SUPERVISIONS, "70%", "72%", "80%", "A", "▲"], head=SCORECARD),
        {A: 18, S: 72},
        published={A: ("RED", "NEGATIVE"), S: ("AMBER", "POSITIVE")},
    ),
    Form(
        "arrows that say which way is better",
        wide([AGENCY, 18, 17, 10, "R", "⬆️"], [SUPERVISIONS, "72%", "72%", "80%", "A", "→"], head=SCORECARD),
        {A: 17, S: 72},
        published={A: ("RED", "POSITIVE"), S: ("AMBER", "STABLE")},
    ),
    Form(
        "arrows that may mean either",
        wide([AGENCY, 18, "↑"], head=("Indicator", "Q4 2023/24", "DoT")),
        {A: 18},
        remarks=("Arrow not read: ↑ (extract.xlsx, sheet KPIs, C2)",),
        published={},
    ),
    *(
        Form(
            f"a direction of travel in words: {word}",
            headed("Q4 2023/24", "Direction of travel (from Q3)", cells=(18, word)),
            {A: 18},
            published={A: ("", dot)},
        )
        for word, dot in (("Improving", "POSITIVE"), ("Declining", "NEGATIVE"), ("Static", "STABLE"), ("▶", "STABLE"))
    ),
    Form(
        "a number and a percentage of one name",
        wide([SUPERVISIONS, 40], [SUPERVISIONS, "72%"]),
        message="Rows 2 and 3 have the same name. One is a number, the other a percentage.",
    ),
    Form(
        "a number and a percentage that a column tells apart",
        wide([SUPERVISIONS, "Number", 40], [SUPERVISIONS, "%", 72], head=("Indicator", "Unit", "Q4 2023/24")),
        message='--where "Unit=Number"',
    ),
    Form(
        "a percentage that is chosen by its unit",
        wide([SUPERVISIONS, "Number", 40], [SUPERVISIONS, "%", 72], head=("Indicator", "Unit", "Q4 2023/24")),
        {S: 72},
        options=Options(where={"Unit": "%"}),
        remarks=("Rows of a part, not read: Unit = Number (1)",),
    ),
    Form(
        "a quarter over several columns",
        {"KPIs": [["Indicator", "Q4 2023/24"], [None, "Male", "Female"], [AGENCY, 8, 10]]},
        message="Q4 2023/24 is above more than one column",
    ),
    Form(
        "parts in two columns",
        f"Indicator,Sex,Age,Q4\n{AGENCY},Male,All,8\n{AGENCY},All,0-4,3\n{AGENCY},All,All,18\n",
        {A: 18},
        remarks=("Rows of a part, not read: Sex = Male (1)", "Rows of a part, not read: Age = 0-4 (1)"),
    ),
    Form(
        "the columns of the DfE's files",
        "time_period,time_identifier,geographic_level,la_name,indicator,value\n"
        f"202324,Q4,Local authority,North Somerset,{AGENCY},18\n202324,Q4,National,,{AGENCY},9999\n",
        {A: 18},
        remarks=("Rows of a part, not read: geographic_level = National (1)",),
    ),
    Form(
        "a region that figures are compared with",
        wide([AGENCY, 18, 30], head=("Indicator", "Q4 2023/24", "Region")),
        {A: 18},
        remarks=("Column not read: Region (C",),
    ),
    Form("a quarter that is a number", f"Year,Quarter,Indicator,Result\n2023/24,4,{AGENCY},18\n", {A: 18}),
    Form(
        "a date that is the quarter",
        f"Date,Indicator,Result\n31/12/2023,{AGENCY},17\n31/03/2024,{AGENCY},18\n",
        {A: 18},
    ),
    Form(
        "a day that is no quarter",
        f"Date,Indicator,Result\n14/02/2024,{AGENCY},18\n",
        message="These are months, not quarters",
    ),
    *(
        Form(f"the heading {heading} over the names", wide([AGENCY, 18], head=(heading, "Q4 2023/24")), {A: 18})
        for heading in ("KPI description", "Key Performance Indicator", "PI name", "Indicator (and definition)")
    ),
    *(
        Form(f"a figure written {text}", headed("Q4 2023/24", cells=(text,)), {A: value})
        for text, value in (
            ("18*", 18),
            ("18¹", 18),
            ("18 (provisional)", 18),
            ("18 [r]", 18),
            ("1 953", 1953),
            ("[c]", "c"),
            ("\u200b18\ufeff", 18),
            ("[low]", "k"),
            ("'18", 18),
            ("n/a", "z"),
            ("n/a¹", "z"),
            ("18 p", 18),
            ("..", "x"),
        )
    ),
    *(
        Form(f"a figure that is unclear: {text}", headed("Q4 2023/24", cells=(text,)), message=message)
        for text, message in (
            ("nil", "0 for nil"),
            ("18 (n=40)", "column of notes"),
            ("18/25", "with its counts"),
            ("c. 18", "the exact figure"),
        )
    ),
    Form(
        "a target of the year beside that of the quarter",
        headed("2023/24 Target", "Q4 2023/24 Target", "Q4 2023/24", cells=(12, 10, 18)),
        {A: 18},
        targets={A: 10},
        remarks=("Column not read: 2023/24 Target (B",),
    ),
    Form(
        "a measure of which indicators are parts",
        wide(["Staff", AGENCY, 18], ["Staff", CASELOAD, 15], head=("Measure", "Indicator", "Q4 2023/24")),
        {A: 18, C: 15},
        remarks=("Column not read: Measure (A",),
    ),
    Form(
        "a name with a footnote's mark",
        wide([f"{AGENCY}¹", 18], ["¹ without managers"]),
        {A: 18},
        remarks=("Row without figures, not read: ¹ without managers",),
    ),
    Form("a heading that is revised", headed("Q4 2023/24 (r)", cells=(18,)), {A: 18}, remarks=("A heading says (r)",)),
    Form(
        "a quarter with a word that is not known",
        headed("Q4 2023/24 YTD", cells=(18,)),
        message="Q4 2023/24 YTD in B1 is not understood",
    ),
    Form(
        "a financial year over its quarters",
        {"KPIs": [["Indicator", "Financial year 2023/24"], [None, "Oct-Dec", "Jan-Mar"], [AGENCY, 17, 18]]},
        {A: 18},
    ),
    Form(
        "a figure of last year beside quarters of this year",
        {"KPIs": [[None, "2022/23", "2023/24"], ["Indicator", "Outturn", "Q3", "Q4"], [AGENCY, 30, 17, 18]]},
        {A: 18},
        remarks=("Column not read: 2022/23 Outturn (B",),
    ),
    Form(
        "a figure of last year alone",
        {"KPIs": [[None, "2022/23"], ["Indicator", "Actual"], [AGENCY, 30]]},
        message="no table of figures",
    ),
    Form(
        "the outturn of the year after its first quarters",
        headed("Q2 2023/24", "Q3 2023/24", "Outturn", cells=(26, 17, 61)),
        message="There are no figures for 2023-24-Q4",
    ),
    Form(
        "months under their years",
        {
            "KPIs": [
                [None, "2022/23", None, None, "2023/24"],
                ["Indicator", *("Jan", "Feb", "Mar") * 2],
                [AGENCY, *range(6)],
            ]
        },
        {A: 12},
        options=Options(months={"": "sum"}),
    ),
    Form(
        "months in a sheet of last year",
        {"2022-23": [["Indicator", "Jan", "Feb", "Mar"], [AGENCY, 5, 6, 7]]},
        message="There are no figures for 2023-24-Q4",
        options=Options(months={"": "sum"}),
    ),
    Form(
        "months beside the year of their row",
        {
            "KPIs": [
                ["Indicator", "Year", "Jan", "Feb", "Mar"],
                [AGENCY, "2022/23", 1, 2, 3],
                [AGENCY, "2023/24", 5, 6, 7],
            ]
        },
        {A: 18},
        options=Options(months={"": "sum"}),
    ),
    Form(
        "months in rows with a column for the year",
        "Indicator,Year,Month,Value\n" + "".join(f"{AGENCY},2023/24,{month},6\n" for month in ("Jan", "Feb", "Mar")),
        {A: 18},
        options=Options(months={"": "sum"}),
    ),
    Form(
        "months as numbers, which are no quarters",
        f"Indicator,Year,Month,Value\n{AGENCY},2023/24,4,18\n",
        message="Write the quarter as 2023-24-Q4",
    ),
    Form(
        "a calendar year with the quarter of a row",
        f"{TIDY}{AGENCY},2023 Q4,18\n",
        {A: 18},
        doubts=("period",),
    ),
    Form(
        "thousands without quote marks",
        f"Indicator,Q3 2023/24,Q4 2023/24\n{AGENCY},1,720,1,810\n",
        message='put quote marks around what contains a separator: "1,234"',
    ),
    Form(
        "a month in the name of the sheet",
        {"Feb-24": [["Indicator", "Actual"], [AGENCY, 18]]},
        {A: 18},
        doubts=("period",),
    ),
    Form(
        "another month in the title",
        {"KPIs": [["Scorecard: June 2023"], ["Indicator", "Actual"], [AGENCY, 18]]},
        {A: 18},
        doubts=("period",),
    ),
    Form(
        "a word in the title that may be a month",
        {"KPIs": [["Families who may need help"], ["Indicator", "Actual"], [AGENCY, 18]]},
        {A: 18},
    ),
    Form(
        "the last month of the quarter in the title",
        {"KPIs": [["Scorecard: March 2024"], ["Indicator", "Actual"], [AGENCY, 18]]},
        {A: 18},
    ),
    Form(
        "a rating and a target after each quarter that do not name it",
        {
            "KPIs": [
                [
                    "Indicator",
                    "2022/23 Outturn",
                    "RAG",
                    *("Q3 2023/24", "Target", "RAG"),
                    *("Q4 2023/24", "Target", "RAG"),
                ],
                [AGENCY, 20, "A", *(17, 9, "G"), *(18, 10, "R")],
            ]
        },
        {A: 18},
        targets={A: 10},
        published={A: ("RED", "")},
        remarks=("Column not read: RAG (C",),
    ),
    Form("a figure that is merged over two quarters", drawn(merged), {A: ""}, doubts=("shown",)),
    Form(
        "a heading of two rows, with the names in the upper one",
        {
            "KPIs": [
                ["Indicator", "Unit", "Q3 2023/24", None, None, "Q4 2023/24"],
                [None, None, "Actual", "Target", "RAG", "Actual", "Target", "RAG"],
                [AGENCY, "Number", 17, 9, "G", 18, 10, "R"],
            ]
        },
        {A: 18},
        targets={A: 10},
        published={A: ("RED", "")},
    ),
    Form(
        "quarters of the year without its name, the last still blank",
        headed("Q1", "Q2", "Q3", "Q4", cells=(19, 26, 18, None)),
        {A: 18},
        asked=Quarter(2023, 3),
    ),
    Form(
        "days as Excel writes them into a CSV file",
        f"Indicator,Date,Value\n{AGENCY},31-Dec-23,17\n{AGENCY},31-Mar-24,18\n",
        {A: 18},
    ),
    first(
        "first: fractions of which the first is a whole",
        "Indicator,Q1 2024/25,Q2 2024/25\n% of visits in time,1.0,0.97\n",
        {"of-visits-in-time": 0.97},
        doubts=("fraction",),
    ),
    first(
        "first: a unit and a target merged over two rows",
        drawn(merged_targets),
        {"in-time": 80, "seen": 81},
        targets={"in-time": 90, "seen": 90},
        about={"in-time": ("percentage", ""), "seen": ("percentage", "")},
    ),
    first(
        "first: remarks between rows, which are no areas",
        {"KPIs": [["Indicator", "Q2 2024\u221225"], ["Visits", 8], ["Note: by day"], ["Calls", 9]]},
        {"visits": 8, "calls": 9},
        remarks=("Row without figures, not read: Note: by day",),
    ),
    first(
        "first: numerators in rows",
        {
            "KPIs": [
                HEAD,
                ["In time", "%", "", "", 80, 81],
                ["Numerator", "", "", "", 8, 9],
                ["Calls", "", "", "", 4, 5],
            ]
        },
        {"in-time": 81, "calls": 5},
        remarks=("Row not used: Numerator 8 9",),
    ),
    first(
        "first: the target, rating and counts of each indicator in the rows below",
        {
            "KPIs": [
                ["Indicator", None, "Q1 2024/25", "Q2 2024/25"],
                ["In time", "Actual", "80%", "90%"],
                [None, "Target", "85%", "85%"],
                [None, "RAG", "R", "G"],
                ["Seen", "Actual", "75%", "78%"],
                ["(n=)", None, 60, 66],
                ["Seen", "Target", "70%", "70%"],
            ]
        },
        {"in-time": 90, "seen": 78},
        targets={"in-time": 85, "seen": 70},
        published={"in-time": ("GREEN", "")},
        remarks=("Row not used: (n=) 60 66",),
    ),
    Form(
        "a target above the figure that it is for",
        wide([AGENCY, "Target", 10], [None, "Actual", 18], head=("Indicator", None, "Q4 2023/24")),
        message="These figures have no indicator",
    ),
    Form(
        "counts above the figure that they are of",
        wide([SUPERVISIONS, "Numerator", 7], [SUPERVISIONS, "%", "70%"], head=("Indicator", "Measure", "Q4 2023/24")),
        message="Put this below the row with the figure",
    ),
    Form(
        "units in a column of types",
        wide([AGENCY, "N", 18], [SUPERVISIONS, "%", "70%"], head=("Indicator", "Type", "Q4 2023/24")),
        {A: 18, S: 70},
        remarks=("Column not read: Type",),
    ),
    Form(
        "a target in the row after each figure",
        f"Indicator,Measure,Quarter,Value\n{AGENCY},Actual,Q4 2023/24,18\n{AGENCY},Target,Q4 2023/24,10\n",
        {A: 18},
        targets={A: 10},
    ),
    Form(
        "a rating by colour alone",
        headed("Q4 2023/24", "RAG", cells=(18, None)),
        {A: 18},
        remarks=("write Green, Amber or Red as words",),
    ),
    first(
        "first: a row of what figures are compared with",
        {"KPIs": [HEAD, ["Visits", "", "", "", 8, 9], ["National average", "", "", "", 7, 8]]},
        {},
        message="What does this count?",
    ),
    Form(
        "a denominator alone",
        headed("Q3 2023/24", "Cohort", "Q4 2023/24", "Cohort", cells=(17, 40, 18, 45)),
        {A: 18},
        remarks=("Column not read: Cohort (C", "Column not read: Cohort (E"),
    ),
    Form(
        "whole years",
        headed("2022/23", "2023/24", cells=(60, 62)),
        message="has figures of years (2022/23 and 2023/24), not of quarters",
    ),
    Form(
        "the year of each row and no quarter",
        f"Indicator,Year,Value\n{AGENCY},2023/24,18\n",
        {A: 18},
        doubts=("period",),
    ),
    Form(
        "a year over a figure",
        {"KPIs": [["Annual figures 2023/24"], ["Indicator", "Outturn"], [AGENCY, 18]]},
        {A: 18},
        doubts=("period",),
    ),
    first("first: the year of each row", "KPI,Year,Value\nVisits,2022/23,8\nVisits,2023/24,9\n", {"visits": 9}),
    first(
        "first: years, with targets",
        {
            "KPIs": [
                ["Performance 2022-23 to 2023-24"],
                [None, "Year ending 31 March 2023", "Year ending 31 March 2024"],
                ["Indicator", "Actual", "Actual", "Target 2023-24", "Owner"],
                ["Visits", 8, 9, 10, "AB"],
            ]
        },
        {"visits": 9},
        targets={"visits": 10},
        remarks=("Column not read: Owner (E",),
    ),
    first(
        "first: a year in each row",
        {"KPIs": [["Year", "Visits", "Moves"], ["2022/23", 8, 4], ["2023/24", 9, 5], ["Target", 10, ""]]},
        {"visits": 9, "moves": 5},
        targets={"visits": 10},
    ),
    Form("calendar years", wide([AGENCY, 60], head=("Indicator", 2023)), message="Write each year as 2023-24 there"),
    Form(
        "quarters that are named in any order",
        headed("Q3 2023/24", "Q4 2023/24", "Q4 2022/23", cells=(17, 18, 20)),
        {A: 18},
    ),
    Form(
        "months beside the total of their quarter",
        headed("Jan-24", "Feb-24", "Mar-24", "Q4 Total", cells=(5, 6, 7, 18)),
        {A: 18},
        remarks=("Column not read: Jan-24 (B",),
    ),
    Form("an export of Power BI", f"Indicator,Fiscal Quarter,Sum of Value\n{AGENCY},Q4 2023-24,18\n", {A: 18}),
    Form(
        "totals of a PivotTable",
        wide(["A", AGENCY, 18], ["A Total", None, 18], ["Grand Total", None, 18], head=("Area", "Indicator", "Q4")),
        {A: 18},
        remarks=("Row not used: A Total 18", "Row not used: Grand Total 18"),
    ),
    Form(
        "names that a PivotTable does not repeat",
        f"{TIDY}{AGENCY},Q3 2023/24,17\n,Q4 2023/24,18\n",
        message="Repeat All Item Labels",
    ),
    first(
        "first: counts of two columns and a percentage under each quarter",
        {
            "KPIs": [
                ["Indicator", "Q1 2024/25", None, None, "Q2 2024/25"],
                [None, "Num", "Denom", "%", "Num", "Denom", "%"],
                ["In time", 8, 10, "80%", 9, 10, "90%"],
            ]
        },
        {"in-time": 90},
    ),
    first(
        "first: a target that says the unit",
        {"KPIs": [HEAD, ["In time", "", "", "≤ 90%", 80, 85]]},
        {"in-time": 85},
        targets={"in-time": 90},
        about={"in-time": ("percentage", "lower")},
    ),
    first(
        "first: a sheet with the figures of all others",
        {
            "Everything": [HEAD, ["Visits", "", "", "", 8, 9], ["Moves", "", "", "", 3, 2]],
            "Help": [HEAD, ["Visits", "", "", "", 8, 9]],
            "Care": [HEAD, ["Moves", "", "", "", 3, 2]],
        },
        {"visits": 9, "moves": 2},
        remarks=("On two sheets, taken from the second: Visits (Everything, Help)",),
    ),
    first(
        "first: an area in two spellings",
        {
            "All": [["Area", "KPI", "Q2 2024/25"], ["Early help", "Visits", 9]],
            "Early Help": [["KPI", "Q2 2024/25"], ["Visits", 9]],
        },
        {"visits": 9},
    ),
    first(
        "first: sheets with two tables each, whose titles are no areas",
        {
            sheet: [
                *(["Times"], ["KPI", "Q2 2024/25"], ["Seen", number]),
                *(["Volumes"], ["KPI", "Q2 2024/25"], ["Visits", 4]),
            ]
            for sheet, number in (("Help", 8), ("Care", 9))
        },
        {"seen": 8, "visits": 4, "seen-2": 9, "visits-2": 4},
        remarks=("Not read: Times (", "Row without figures, not read: Volumes"),
    ),
    first(
        "first: tables with a title each, which is their area",
        {
            "KPIs": [
                *(["Help"], ["KPI", "Q2 2024/25"], ["Visits", 9]),
                *([], ["Care"], ["KPI", "Q2 2024/25"], ["Visits", 4]),
            ]
        },
        {"visits": 9, "visits-2": 4},
    ),
    first("first: the year of each row after its quarters", "KPI,Q1,Q2,Year\nVisits,8,9,2024/25\n", {"visits": 9}),
    Form("a total of the rows", wide([AGENCY, 18], ["Total", 40]), message='--skip "Total"'),
    Form("a quarter in each row", "Quarter,Agency workers\nQ3 2023/24,17\nQ4 2023/24,18\n", {A: 18}),
    turned(
        "newest first, with a target, a unit, a total and a footnote",
        *(["", AGENCY, CASELOAD], ["Unit", "number", ""], ["Jan-Mar 2024", 18, 16.2], ["Oct-Dec 2023", 17, 15]),
        *(["Total", 35, ""], ["Target", 20, "Decreasing"], ["RAG", "Green", "Red"], ["Source: x"]),
        figures={A: 18, C: 16.2},
        targets={A: 20, C: "decreasing"},
        published={A: ("GREEN", ""), C: ("RED", "")},
        remarks=("Row not read: Total (row 5, extract.xlsx, sheet KPIs)", "Not read: Source: x"),
    ),
    turned(
        "under a title with the year, with areas over the indicators",
        *(["Performance 2023-24"], ["", "Workforce", "", "Practice"], ["Quarter", AGENCY, CASELOAD, SUPERVISIONS]),
        *([f"Q{number}", number, number + 10, f"{number + 80}%"] for number in (1, 2, 3, 4)),
        figures={A: 4, C: 14, S: 84},
    ),
    turned(
        "the year first, and a target for the newest",
        *(["Year", "Quarter", AGENCY], ["2023-24", "Q4", 18], ["", "Q3", 17], ["2022-23", "Q4", 15]),
        ["", "Target", 20],
        figures={A: 18},
        targets={A: 20},
    ),
    turned(
        "the year last", *(["Quarter", "Year", AGENCY], ["Q3", "2023/24", 17], ["Q4", "2023/24", 18]), figures={A: 18}
    ),
    turned(
        "a year over its quarters, after the figure of a year",
        *(["Period", AGENCY], ["2021-22", 70], ["2022-23"], ["Q3", 1], ["Q4", 2], ["2023-24"], ["Q3", 17], ["Q4", 18]),
        figures={A: 18},
        remarks=("Row not read: 2021-22 (row 2, ",),
    ),
    turned(
        "each indicator over its figures, targets and counts",
        *(["", AGENCY, "", SUPERVISIONS], ["Quarter", "Actual", "Target", "Actual", "Numerator", "Denominator"]),
        *(["31/12/2023", 17, 20, "50%", 5, 10], ["31/03/2024", 18, 20, "60%", 6, 10]),
        figures={A: 18, S: 60},
        targets={A: 20},
    ),
    turned(
        "months",
        *(["Month", AGENCY, "Comments"], ["Jan-24", 5, "few"], ["Feb-24", 6], ["Mar-24", 7]),
        figures={A: 18},
        options=Options(months={"": "sum"}),
        remarks=("Column without figures, not read: Comments few",),
    ),
    turned(
        "two tables, and one that is not turned",
        *(["Quarter", AGENCY], ["Q3 2023-24", 17], ["Q4 2023-24", 18], [], ["Quarter", CASELOAD], ["Q4 2023-24", 12]),
        *([], ["Indicator", "Q3 2023-24", "Q4 2023-24"], [SUPERVISIONS, "70%", "71%"]),
        figures={A: 18, C: 12, S: 71},
    ),
    turned(
        "a year that contradicts its quarter",
        *(["Year", "Quarter", AGENCY], ["2023-24", "Q3", 17], ["2022-23", "Q4 2023-24", 18]),
        figures={A: 18},
        doubts=("period",),
    ),
    turned(
        "data of a chart above a table that is not turned",
        *(
            ["Overall", "On target"],
            ["Q3 2023-24", 5],
            ["Q4 2023-24", 6],
            [],
            ["Indicator", "Q4 2023-24"],
            [AGENCY, 18],
        ),
        figures={A: 18},
        options=Options(skip=("On target",)),
        remarks=("Left out, as asked: On target",),
    ),
    turned(
        "what cannot be read, in its own cell",
        *(["Quarter", AGENCY, CASELOAD], ["Q3 2023-24", 17, 15], ["Q4 2023-24", 18, "many"]),
        message="sheet KPIs, line 3, column C: found many.",
    ),
    turned(
        "a name that is not known",
        *(["Quarter", AGENCY, "Widgets"], ["Q3 2023-24", 17, 15], ["Q4 2023-24", 18, 16]),
        message="sheet KPIs, line 1, column C: found Widgets. No indicator has this name",
    ),
    turned(
        "the same quarter in two rows",
        *(["Quarter", "Item", "Count"], ["Q4 2023-24", AGENCY, 17], ["Q4 2023-24", CASELOAD, 18]),
        message="A quarter appears more than once. If each row has its own indicator, write Indicator above them; if",
    ),
    turned(
        "something before the quarters",
        *(["Centre", "Quarter", AGENCY], ["North", "Q3 2023-24", 17], ["North", "Q4 2023-24", 18]),
        message="row 2 has a quarter beside figures: write Quarter above it",
    ),
    turned(
        "teams without their total",
        *(["Team", "Quarter", AGENCY], ["North", "Q4 2023-24", 17], ["South", "Q4 2023-24", 1]),
        message='none is known to be the whole. Choose one: --where "Team=North"',
    ),
    turned(
        "teams and their total",
        *(["Quarter", "Team", AGENCY, CASELOAD], ["Q4 2023-24", "North", 17, 15], ["Q4 2023-24", "South", 1, 16]),
        ["Q4 2023-24", "Total", 18, 15.5],
        figures={A: 18, C: 15.5},
        remarks=("Rows of a part, not read: Team = North (1)",),
    ),
    turned(
        "one indicator, named in the title",
        *(["Figures for the panel"], [SUPERVISIONS], ["Quarter", "Numerator", "Denominator", "%", "Target", "Owner"]),
        *(["Q3 2023-24", 65, 100, "65%", "90%", "AB"], ["Q4 2023-24", 70, 100, "70%", "90%", "AB"]),
        figures={S: 70},
        targets={S: 90},
        remarks=("Not read: Figures for the panel", "Column not read: Owner (F"),
    ),
    turned(
        "two tables of one indicator each, with its target below",
        *([f"{AGENCY} - Quarter 4 2023/24"], ["Quarter", "Value"], ["Q3 2023-24", 17], ["Q4 2023-24", 18]),
        *(["Target", 10], [], [CASELOAD], ["Date", "Value"], ["31/03/2024", 15]),
        figures={A: 18, C: 15},
        targets={A: 10},
    ),
    turned(
        "one indicator, whose name is not known",
        *(["Month", "Value"], ["Jan-24", 5], ["Feb-24", 6], ["Mar-24", 7]),
        message="sheet KPIs: found KPIs. No indicator has this name",
        options=Options(months={"": "sum"}),
    ),
    turned(
        "a title and a sheet that name two indicators",
        *([CASELOAD], ["Quarter", "Value"], ["Q4 2023-24", 15]),
        message="These name agency-workers and average-caseload. Remove all but one of the names.",
        options=Options(match={"KPIs": A}),
    ),
    turned(
        "a target that is named as its indicator",
        *(["Quarter", AGENCY, f"{AGENCY} target"], ["Q3 2023-24", 17, 9], ["Q4 2023-24", 18, 10]),
        figures={A: 18},
        targets={A: 10},
    ),
    Form(
        "a target that is named as another indicator",
        wide(["Target - caseload", 16]),
        message="If it is the target of a figure, write only Target, after that figure; if it is an indicator, ",
    ),
    Form(
        "boys, girls and all under each quarter",
        {
            "KPIs": [
                ["Indicator", "Q3 2023/24", None, None, "Q4 2023/24"],
                [None, "Male", "Female", "Total", "Male", "Female", "Total"],
                [AGENCY, 7, 10, 17, 8, 10, 18],
            ]
        },
        {A: 18},
        remarks=("Column not read: Q4 2023/24 Male (E", "Column not read: Female (F"),
    ),
    Form(
        "American dates",
        f"Indicator,Quarter starting,Value\n{AGENCY},10/01/2023,17\n{AGENCY},01/01/2024,18\n",
        message="found 10/01/2023. Write the quarter as 2023-24-Q4",
    ),
    Form(
        "months without the last, which counts",
        headed("Jan-24", "Feb-24", "Mar-24", cells=(5, 6, None)),
        message="There are no figures for 2023-24-Q4",
        options=Options(months={"": "last"}),
    ),
    first(
        "first: a quarter in each row, on two tables with titles",
        {
            "KPIs": [
                *(["Help"], ["Quarter", "Visits", "In time"], ["Q1 2024-25", 8, "80%"], ["Q2 2024-25", 9, "90%"]),
                *([], ["Care"], ["Quarter", "Visits"], ["Q1 2024-25", 3], ["Q2 2024-25", 4], ["Target", 5]),
            ]
        },
        {"visits": 9, "in-time": 90, "visits-2": 4},
        about={"in-time": ("percentage", "")},
        targets={"visits-2": 5},
    ),
    first(
        "first: a total of the rows",
        {"KPIs": [HEAD, ["Visits", "", "", "", 8, 9], ["Total", "", "", "", 8, 9]]},
        {},
        message="What does this count?",
    ),
    first(
        "first: the same name in two areas",
        {
            "Cover": [["Quarter 2 2024/25"]],
            "Help": [HEAD, ["Visits", "", "", "", 8, 9]],
            "Care": [HEAD, ["Visits", "", "", "", 80, 90]],
        },
        {"visits": 9, "visits-2": 90},
        remarks=("No table of figures: extract.xlsx, sheet Cover",),
    ),
    first(
        "first: millions of pounds",
        {"KPIs": [HEAD, ["Spend", "", "", "", "£1.2m", "£1,350,000"]]},
        {"spend": 1_350_000},
        about={"spend": ("pounds", "")},
    ),
    first(
        "first: names that say their unit",
        {"KPIs": [HEAD, *([name, "", "", "", 8, 9] for name in ("Wait (days)", "Rate per 10k", "Seen (%)"))]},
        {"wait-days": 9, "rate-per-10k": 9, "seen": 9},
        about={"wait-days": ("days", ""), "rate-per-10k": ("rate", ""), "seen": ("percentage", "")},
    ),
    first(
        "first: percentages by their number format",
        {"KPIs": [HEAD, ["In time", "", "", "", 0.8, 0.825]]},
        {"in-time": 82.5},
        formats={("KPIs", "E2"): "0.0%", ("KPIs", "F2"): "0.0%"},
        about={"in-time": ("percentage", "")},
    ),
    first(
        "first: a scorecard with a title, marks and notes",
        {
            "KPIs": [
                ["Quarter 2 Performance Report 2024-25"],
                [],
                [
                    "#",
                    "Performance\nIndicator",
                    "Good performance is...",
                    "2024/25 Target",
                    "Q1 Actual",
                    "Q2 Actual",
                    "Q2 RAG",
                    "DoT",
                    "Comments / narrative",
                ],
                [1, "% of visits in time*", "Higher", "80%", "79%", "81%¹", "Green", "↑", "Going well"],
                [],
                ["* within five days"],
                ["¹ provisional"],
            ]
        },
        {"of-visits-in-time": 81},
        targets={"of-visits-in-time": 80},
        about={"of-visits-in-time": ("percentage", "higher")},
        published={"of-visits-in-time": ("GREEN", "POSITIVE")},
        remarks=("Column not read: # (A", "Row without figures, not read: * within five days"),
    ),
)
FORMS = (*WRONG, *ORDINARY, *FIRST, *COUNCILS)


def main(folder: Path) -> None:
    """Write each form as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, form in enumerate(FORMS, start=1):
        (folder / f"{number:03d}-{form.file_name}").write_bytes(form.file)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "forms"))
