"""An analyst can see the cases behind a figure; any output that shows them is marked."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from quarterly.commentary.disclosure_check import cells_with_records
from quarterly.core.terms import RECORDS_SHOWN
from quarterly.records.analysis import OpenRecords, open_records

QUARTER = "2023-24-Q3"


@pytest.fixture
def opened(tmp_path: Path) -> OpenRecords:
    (tmp_path / "_quarto.yml").write_text("project: {type: website}\n", encoding="utf-8")
    folder = tmp_path / "ssd"
    folder.mkdir()
    folder.joinpath("ssd_cin_assessments.csv").write_text(
        "cina_assessment_id,cina_person_id,cina_referral_id,cina_assessment_start_date,cina_assessment_auth_date,"
        "cina_assessment_team\n"
        "a1,p1,r1,2023-08-01,2023-10-04,North\na2,p2,r2,2023-08-01,2023-10-05,North\na3,p1,r1,2023-11-01,2023-12-31,\n",
        encoding="utf-8",
    )
    folder.joinpath("ssd_person.csv").write_text(
        "pers_person_id,pers_dob,pers_sex\np1,2012-12-31,F\np2,2013-01-01,M\n", encoding="utf-8"
    )
    folder.joinpath("ssd_cin_episodes.csv").write_text(
        "cine_referral_id,cine_person_id,cine_referral_date\nr1,p1,2023-07-01\nr2,p2,2023-07-01\n", encoding="utf-8"
    )
    return open_records(str(folder), root=tmp_path)


def test_the_cases_on_both_sides_of_a_figure(opened: OpenRecords) -> None:
    counted = opened.cases("single-assessments-45-days", QUARTER)
    among = opened.cases("single-assessments-45-days", QUARTER, side="denominator")
    assert sorted(counted["case"]) == ["a1", "a3"]
    assert among.set_index("case")["working_days"].to_dict() == {"a1": 45, "a2": 46, "a3": 40}
    assert among.set_index("case").loc["a2", "why"].startswith("Not one of those authorised within 45 working days")


def test_a_figure_breaks_down_by_team_sex_and_age(opened: OpenRecords) -> None:
    def down(by: str) -> dict[str, tuple[int, int]]:
        frame = opened.breakdown("single-assessments-45-days", QUARTER, by)
        return {row[by]: (row["numerator"], row["denominator"]) for _, row in frame.iterrows()}

    assert down("team") == {"North": (1, 2), "not known": (1, 1)}
    assert down("sex") == {"F": (2, 2), "M": (0, 1)}
    # Eleven on the last day of the quarter, and ten until the day after it.
    assert down("age") == {"11": (2, 2), "10": (0, 1)}


def test_output_that_shows_cases_is_marked(opened: OpenRecords) -> None:
    cases = opened.cases("single-assessments-45-days", QUARTER)
    for frame in (cases, cases.head(1), cases[["person"]], cases.sort_values("case")):
        assert RECORDS_SHOWN in frame._repr_mimebundle_()


def opens(code: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(code)


def shows() -> nbformat.NotebookNode:
    data = {"text/plain": "p1", RECORDS_SHOWN: {}}
    return nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data=data)])


def test_code_that_opens_records_and_outputs_that_show_them_are_found() -> None:
    cells = [
        opens("from quarterly.records.analysis import open_records"),
        opens("import quarterly.records.analysis as a"),
        opens("from quarterly import records"),
        opens("records = 1"),
        nbformat.v4.new_markdown_cell("quarterly records are kept"),
        shows(),
    ]
    assert cells_with_records(nbformat.v4.new_notebook(cells=cells)) == [1, 2, 3, 6]
