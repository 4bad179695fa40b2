"""Any input to an import loads cleanly or is reported with its place: no traceback, no write, no flood of messages."""

from __future__ import annotations

import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from conftest import ROOT
from extracts import Q4, fingerprint, workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterly.core.errors import DataFaults, Fault, QuarterlyError
from quarterly.data.load import Basket
from quarterly.ingest.extract import read_extract
from quarterly.ingest.grid import MOST_BYTES
from quarterly.ingest.new_basket import read_first
from quarterly.ingest.plan import make_plan
from quarterly.ingest.source import open_source


def good() -> bytes:
    """Make a small workbook as Excel does, with shared strings."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet("Workforce")
    percent = book.add_format({"num_format": "0%"})
    sheet.write_row(0, 0, ["Area", "Indicator", "Q3 2023/24", "Q4 2023/24", "Target"])
    sheet.write_row(1, 0, ["Workforce", "Agency workers", 18, 16, "Decreasing"])
    sheet.write_row(2, 1, ["Average social worker caseload", 14, "14.3", 16.6])
    sheet.write_row(3, 1, ["Case supervisions in time", 0.62, "<5", 0.9], percent)
    sheet.write_row(4, 1, ["Notes: provisional"])
    book.close()
    return packed.getvalue()


GOOD = good()
SHEET = "xl/worksheets/sheet1.xml"

#: The result of an import: None, or the faults that it lists.
Outcome = list[str]


def as_told(fault: Fault, name: str) -> str:
    """Return a fault as one text, checking that it has a place and a remedy."""
    assert fault.file.startswith(name)
    assert fault.expected[-1] in ".:?", fault
    assert len(fault.found) <= 200, "a message does not repeat a whole file"
    return f"{fault.file}|{fault.row}|{fault.column}|{fault.found}|{fault.expected}"


def attempt(folder: Path, basket: Basket, content: bytes, name: str = "extract.xlsx") -> Outcome:
    """Do everything that an import does before it writes; any error not meant for users fails the test."""
    path = folder / name
    path.write_bytes(content)
    before = sorted(one.name for one in folder.iterdir())
    try:
        opened = open_source(str(path))
        plan = make_plan(read_extract(opened.grids, basket, Q4, hidden=opened.hidden), basket, Q4)
        assert len(plan.changes)
        told: Outcome = []
    except DataFaults as error:
        told = [as_told(fault, name) for fault in error.faults]
        if not told:
            pytest.fail("an error without a fault")
    except QuarterlyError as error:
        told = [str(error)]
    assert sorted(one.name for one in folder.iterdir()) == before, "nothing is written beside the extract"
    return told


def with_parts(change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """Make the valid workbook again with parts changed or added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                target.writestr(name, data)
        for name, data in (extra or {}).items():
            target.writestr(name, data)
    return packed.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    """Replace text in the sheet's own part."""
    made = with_parts(lambda name, data: data.replace(old, new) if name == SHEET else data)
    assert made != with_parts(lambda _, data: data)
    return made


def test_the_valid_workbook_is_read(tmp_path: Path, basket: Basket) -> None:
    assert attempt(tmp_path, basket, GOOD) == []


# Hand-made

DTD = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE_ENTITY = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def declared(part: str, dtd: bytes) -> bytes:
    """Put an entity declaration before the first element of a part."""
    return with_parts(
        lambda name, data: re.sub(rb"(<\?xml[^>]*>)?", rb"\1" + dtd, data, count=1) if name == part else data
    )


