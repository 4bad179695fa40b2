"""The cases behind a figure, for an analyst. They are about children and must never be published."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from quarterly.core.errors import RecordsInEdition
from quarterly.core.quarters import Quarter
from quarterly.core.terms import RECORDS_SHOWN
from quarterly.data.project import find_project
from quarterly.records.settings import read_measures, read_words
from quarterly.records.source import open_source
from quarterly.records.store import Store
from quarterly.records.tables import Records

Side = Literal["numerator", "denominator"]


class Cases(pd.DataFrame):  # type: ignore[misc]
    """A table of cases, whose output is marked so that no edition can be published with it."""

    @property
    def _constructor(self) -> type[Cases]:
        return Cases

    def _repr_mimebundle_(self, **_said: Any) -> dict[str, Any]:
        plain = pd.DataFrame(self)
        return {"text/plain": repr(plain), "text/html": plain._repr_html_(), RECORDS_SHOWN: {}}


class OpenRecords:
    """Records opened for analysis."""

    def __init__(self, source: str, root: Path, as_at: date | None) -> None:
        self._opened, self._as_at = open_source(source), as_at
        self._measures = read_measures(root)
        self._records = Records(read_words(root))

    def cases(self, indicator: str, quarter: str, side: Side = "numerator") -> Cases:
        """List the cases behind a figure.

        Parameters
        ----------
        indicator : str
            The indicator's id.
        quarter : str
            As 2023-24-Q3.
        side : {"numerator", "denominator"}
            The cases that count, or all cases in the denominator.

        Returns
        -------
        Cases
            A row for each case: ``case``, ``person``, ``counts`` (bool), ``why``, and the other columns of the
            definition's records.

        Examples
        --------
        records = open_records("private/ssd")
        records.cases("single-assessments-45-days", "2023-24-Q3", side="denominator")
        """
        if indicator not in self._measures:
            raise KeyError(f"{indicator} has no definition. Those that have one: {', '.join(self._measures)}.")
        measure = self._measures[indicator]
        store = Store(self._opened.connection, [Quarter.parse(quarter)], self._as_at)
        rows = store.run(measure.cases(self._records), self._records)
        counts = rows["numerator"] > 0
        words = (measure.numerator or measure.counts).format(**measure.values)
        why = counts.map({True: f"One of {words}", False: f"Not one of {words}"})
        rows.insert(2, "counts", counts)
        rows.insert(3, "why", why)
        # Keep amounts that are summed, as in an average; numerators of 0 and 1 only repeat ``counts``.
        drop = ["quarter", *(["numerator", "denominator"] if set(rows["numerator"]) <= {0, 1} else [])]
        shown = rows.drop(columns=drop)
        return Cases(shown[shown["counts"]] if side == "numerator" else shown).reset_index(drop=True)

    def breakdown(self, indicator: str, quarter: str, by: str) -> Cases:
        """Break a figure down by ``team``, ``sex``, ``ethnicity`` or ``age``.

        Returns
        -------
        Cases
            A row for each group: its name, ``numerator``, ``denominator`` and ``percentage``. Small groups can identify
            children: like everything shown here, it is not for publication.
        """
        cases = pd.DataFrame(self.cases(indicator, quarter, side="denominator"))
        if by not in cases:
            cases = cases.merge(self._people(Quarter.parse(quarter)), on="person", how="left")
        if by not in cases:
            raise KeyError(f"There is no {by}: break {indicator} down by sex, ethnicity, age, or one of its columns.")
        groups = cases.fillna({by: "not known"}).groupby(by)["counts"].agg(numerator="sum", denominator="size")
        groups["percentage"] = (groups["numerator"] / groups["denominator"] * 100).round(1)
        return Cases(groups.reset_index())

    def _people(self, quarter: Quarter) -> pd.DataFrame:
        store = Store(self._opened.connection, [quarter], self._as_at)
        people = store.run(self._records.persons, self._records)
        born = pd.to_datetime(people["born"])
        last = pd.Timestamp(quarter.ends)
        before = (born.dt.month > last.month) | ((born.dt.month == last.month) & (born.dt.day > last.day))
        people["age"] = (last.year - born.dt.year - before).astype("Int64").astype("string")
        return people[["person", "sex", "ethnicity", "age"]]


def open_records(source: str, *, as_at: str | None = None, root: Path | None = None) -> OpenRecords:
    """Open records to look behind a figure, in a notebook that is not part of an edition.

    Parameters
    ----------
    source : str
        As for ``quarterly records import``: a folder, a file, or the address of a database.
    as_at : str, optional
        Use the records as they were known on this day, such as 2025-04-14.
    root : Path, optional
        The project's folder; by default, the project that contains the working directory.

    Raises
    ------
    RecordsInEdition
        The notebook is being run for an edition, whose output is published.
    """
    kernel = sys.modules.get("quarterly.editions.kernel_app")
    if kernel is not None and kernel.KernelApp.initialized():
        raise RecordsInEdition(["this notebook"])
    return OpenRecords(source, root or find_project(Path.cwd()), date.fromisoformat(as_at) if as_at else None)
