"""The downloads of a quarter: the accessible workbook, the open data and its description."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from quarterly.commentary.promises import published_comments
from quarterly.commentary.read import Written
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.data.params import load_params
from quarterly.disclosure import open_basket
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.workbook.datapackage import datapackage
from quarterly.outputs.workbook.front import contents_sheet, cover_sheet, notes_sheet
from quarterly.outputs.workbook.imprint import Imprint, load_imprint
from quarterly.outputs.workbook.opendata import csv_text, tidy
from quarterly.outputs.workbook.sheets import (
    commentary_sheet,
    comparator_sheet,
    history_sheet,
    quality_sheet,
    scorecard_sheet,
)
from quarterly.outputs.workbook.xlsx import Sheet, sheet_name, write_xlsx
from quarterly.storage.atomic import replace_files


def write_workbook(root: Path, quarter: Quarter) -> list[Path]:
    """Write the downloads of a quarter into ``downloads/<quarter>/``.

    Commentary is taken from the quarter's edition, if there is one. Returns the files.

    Raises
    ------
    DataFaults
        The data or the parameters have faults; nothing was written.
    UnknownQuarter
        There are no figures for the quarter.
    """
    opened = open_basket(root)
    basket, scorecard = opened.known_at(quarter), opened.scorecard(quarter)
    imprint = load_imprint(root, load_params(root, quarter))
    comments = {area: published_comments(root, area, scorecard) for area in basket.area_ids}
    sheets = workbook_sheets(imprint, basket, scorecard, comments)
    properties: dict[str, str | datetime] = {
        "title": f"{imprint.title}: {quarter.label}",
        "subject": f"Key performance indicators, {quarter.months}",
        "author": imprint.contact or imprint.title,
        "keywords": f"scorecard, key performance indicators, {quarter}",
        "comments": imprint.credit,
        "created": imprint.stamp,
    }
    tables = {"scorecard.csv": csv_text(tidy(basket, scorecard)), "scorecard-wide.csv": csv_text(scorecard.export())}
    folder = root / "downloads" / str(quarter)
    contents: dict[Path, str | bytes] = {
        folder / "scorecard.xlsx": write_xlsx(sheets, properties),
        **{folder / name: text for name, text in tables.items()},
        folder / "datapackage.json": datapackage(imprint, basket, scorecard, tables),
    }
    replace_files(contents)
    return list(contents)


def workbook_sheets(
    imprint: Imprint, basket: Basket, scorecard: Scorecard, comments: dict[str, list[Written]]
) -> list[Sheet]:
    """Lay out all sheets of the workbook, in order."""
    quarter, areas = scorecard.quarter, dict(zip(basket.areas["area_id"], basket.areas["name"], strict=True))
    notes, references = notes_sheet(basket, scorecard)
    title = f"Scorecard of all service areas: {quarter.label}"
    front = [
        cover_sheet(imprint, basket, scorecard),
        notes,
        scorecard_sheet("Scorecard", title, scorecard, areas, references),
    ]
    back = [
        commentary_sheet(scorecard, areas, comments),
        comparator_sheet(basket, scorecard, areas),
        history_sheet(scorecard, areas),
        quality_sheet(scorecard, areas),
    ]
    names = ["Contents", *(sheet.name for sheet in [*front, *back])]
    of_areas = []
    for area_id, area in areas.items():
        names.append(sheet_name(area_id, names))
        part = scorecard.area(area_id)
        of_areas.append(scorecard_sheet(names[-1], f"{area}: {quarter.label}", part, {}, references))
    cover, *sheets = [*front, *of_areas, *back]
    return [cover, contents_sheet([cover, *sheets]), *sheets]