PACKAGES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "an empty file"),
    "blank": (b" \n\r\n ", "an empty file"),
    "old workbook or password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "zip cut short": (GOOD[: len(GOOD) // 2], "cannot be opened"),
    "zip without a workbook": (b"PK\x05\x06" + b"\0" * 18, "not a workbook"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "not text"),
    "program": (b"MZ" + bytes(range(256)), "neither UTF-8 nor Windows-1252"),
    "macros": (with_parts(lambda _, data: data, {"xl/vbaProject.bin": b"x"}), "macros"),
    "macros by type": (
        with_parts(
            lambda name, data: (
                data.replace(b"spreadsheetml.sheet.main", b"x").replace(
                    b"application/vnd.openxmlformats-officedocument.x+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
                if name == "[Content_Types].xml"
                else data
            )
        ),
        "macros",
    ),
    "binary workbook": (with_parts(lambda _, data: data, {"xl/workbook.bin": b"x"}), "in two formats"),
    "open document": (with_parts(lambda _, data: data, {"mimetype": b"x", "content.xml": b"<a/>"}), "in two formats"),
    "part twice": (with_parts(lambda _, data: data, {SHEET.upper(): b"<a/>"}), "twice"),
    "no sheet": (with_parts(lambda name, data: None if name == SHEET else data), "no visible sheet"),
    "no workbook part": (with_parts(lambda name, data: None if name == "xl/workbook.xml" else data), "cannot be read"),
    "no relations": (
        with_parts(lambda name, data: None if name.endswith("workbook.xml.rels") else data),
        "cannot be read",
    ),
    "sheet that is no XML": (with_parts(lambda name, data: b"not xml" if name == SHEET else data), "not XML"),
    "sheet that stops": (
        with_parts(lambda name, data: data[: len(data) // 2] if name == SHEET else data),
        "cannot be read",
    ),
    "styles that stop": (with_parts(lambda name, data: data[:99] if name == "xl/styles.xml" else data), ""),
    "entities in the sheet": (declared(SHEET, DTD), "XML entities"),
    "entities in shared texts": (declared("xl/sharedStrings.xml", DTD), "XML entities"),
    "entities in the list of parts": (declared("[Content_Types].xml", DTD), "XML entities"),
    "entity of a file": (declared("xl/workbook.xml", FILE_ENTITY), "XML entities"),
    "entities in another encoding": (
        with_parts(
            lambda name, _: (
                ('<?xml version="1.0" encoding="UTF-16"?>' + DTD.decode() + "<x>&b;</x>").encode("utf-16")
                if name == SHEET
                else _
            )
        ),
        "XML entities",
    ),
    "zip bomb": (with_parts(lambda _, data: data, {"xl/worksheets/sheet2.xml": b" " * 30_000_000}), "times its size"),
    "many parts": (with_parts(lambda _, data: data, {f"xl/media/{n}.png": b"" for n in range(1100)}), "more parts"),
    "cell beyond the last column": (in_sheet(b'r="C2"', b'r="ZZZZZZ2"'), ""),
    "cell far to the right": (in_sheet(b'r="C2"', b'r="XFD2"'), "more than 500 columns"),
    "row without end": (in_sheet(b'<row r="5"', b'<row r="99999999999999"'), ""),
    "row of no number": (in_sheet(b'<row r="5"', b'<row r="five"'), "cannot be read"),
    "cell without a place": (in_sheet(b' r="C2"', b""), ""),
    "shared text that is not there": (in_sheet(b"<v>0</v>", b"<v>99999</v>"), "cannot be read"),
    "shared text of no number": (in_sheet(b"<v>0</v>", b"<v>zero</v>"), "cannot be read"),
    "style that is not there": (in_sheet(b'r="C2"', b'r="C2" s="999"'), "cannot be read"),
    "number that is none": (in_sheet(b"<v>16</v>", b"<v>sixteen</v>"), ""),
    "number without end": (in_sheet(b"<v>16</v>", b"<v>" + b"9" * 5000 + b"</v>"), ""),
    "number of nothing": (in_sheet(b"<v>16</v>", b"<v>NaN</v>"), ""),
    "number below nothing": (in_sheet(b"<v>16</v>", b"<v>-16</v>"), "below 0"),
}


@pytest.mark.parametrize("case", PACKAGES)
def test_a_damaged_or_dangerous_workbook(tmp_path: Path, basket: Basket, case: str) -> None:
    content, words = PACKAGES[case]
    told = attempt(tmp_path, basket, content)
    assert told or not words, f"{case} was read without a word"
    assert words in " ".join(told)


HEAD = "Indicator,Q4 2023/24\n"
TEXTS: dict[str, bytes] = {
    "no heading": b"Agency workers,16\n",
    "only a heading": HEAD.encode(),
    "heading without figures": b"Indicator,Target\nAgency workers,16\n",
    "words": b"Dear colleague, the figures are attached. Kind regards\n",
    "page of the web": b"<html><body><table><tr><td>Indicator</td></tr></table></body></html>",
    "JSON": json.dumps([{"Indicator": "Agency workers", "Q4": 16}]).encode(),
    "quote that never ends": (HEAD + 'Agency workers,"16\n').encode(),
    "quote in a word": (HEAD + 'Agency "temporary" workers,16\n').encode(),
    "text after a quote": (HEAD + '"Agency" workers,16\n').encode(),
    "no byte of text": (HEAD + "Agency workers,1\0006\n").encode(),
    "neither encoding": HEAD.encode() + b"Agency workers \x81\x8d,16\n",
    "half of UTF-16": HEAD.encode("utf-16")[:-1],
    "too wide": ("Indicator" + ",x" * 600 + "\n").encode(),
    "a cell without end": (HEAD + "Agency workers," + "1" * 200_000 + "\n").encode(),
    "a name without end": (HEAD + "agency " * 30_000 + ",16\n").encode(),
    "formula of somebody else": (HEAD + "Agency workers,=cmd|' /C calc'!A0\n").encode(),
    "control signs": (HEAD + "Agency workers\x1b[31m\x07,16\n").encode(),
    "figures of another alphabet": (HEAD + "Agency workers,\u0661\u0666\n").encode(),
    "impossible percentage": (HEAD + "Case supervisions in time,700%\n").encode(),
    "two decimals signs": (HEAD + "Agency workers,1.6.1\n").encode(),
    "minus": (HEAD + "Agency workers,-16\n").encode(),
    "a quarter of no year": b"id,quarter,value\nagency-workers,2023-25-Q4,16\n",
    "the year ten thousand": b"id,quarter,value\nagency-workers,10000-01-Q4,16\n",
    "no quarter at all": b"id,quarter,value\nagency-workers,,16\n",
    "two headings alike": b"Indicator,Q4,Q4\nAgency workers,16,17\n",
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_damaged_text_file_is_a_fault_with_its_place(tmp_path: Path, basket: Basket, case: str) -> None:
    told = attempt(tmp_path, basket, TEXTS[case], "extract.csv")
    assert told, f"{case} was read without a word"
    assert all(character.isprintable() for text in told for character in text), "nothing reaches the terminal raw"


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path, basket: Basket) -> None:
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(DataFaults, match="a file of 200 MB"):
        open_source(str(path))
    path.unlink()
    assert attempt(tmp_path, basket, b"a" * (MOST_BYTES + 1), "huge.csv")


def test_a_long_list_of_records_is_not_read_to_its_end(tmp_path: Path, basket: Basket) -> None:
    told = attempt(
        tmp_path, basket, ("id,quarter,value\n" + "agency-workers,2023-24-Q4,16\n" * 20_001).encode(), "a.csv"
    )
    assert "more than 20,000 rows" in told[0]


def test_faults_in_every_cell_are_listed_in_a_readable_number_of_lines(tmp_path: Path, basket: Basket) -> None:
    rows = "".join(f"Potholes {number},{number}\n" for number in range(300))
    told = attempt(tmp_path, basket, f"Indicator,Q4\n{rows}".encode(), "a.csv")
    assert len(told) == 201
    assert "more faults than are listed" in told[-1]


def test_the_same_fault_in_every_row_is_listed_once_and_counted(tmp_path: Path, basket: Basket) -> None:
    told = attempt(tmp_path, basket, ("Indicator,Q4\n" + "Agency workers,sixteen\n" * 5_000).encode(), "a.csv")
    assert len(told) == 1
    assert "The same in 4,999 other rows: 3, 4, 5" in told[0]


# Made by a fuzzer: more than 250 extracts in each run

quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
HEADINGS = ("Indicator", "Id", "Quarter", "Value", "Q3 2023/24", "Q4 2023/24", "Q4", "2023-24", "Target", "Numerator")
BESIDE = ("Year", "Sex", "Unit", "Good is", "RAG", "Type", "Jan-24", "Q3 Target", "Notes", "31/03/2024")
NAMES = ("Agency workers", "agency-workers", "Average social worker caseload", "Case supervisions in time", "Workforce")
WRITTEN = ("1,953", "70%", "N/A", "-", "c", "<5", "", "#REF!", "01/02/1900", "2024-03-31", "=1+1", "Notes", "England")
words = st.sampled_from((*HEADINGS, *BESIDE, *NAMES, *WRITTEN))
cells = st.one_of(words, words, st.none(), st.integers(), st.floats(), st.booleans(), st.text(max_size=12))


@settings(quick, max_examples=100)
@given(rows=st.lists(st.lists(cells, max_size=6), max_size=8), headed=st.booleans())
def test_a_first_extract_with_any_cells(tmp_path: Path, rows: list[list[object]], headed: bool) -> None:  # noqa: FBT001
    head: list[list[object]] = [["Indicator", "Unit", "Q3 2023/24", "Q4 2023/24", "Target", "RAG"]] if headed else []
    texts = [[str(cell if cell is not None else "").replace('"', "") for cell in row] for row in head + rows]
    path = tmp_path / "first.csv"
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in texts), encoding="utf-8", newline="")
    try:
        made = read_first(open_source(str(path)))
    except QuarterlyError as error:
        for fault in getattr(error, "faults", []):
            as_told(fault, "first.csv")
    else:
        assert len(made.tables["indicators"])
        assert len(made.tables["observations"])


