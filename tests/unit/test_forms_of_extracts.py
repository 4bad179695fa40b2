"""Each form of an extract has the correct reading or the expected message, and no cell is ignored silently."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from extract_forms import FORMS, A, C, Form, S, main
from extracts import values

from quarterly.core.errors import DataFaults
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.ingest.extract import Extract, read_extract
from quarterly.ingest.grid import Cell, Grid, column_name
from quarterly.ingest.new_basket import NewBasket, read_first
from quarterly.ingest.plan import make_plan
from quarterly.ingest.source import Source, open_source

READ = [form for form in FORMS if not form.message]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which each form is a file."""
    made = tmp_path_factory.mktemp("forms")
    main(made)
    return made


@pytest.fixture(scope="session")
def small(basket: Basket) -> Basket:
    """Return the basket with only the indicators of the forms."""
    tables = {
        name: table[table["indicator_id"].isin([A, C, S])].reset_index(drop=True)
        for name, table in vars(basket).items()
        if isinstance(table, pd.DataFrame) and "indicator_id" in table
    }
    return replace(basket, **tables)


@functools.cache
def opened(name: str, folder: Path) -> Source:
    """Open a form under a fixed name, whatever its file is called."""
    ((number, form),) = ((number, form) for number, form in enumerate(FORMS, start=1) if form.name == name)
    path = folder / f"{number:03d}-{form.file_name}"
    source = open_source(str(path))
    for grid in source.grids:
        object.__setattr__(grid, "file", f"extract{path.suffix}")
    return replace(source, name=f"extract{path.suffix}")


@functools.cache
def read_new(name: str, folder: Path) -> NewBasket:
    """Read a form as the first extract of a new basket."""
    form = next(form for form in FORMS if form.name == name)
    return read_first(opened(name, folder), options=form.options)


def test_there_are_many_forms_in_separate_files(folder: Path) -> None:
    assert len(list(folder.iterdir())) == len(FORMS) == len({form.name for form in FORMS}) >= 60


def read(form: Form, folder: Path, basket: Basket) -> tuple[Extract, set[str], list[str], NewBasket | None]:
    """Read a form as its command does; return its figures, doubts, remarks and the new basket."""
    if form.asked is None:
        made = read_new(form.name, folder)
        return made.extract, set(made.doubts["doubt"]), made.extract.remarks, made
    source = opened(form.name, folder)
    extract = read_extract(source.grids, basket, form.asked, form.options, source.hidden)
    plan = make_plan(extract, basket, form.asked)
    of_reading = {"period", "heading", "polarity", "unit", "fraction", "shown", "decimals", "beyond"}
    return extract, set(plan.doubts["doubt"]) & of_reading, plan.extract.remarks, None


def goal(row: Any) -> float | str:
    if pd.notna(row.lower):
        return f"{row.lower:g} to {row.upper:g}"
    return row.value if pd.notna(row.value) else str(row.direction or row.status or row.missing)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_each_form_has_its_reading_or_its_message(form: Form, folder: Path, small: Basket) -> None:
    if form.message:
        with pytest.raises(DataFaults) as caught:
            read(form, folder, small)
        assert form.message in str(caught.value)
        assert all(fault.file.startswith("extract.") for fault in caught.value.faults)
        return
    extract, doubts, remarks, made = read(form, folder, small)
    asked = made.quarter if made else form.asked
    assert asked is not None
    assert values(extract, asked) == form.figures
    assert doubts == set(form.doubts)
    for remark in form.remarks:
        assert any(remark in told for told in remarks), remarks
    goals = {row.indicator_id: goal(row) for row in extract.targets.itertuples() if row.to_quarter >= str(asked)}
    assert {one: goals.get(one) for one in form.targets} == form.targets
    rows = extract.published[extract.published["quarter"] == str(asked)].itertuples()
    ratings = {row.indicator_id: (row.rag, row.dot) for row in rows}
    assert {one: ratings.get(one) for one in form.published} == form.published
    for one, about in form.about.items():
        assert made is not None
        found = made.tables["indicators"].set_index("indicator_id").loc[one]
        assert (found["unit"], found["polarity"]) == about


def turned_round(grid: Grid) -> Grid:
    rows: dict[int, dict[int, Cell]] = {}
    for column, row in sorted((column, row) for row, cells in grid.rows.items() for column in cells):
        rows.setdefault(column, {})[row] = grid.rows[row][column]
    merged = {(left, top): (right, bottom) for (top, left), (bottom, right) in grid.merged.items()}
    return replace(grid, rows=rows, merged=merged)


def test_a_table_that_is_turned_round_is_refused_or_has_the_same_figures(folder: Path, small: Basket) -> None:
    forms = [form for form in READ if form.asked and not form.name.startswith("turned round")][::4]
    same = 0
    for form in forms:
        assert form.asked is not None
        grids = [turned_round(grid) for grid in opened(form.name, folder).grids]
        with contextlib.suppress(DataFaults):
            found = read_extract(grids, small, form.asked, form.options)
            assert values(found, form.asked) == form.figures, form.name
            same += 1
    assert same > len(forms) / 2


def outcome(grids: list[Grid], basket: Basket, asked: Quarter, form: Form) -> str:
    """Return everything that a reading reports, as one text."""
    try:
        read = vars(read_extract(grids, basket, asked, form.options))
        return str({name: part for name, part in read.items() if name != "column_roles"})
    except DataFaults as error:
        return str(error)


@pytest.mark.parametrize("form", READ, ids=lambda form: form.name)
def test_every_cell_is_read_or_is_named_as_unused(
    form: Form, folder: Path, small: Basket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changing a cell changes what is read or reported, unless its whole column, rows or sheet are named."""
    grids = opened(form.name, folder).grids
    asked, basket = form.asked, small
    if asked is None:
        made = read_new(form.name, folder)
        basket, asked = made.basket, made.quarter
    # Making frames of the rows takes longer than all the rest.
    monkeypatch.setattr("quarterly.ingest.extract.frame_of", lambda rows, _: rows)
    usual = outcome(grids, basket, asked, form)
    for place, grid in enumerate(grids):
        for row, cells in grid.rows.items():
            for column, cell in cells.items():
                changed = {**grid.rows, row: {**cells, column: Cell("Zanzibar")}}
                others = [*grids[:place], replace(grid, rows=changed), *grids[place + 1 :]]
                assert outcome(others, basket, asked, form) != usual or named(usual, grid, row, column), cell


def named(told: str, grid: Grid, row: int, column: int) -> bool:
    """Return whether a remark names the sheet of a cell, its column, or the part that its row is about."""
    texts = [cell.text for cell in grid.rows[row].values()]
    line = any(f"({name}, {grid.place})" in told for name in (column_name(column), f"row {row}"))
    whole = line or f"No table of figures: {grid.place}" in told
    return whole or any(f" = {text} (" in told for text in texts)
