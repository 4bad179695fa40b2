"""Read official files of authorities' figures, in several formats, as one figure per row.

They are the long table of the Local Authority Interactive Tool, the tool's own download with a column per year, files
of Explore Education Statistics with a column per measure, and a plain list of authority, measure, year and value.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.data.table import NUMBER
from quarterly.ingest.cells import SYMBOLS

#: The columns needed for each figure.
WANTED = ("authority", "measure", "year", "value")
#: The tool's names for them, in lower case; a plain list may also use those in `_ALSO`.
_TOOL = {"la and regions": "authority", "short desc": "measure", "years": "year", "values": "value"}
_ALSO = {"local authority": "authority", "la name": "authority", "time period": "year", "extract date": "extracted"}
_ALSO |= {"extract_date": "extracted"}
_REGION = "region"
_PLACE = "la and regions"
_WIDE = (_PLACE, "measure")
_STATISTICS = ("time_period", "geographic_level")
#: Columns of the statistics service for place and time, including alternative names for a region.
_PLACES = {"time_identifier", "country_code", "country_name", "region_code", "region_name", "old_la_code"}
_PLACES |= {"new_la_code", "la_name", *_STATISTICS}
_HEADS = {*WANTED, *_TOOL, *_ALSO, *_WIDE, *_PLACES, "extracted", "source", _REGION}
#: The column that names the place, by the level of its row.
_NAMED = {"national": "country_name", "regional": "region_name", "local authority": "la_name"}
#: Symbols in official files, besides those of extracts: ``u`` is a figure withheld because it is not reliable.
_SYMBOLS = {**SYMBOLS, "low": "k", "u": "x"}
_A_YEAR = re.compile(r"(?P<start>\d{4})(?:[-/]?(?P<end>\d{2}))?(?: \((?:rev|final|prov)\))?", re.IGNORECASE)
#: Places listed among the authorities of an extract that are not authorities, in lower case.
NOT_AUTHORITIES = {
    *("england", "wales", "scotland", "northern ireland", "great britain", "united kingdom", "england (discontinued)"),
    *("london", "inner london", "outer london", "london (inner)", "london (outer)", "north east", "north west"),
    *("yorkshire and the humber", "east midlands", "west midlands", "east of england", "south east", "south west"),
}
#: No published figure has more digits than this: the rest are artefacts of floating point.
_DIGITS = 10


@dataclass(frozen=True)
class OfficialExtract:
    """The contents of a file of official figures."""

    #: As text: ``authority``, ``measure``, ``year`` (as 2021-22), ``value`` (a number, or a symbol for a missing one)
    #: and, if the file has them, ``extracted`` and ``source``; indexed by the line of the file, from 0. Once checked,
    #: ``missing`` has the symbols, and ``extracted`` and ``source`` are filled in.
    figures: pd.DataFrame
    left_out: dict[str, int]  # the number of figures not read, by a description in words
    regions: dict[str, str] = field(default_factory=dict)  # the region of each authority, if the file gives it


def read_official(path: Path) -> OfficialExtract:
    """Read a file of authorities' figures, in any of the formats of this module.

    Parameters
    ----------
    path : Path
        A CSV file, or a parquet file if ``pyarrow`` is installed.

    Raises
    ------
    DataFaults
        It cannot be read, or has none of the formats: one fault, which names the columns missing for the nearest one.
    """
    cells = _cells(path)
    cells = cells.rename(columns=lambda name: name.strip().lower() if name.strip().lower() in _HEADS else name.strip())
    names = set(cells.columns)
    years = [name for name in cells.columns if _A_YEAR.fullmatch(name)]
    if set(_TOOL) <= names:
        found = cells[list(_TOOL)].rename(columns=_TOOL)
    elif set(_WIDE) <= names and years:
        found = cells.rename(columns={_PLACE: "authority"})
        found = found.melt(["authority", "measure"], years, "year", "value", ignore_index=False)
    elif set(_STATISTICS) <= names:
        found = _statistics(cells).assign(source=f"Official statistics, {path.name}")
    else:
        cells = cells.rename(columns=_ALSO)
        if missing := [name for name in WANTED if name not in cells.columns]:
            raise DataFaults([_no_form(path, names, missing)])
        found = cells[[name for name in (*WANTED, "extracted", "source") if name in cells.columns]]
        return OfficialExtract(found.assign(year=found["year"].map(reporting_year), value=_values(found["value"])), {})
    regions = dict(zip(cells[_PLACE], cells[_REGION], strict=True)) if {_PLACE, _REGION} <= names else {}
    years_of = {year: reporting_year(str(year)) for year in found["year"].unique()}
    found = found.assign(year=found["year"].map(years_of))
    whole = found["year"].isin([year for year in years_of.values() if _is_one_year(year)])
    left_out = {"without a single year": int((~whole).sum())} if not whole.all() else {}
    # If a year appears twice, the later column is the revised one.
    found = found[whole].drop_duplicates(["authority", "measure", "year"], keep="last")
    return OfficialExtract(found.assign(value=_values(found["value"])), left_out, regions)


def measure_names(path: Path) -> dict[str, str]:
    """Return the full name of each measure, by its short name, from the tool's data dictionary.

    Raises
    ------
    DataFaults
        The file cannot be read, or lacks one of the columns Measure_short and Measure.
    """
    cells = _cells(path)
    if missing := [name for name in ("Measure_short", "Measure") if name not in cells.columns]:
        remedy = "Use the tool's data dictionary, with the columns Measure_short and Measure."
        raise DataFaults([Fault(path.name, 1, "", f"no column {', '.join(missing)}", remedy)])
    return dict(zip(cells["Measure_short"].str.strip(), cells["Measure"].str.strip(), strict=True))


def _cells(path: Path) -> pd.DataFrame:
    """Read every cell as text; repeated texts share one string."""
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path).astype("str")
        with warnings.catch_warnings():
            # Otherwise pandas takes surplus cells for an index, or drops them.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig", index_col=False).fillna(
                ""
            )
    except ImportError:
        remedy = "Install pyarrow (uv sync --extra official), or save the file as CSV."
        raise DataFaults([Fault(path.name, None, "", "a parquet file", remedy)]) from None
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 ({error.object[error.start]:#04x})"
        raise DataFaults([Fault(path.name, None, "", found, "Save the file as CSV UTF-8.")]) from None
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError, OSError) as error:
        line = re.search(r"line (\d+)", str(error))
        remedy = "Save the file as CSV UTF-8, with the headings in line 1 and the same number of cells in each line."
        raise DataFaults([Fault(path.name, int(line[1]) if line else None, "", str(error), remedy)]) from None


def _no_form(path: Path, names: set[str], missing: list[str]) -> Fault:
    forms = {"LA and Regions, Short Desc, Years, Values": set(_TOOL), "time_period, geographic_level": {*_STATISTICS}}
    forms["authority, measure, year, value"] = set(WANTED)
    nearest = max(forms, key=lambda form: len(forms[form] & names))
    lacking = ", ".join(sorted(forms[nearest] - names) or missing)
    found = f"no column {lacking}, but {', '.join(sorted(names)[:8])}"
    return Fault(path.name, 1, "", found, f"Use a file with the columns: {'; or '.join(forms)}.")


def _statistics(cells: pd.DataFrame) -> pd.DataFrame:
    """Read a file of the statistics service: a column per measure, and columns for the group of people of each row."""
    level = cells["geographic_level"].str.lower()
    named = [cells[column].where(level == each, "") for each, column in _NAMED.items() if column in cells]
    place = named[0].str.cat(named[1:])
    others = [name for name in cells.columns if name not in _PLACES]
    # A column without a single number describes the group of people, not a measure.
    numbers = cells[others].apply(lambda column: column.str.fullmatch(NUMBER).any())
    measures = [name for name in others if numbers[name]]
    of_whom = [name for name in others if not numbers[name] and cells[name].nunique() > 1]
    keyed = cells.assign(authority=place, year=cells["time_period"], who=cells[of_whom].agg(": ".join, axis=1))
    found = keyed[place != ""].melt(["authority", "year", "who"], measures, "measure", "value", ignore_index=False)
    return found.assign(measure=(found["who"] + ": " + found["measure"]).str.removeprefix(": ")).drop(columns="who")


def reporting_year(text: str) -> str:
    """Return a year as a reporting year, where 2022 is the one that ends in it; other text is unchanged.

    Examples
    --------
    >>> [reporting_year(year) for year in ("2022", "2021/22", "202122", "2018 (Rev)", "2014-16")]
    ['2021-22', '2021-22', '2021-22', '2017-18', '2014-16']
    """
    found = _A_YEAR.fullmatch(text.strip())
    if not found:
        return text
    if found["end"]:
        return f"{found['start']}-{found['end']}"
    return f"{int(found['start']) - 1}-{int(found['start']) % 100:02d}"


def _is_one_year(text: str) -> bool:
    start, _, end = text.partition("-")
    return len(start) == 4 and (start + end).isdigit() and end == f"{(int(start) + 1) % 100:02d}"


def _values(texts: pd.Series) -> pd.Series:
    """Return numbers as published and symbols in the report's own form; other text is unchanged."""
    distinct = {text: _value(str(text).strip()) for text in texts.unique()}
    return texts.map(distinct)


def _value(text: str) -> str:
    if symbol := _SYMBOLS.get(text.casefold()):
        return symbol
    if len(text) <= _DIGITS and "e" not in text.lower():
        return text
    try:
        return f"{Decimal(f'{float(text):.{_DIGITS}g}'):f}"
    except ValueError:
        return text