@settings(quick, max_examples=100)
@given(rows=st.lists(st.lists(cells, max_size=6), max_size=8), headed=st.booleans())
def test_a_sheet_with_any_cells(tmp_path: Path, basket: Basket, rows: list[list[object]], headed: bool) -> None:  # noqa: FBT001
    from openpyxl.utils.exceptions import IllegalCharacterError

    head: list[list[object]] = [["Indicator", "Q3 2023/24", "Q4 2023/24", "Target"]] if headed else []
    try:
        content = workbook({"Workforce": head + rows})
    except (IllegalCharacterError, ValueError):
        return
    attempt(tmp_path, basket, content)


@settings(quick, max_examples=100)
@given(
    rows=st.lists(st.lists(st.one_of(words, st.text(max_size=12)), max_size=6), max_size=8),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    headed=st.booleans(),
)
def test_a_text_file_with_any_text(
    tmp_path: Path,
    basket: Basket,
    rows: list[list[str]],
    separator: str,
    encoding: str,
    headed: bool,  # noqa: FBT001
) -> None:
    head = [["id", "quarter", "value", "missing"]] if headed else []
    text = "\n".join(separator.join(row) for row in head + rows)
    attempt(tmp_path, basket, text.encode(encoding, errors="replace"), "extract.csv")


@settings(quick, max_examples=60)
@given(
    content=st.binary(max_size=400),
    start=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"Indicator,Q4\n"]),
)
def test_a_file_with_any_bytes(tmp_path: Path, basket: Basket, content: bytes, start: bytes) -> None:
    attempt(tmp_path, basket, start + content, "extract.csv")


@settings(quick, max_examples=100)
@given(seed=st.integers(0, 2**32), inside=st.booleans(), times=st.integers(1, 12))
def test_a_workbook_with_damaged_bytes(tmp_path: Path, basket: Basket, seed: int, inside: bool, times: int) -> None:  # noqa: FBT001
    chance = random.Random(seed)  # noqa: S311

    def damaged(data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(times):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)

    part = chance.choice([SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/sharedStrings.xml"])
    content = with_parts(lambda name, data: damaged(data) if name == part else data) if inside else damaged(GOOD)
    attempt(tmp_path, basket, content)


# The command itself, in limited memory

_MEMORY = 800 * 1024 * 1024
LIMITED = f"""
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
sys.argv = ["quarterly", *sys.argv[1:]]
try:
    runpy.run_module("quarterly", run_name="__main__")
finally:
    # Not getrusage: what it gives began with the memory of the process that started this one.
    with open("/proc/self/status") as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    print("PEAK", int(peak.split()[1]) // 1024, file=sys.stderr)
"""


def many_rows() -> bytes:
    """Return a workbook with 400,000 rows that are formatted and blank."""
    rows = b"".join(
        b'<row r="%d" ht="15" customHeight="1"><c r="A%d" s="0"/></row>' % (n, n) for n in range(10, 400_000)
    )
    return in_sheet(b"</sheetData>", rows + b"</sheetData>")


def full_size() -> bytes:
    """Return a text file of the largest size that is opened, with one cell a row."""
    return b"Indicator,Q4\n" + b"x" * 1_000 + b"\n" + b"Agency workers,16\n" * ((MOST_BYTES - 2_000) // 18)


def bomb() -> bytes:
    """Return a workbook whose sheet unpacks to a thousand times its size."""
    return with_parts(lambda name, data: data.replace(b"</sheetData>", b" " * 85_000_000) if name == SHEET else data)


BIG = {"400,000 blank rows": many_rows, "a file of the largest size": full_size, "a zip bomb": bomb}


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process can be limited on Linux only")
@pytest.mark.parametrize("case", BIG)
def test_the_command_stays_within_its_memory_and_writes_nothing(tmp_path: Path, case: str) -> None:
    import shutil

    for folder in ("data", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy2(ROOT / "_quarto.yml", tmp_path)
    (tmp_path / "big.xlsx").write_bytes(BIG[case]())
    before = fingerprint(tmp_path)
    # Unused linear algebra threads would take most of the limit.
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "import", "big.xlsx", "--quarter", "2023-24-Q4"],
        cwd=tmp_path,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "MemoryError" not in done.stderr
    assert "Nothing was written" in done.stderr
    assert int(done.stderr.split("PEAK")[1]) < 500
    assert fingerprint(tmp_path) == before
