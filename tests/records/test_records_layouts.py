"""Records are read from each return into the same tables."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import ExtractUnreadable
from quarterly.records.layouts import load, read


def written(folder: Path, **files: str) -> Path:
    """Write CSV files into a folder."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_the_dataset_is_read_with_days_codes_and_blanks_as_the_schema_has_them(tmp_path: Path) -> None:
    """With a month of British dates, a time, an Excel serial number, a code in lower case, no-break spaces and #N/A."""
    found = read(
        written(
            tmp_path,
            ssd_cla_placement="CLAP_CLA_PLACEMENT_ID,clap_cla_placement_start_date,clap_cla_placement_type,notes\n"
            "\u00a0P1 ,31/03/2025,u6,a\nP2,2025-03-31T00:00:00,#N/A,b\nP3,45747,U6: foster carer,c\nP4,31/02/2025,?,\n",
        )
    )
    rows = found.tables["ssd_cla_placement"]
    assert found.layout == "ssd_folder"
    assert list(rows.index) == [2, 3, 4, 5]
    assert list(rows.clap_cla_placement_id) == ["P1", "P2", "P3", "P4"]
    assert list(rows.clap_cla_placement_start_date) == ["2025-03-31"] * 3 + ["?"]
    assert list(rows.clap_cla_placement_type.fillna("")) == ["U6", "", "U6", "?"]
    assert found.remarks == ["ssd_cla_placement.csv: these columns are not used: notes."]


def test_american_days_are_refused_and_a_mistyped_one_is_not(tmp_path: Path) -> None:
    days = {"ssd_missing": [f"{day % 12 + 1}/{day}/2024" for day in range(1, 29)], "ssd_person": ["31/03/2012"] * 28}
    heads = {"ssd_missing": "miss_table_id,miss_missing_episode_start_date", "ssd_person": "pers_person_id,pers_dob"}
    days["ssd_person"][5] = "03/31/2012"
    rows = {name: "".join(f"{n},{day}\n" for n, day in enumerate(days[name])) for name in days}
    found = read(written(tmp_path, **{name: f"{heads[name]}\n{rows[name]}" for name in days}))
    assert [(fault.file, fault.row, fault.found) for fault in found.faults] == [
        ("ssd_missing.csv", 14, "dates with the month first")
    ]


@pytest.mark.parametrize(("swapped", "faults"), [(True, 1), (False, 0)])
def test_days_that_an_american_excel_took_for_months_are_refused(tmp_path: Path, *, swapped: bool, faults: int) -> None:
    """Such a program converts 03/04/2024 into 4 March and leaves 13/04/2024 as text."""
    converted = [f"2024-{3 + day % 3:02}-{day if swapped else day + 10:02}" for day in range(1, 13)]
    days = [*converted, *(f"{day}/04/2024" for day in range(13, 25))]
    rows = "".join(f"{number},{day}\n" for number, day in enumerate(days))
    found = read(written(tmp_path, ssd_missing=f"miss_table_id,miss_missing_episode_start_date\n{rows}"))
    assert [fault.row for fault in found.faults] == [14] * faults


@pytest.mark.parametrize(
    ("days", "named"),
    [
        (["03/04/2024", "11/12/2024"], "miss_missing_episode_start_date"),
        (["03/04/2024", "13/12/2024"], ""),
        (["04/04/2024", "2024-11-12"], ""),  # the same either way
    ],
)
def test_days_that_could_be_months_are_named(tmp_path: Path, days: list[str], named: str) -> None:
    rows = "".join(f"{number},{day},{day}\n" for number, day in enumerate(days))
    found = read(written(tmp_path, ssd_missing=f"miss_table_id,miss_missing_episode_start_date,note\n{rows}"))
    unsure = [remark.removesuffix(".").rpartition(": ")[2] for remark in found.remarks if "day first" in remark]
    assert unsure == [named] * bool(named)


@pytest.mark.parametrize("flag", ['"Y"', ' "y"', "true", "1", "'Yes'"])
def test_flags_are_read_however_they_are_set_and_a_table_may_be_empty(tmp_path: Path, flag: str) -> None:
    outcomes = f"{{'A_FLAG': {flag}, 'B_FLAG': \"\", 'C_FLAG': 10}}".replace('"', '""')
    heads = "cont_contact_id,cont_contact_outcome_json\n"
    found = read(written(tmp_path, ssd_contacts=f'{heads}1,"{outcomes}"\n', ssd_missing="miss_table_id\n"))
    assert list(found.tables["ssd_contacts"].cont_contact_outcome_json) == ['{"A_FLAG":"Y"}']
    assert load(found).table("ssd_missing").count().execute() == 0


def test_a_row_keeps_its_line_where_cells_have_line_breaks(tmp_path: Path) -> None:
    found = read(written(tmp_path, ssd_missing='miss_table_id,miss_person_id\n"M\n1",C1\nM2,C2\n'))
    assert list(load(found).table("ssd_missing").source_row.execute()) == [3, 4]


def test_an_unknown_layout_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ExtractUnreadable, match=r"no known kind of records.*Annex A.*SSDA903"):
        read(written(tmp_path, housing="a,b\n1,2\n"))


def test_a_file_without_headings_is_refused_and_its_first_row_is_not_named(tmp_path: Path) -> None:
    found = read(written(tmp_path, ssd_missing="M1,C4711,2025-01-01\nM2,C4712,2025-01-02\n"))
    assert [(fault.found, fault.row) for fault in found.faults] == [("no known headings", 1)]
    with pytest.raises(DataFaults) as told:
        load(found)
    assert "miss table id" in str(told.value)
    assert "C4711" not in str(told.value) + str(found.remarks)


def test_a_row_that_is_too_long_is_refused_by_its_line_without_its_contents(tmp_path: Path) -> None:
    with pytest.raises(DataFaults, match="line 3: found a row with too many cells") as told:
        read(written(tmp_path, ssd_missing="miss_table_id,miss_person_id\nM1,C1\nM2,C4711,2025-01-01,x\n"))
    assert "C4711" not in str(told.value)


def workbook(file: Path, **lists: list[list[object]]) -> Path:
    """Write a workbook; each sheet has a title above its headings."""
    book = Workbook()
    for name, rows in lists.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in [["OFFICIAL"], *rows]:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(file)
    return file


WHO = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]


def test_annex_a_is_read_by_its_codes_and_without_excel_errors(tmp_path: Path) -> None:
    child = ["C1", "b) Female", "a) WBRI", date(2015, 3, 1), "#N/A"]
    file = workbook(
        tmp_path / "annex_a.xlsx",
        List_1=[[*WHO, "Date of Contact", "Contact Source"], *[[*child, "31/03/2025", "q) 6:\u00a0Police"]] * 2],
        List_3=[
            [*WHO, "DATE OF REFERRAL", "Referral NFA?", "Allocated Team"],
            [*child, date(2025, 1, 6), "b) No", None],
            [*child, date(2025, 1, 6), "b) No", None],
            [*child, date(2025, 1, 6), "a) Yes", None],
        ],
        List_5=[
            [
                *WHO,
                "Strategy discussion initiating Section 47 Enquiry Start Date",
                "Date of Initial Child Protection Conference",
            ],
            [*child, date(2025, 1, 6), date(2025, 1, 20)],
            [*child, date(2025, 2, 6), None],
        ],
        List_9=[
            [*WHO, "Eligibility Category", "Type of Accommodation", "Suitability of Accommodation"],
            [*child, "b) Former relevant child", "d) D: Semi-independent", "a) Suitable"],
        ],
        Notes=[["Whom to ask"]],
    )
    found = read(file)
    assert found.layout == "annex_a"
    assert found.faults == []
    assert found.whole_from == date(2024, 10, 1)
    assert found.tables["ssd_person"].iloc[0].fillna("").to_dict() == {
        "pers_person_id": "C1",
        "pers_sex": "F",
        "pers_ethnicity": "WBRI",
        "pers_dob": "2015-03-01",
    }
    # Each row of List 1 is a contact; identical rows of one referral are one.
    assert list(found.tables["ssd_contacts"].cont_contact_id) == ["C1/2025-03-31/1", "C1/2025-03-31/2"]
    assert list(found.tables["ssd_cin_episodes"].cine_referral_id) == ["C1/2025-01-06"] * 2 + ["C1/2025-01-06/2"]
    assert list(found.tables["ssd_cin_episodes"].cine_referral_nfa) == ["N", "N", "Y"]
    assert list(found.tables["ssd_initial_cp_conference"].icpc_s47_enquiry_id) == ["C1/2025-01-06"]
    leaver = found.tables["ssd_care_leavers"].iloc[0]
    assert (leaver.clea_care_leaver_eligibility, leaver.clea_care_leaver_accommodation) == ("Former Relevant", "D")
    assert leaver.clea_care_leaver_accom_suitable == "1"
    assert "annex_a.xlsx, sheet Notes is not used." in found.remarks


def test_formulas_that_were_never_calculated_are_refused_where_their_column_is_used(tmp_path: Path) -> None:
    row = ["C1", "a) Male", "a) WBRI", date(2015, 3, 1), "=YEAR(D3)", "=D3+1"]
    file = workbook(tmp_path / "a.xlsx", List_1=[[*WHO, "Date of Contact"], row], List_2=[[*WHO]])
    book = load_workbook(file)
    book["List 2"].sheet_state = "hidden"
    book.save(file)
    found = read(file)
    assert "a.xlsx, sheet List 2 is hidden, and not read." in found.remarks
    assert [(fault.column, fault.row, fault.found) for fault in found.faults] == [
        ("date of contact", 3, "1 formulas without a result")
    ]


PEOPLE = "CHILD,SEX,DOB,ETHNIC\nC1,2,01/05/2010,WBRI\nC2,1,01/05/2010,WBRI\n"
EPISODES = "CHILD,DECOM,RNE,LS,PLACE,PLACE_PROVIDER,DEC,REC,URN\n"


def test_placements_statuses_and_periods_of_care_are_derived_from_episodes(tmp_path: Path) -> None:
    found = read(
        written(
            tmp_path,
            header="CHILD,SEX,DOB,ETHNIC\nC1,2,01/05/2021,WBRI\n",
            episodes=EPISODES
            + "C1,01/04/2024,S,V2,u6,PR1,01/06/2024,X1,\n"
            + "C1,01/06/2024,L,C1,U6,PR1,01/08/2024,X1,\n"
            + "C1,01/08/2024,P,C1,K2,PR4,01/10/2024,E4A,SC1\n"
            + "C1,01/02/2025,S,C1,U6,PR1,,,\n",
            uasc="CHILD,SEX,DOB,DUC\nC1,2,01/05/2021,01/05/2039\n",
            oc2="CHILD,DOB,TEETH_CHECK,HEALTH_ASSESSMENT\nC1,01/05/2021,0,1\n",
            oc3="CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\nC2,01/05/2004,YES,F2,B1\n",
            missing="CHILD,DOB,MISSING,MIS_START,MIS_END\nC1,01/05/2021,m,01/03/2025,02/03/2025\n",
            sw_episodes="CHILD,SW_ID\nC1,W1\n",
        )
    )
    tables = found.tables
    assert (found.layout, found.faults, found.whole_from) == ("ssda903", [], date(2024, 4, 1))
    episodes = tables["ssd_cla_episodes"]
    assert list(episodes.clae_entered_care_date) == ["2024-04-01"] * 3 + ["2025-02-01"]
    assert list(episodes.clae_cla_id) == ["C1/2024-04-01"] * 3 + ["C1/2025-02-01"]
    places = tables["ssd_cla_placement"].fillna("")
    assert places.filter(regex="start|end|type|urn").to_numpy().tolist() == [
        ["2024-04-01", "2024-08-01", "U6", ""],
        ["2024-08-01", "2024-10-01", "K2", "SC1"],
        ["2025-02-01", "", "U6", ""],
    ]
    statuses = tables["ssd_legal_status"].fillna("")
    assert statuses[["lega_legal_status", "lega_legal_status_start_date"]].to_numpy().tolist() == [
        ["V2", "2024-04-01"],
        ["C1", "2024-06-01"],
        ["C1", "2025-02-01"],
    ]
    assert list(statuses.lega_legal_status_end_date) == ["2024-06-01", "2024-10-01", ""]
    # Two health assessments in the year for a child under 5; a check is dated to the last day of the year.
    assert list(tables["ssd_cla_health"].clah_health_check_type) == ["health_assessment"] * 2
    assert set(tables["ssd_cla_health"].clah_health_check_date) == {"2025-03-31"}
    leaver = tables["ssd_care_leavers"].iloc[0]
    assert (leaver.clea_care_leaver_accommodation, leaver.clea_care_leaver_accom_suitable) == ("B", "1")
    assert list(tables["ssd_missing"].miss_missing_episode_type) == ["Missing"]
    assert "sw_episodes.csv is not used." in found.remarks


def test_a_later_years_version_of_an_episode_replaces_an_earlier_one(tmp_path: Path) -> None:
    for year, end in (("2023-24", ",,"), ("2024-25", "01/07/2024,E4A,")):
        (tmp_path / year).mkdir()
        rows = f"C1,01/02/2024,S,V2,U6,PR1,{end}\n" + ("C2,01/05/2024,S,V2,U6,PR1,,,\n" if year == "2024-25" else "")
        written(tmp_path / year, episodes=EPISODES + rows)
    found = read(tmp_path)
    assert found.whole_from == date(2023, 4, 1)
    ends = found.tables["ssd_cla_episodes"].set_index("clae_person_id").clae_cla_episode_ceased_date
    assert ends.fillna("").to_dict() == {"C1": "2024-07-01", "C2": ""}


def test_an_open_episode_whose_first_day_a_later_year_corrects_is_not_counted_beside_it(tmp_path: Path) -> None:
    for year, rows in (
        ("2023-24", "C1,01/02/2024,S,V2,U6,PR1,,,\nC2,01/03/2023,S,V2,U6,PR1,02/05/2023,E4A,\n"),
        ("2024-25", "C1,02/02/2024,S,V2,U6,PR1,01/07/2024,E4A,\nC3,01/05/2024,S,V2,U6,PR1,,,\n"),
    ):
        (tmp_path / year).mkdir()
        written(tmp_path / year, episodes=EPISODES + rows)
    found = read(tmp_path)
    assert sorted(found.tables["ssd_cla_placement"].clap_cla_placement_id) == [
        "C1/2024-02-02", "C2/2023-03-01", "C3/2024-05-01"
    ]  # fmt: skip
    assert [remark for remark in found.remarks if remark.startswith("ssd_cla_episodes: 1 row of an earlier year")]


@pytest.mark.parametrize(
    ("checks", "faults"),
    [
        ("TEETH_CHECK,HEALTH_ASSESSMENT\nC1,01/05/2010,1.0,yes\nC2,01/05/2010,,0.0\n", []),
        ("TEETH_CHECK,HEALTH_ASSESSMENT\nC1,01/05/2010,1 - Yes,TRUE\nC2,01/05/2010,0 - No,n\n", []),
        ("TEETH_CHECK,HEALTH_ASSESSMENT\nC1,01/05/2010,2,1\nC2,01/05/2010,1,0\n", ["TEETH_CHECK"]),
        ("DENTIST,HEALTH_ASSESSMENT\nC1,01/05/2010,1,1\n", ["TEETH_CHECK"]),
        ("TEETH_CHECK,HEALTH_ASSESSMENT\nC1,01/05/2010,1,\n", ["HEALTH_ASSESSMENT"]),
    ],
)
def test_checks_are_counted_as_they_are_written_and_never_as_none_for_want_of_a_column(
    tmp_path: Path, checks: str, faults: list[str]
) -> None:
    rows = EPISODES + "C1,01/04/2024,S,V2,U6,PR1,,,\nC2,01/04/2024,S,V2,U6,PR1,,,\n"
    found = read(written(tmp_path, header=PEOPLE, episodes=rows, oc2="CHILD,DOB," + checks))
    assert [fault.column for fault in found.faults] == faults
    if not faults:
        assert sorted(found.tables["ssd_cla_health"].clah_health_check_id) == [
            "C1/dental/2025/1", "C1/health_assessment/2025/1"
        ]  # fmt: skip


def census(file: Path, kind: str, body: str) -> Path:
    """Write a message with a header."""
    file.write_text(
        f"<Message><Header><CollectionDetails><Collection>{kind}</Collection><ReferenceDate>2026-03-31</ReferenceDate>"
        f"</CollectionDetails></Header>{body}</Message>",
        encoding="utf-8",
    )
    return file


CHILD = """<Children><Child><ChildIdentifiers><LAchildID>C1</LAchildID><PersonBirthDate>2015-03-27</PersonBirthDate>
<GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>
</ChildCharacteristics><CINdetails><CINreferralDate>2025-10-06</CINreferralDate><PrimaryNeedCode>N4</PrimaryNeedCode>
<CINclosureDate>2026-02-27</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure>{case}
<Assessments><AssessmentActualStartDate>2025-10-07</AssessmentActualStartDate>
<AssessmentAuthorisationDate>2025-11-07</AssessmentAuthorisationDate></Assessments>{enquiry}
<ReferralNFA>0</ReferralNFA><PreProceedingsandFGDM><PPStartDate>2025-12-01</PPStartDate>
<StepDecisionDate>2026-02-01</StepDecisionDate></PreProceedingsandFGDM></CINdetails></Child></Children>"""
HELD = "<DateOfInitialCPC>2025-10-24</DateOfInitialCPC>"
ENQUIRY = "<Section47><S47ActualStartDate>2025-10-08</S47ActualStartDate>{held}</Section47>"


@pytest.mark.parametrize(
    ("case", "enquiry", "linked", "moved_in"),
    [
        ("", ENQUIRY.format(held=HELD), "C1/2025-10-08/s47", "N"),
        (HELD, ENQUIRY.format(held=""), "C1/2025-10-08/s47", "N"),
        (HELD, "", "", "Y"),
    ],
)
def test_the_conference_is_found_with_its_enquiry_or_with_its_case(
    tmp_path: Path, case: str, enquiry: str, linked: str, moved_in: str
) -> None:
    found = read(census(tmp_path / "cin.xml", "CIN", CHILD.format(case=case, enquiry=enquiry)))
    conference = found.tables["ssd_initial_cp_conference"].fillna("").iloc[0]
    assert found.layout == "cin_census"
    assert (conference.icpc_icpc_date, conference.icpc_s47_enquiry_id) == ("2025-10-24", linked)
    assert conference.icpc_icpc_transfer_in == moved_in


@pytest.mark.parametrize("before", ["", " \n"])
def test_a_census_of_children_in_need_fills_cases_and_what_is_in_them(tmp_path: Path, before: str) -> None:
    body = re.sub(r">(\w[\w-]*)<", rf">{before}\1 <", CHILD.format(case="", enquiry=""))
    found = read(census(tmp_path / "cin.xml", "CIN", body))
    case = found.tables["ssd_cin_episodes"].iloc[0]
    assert (case.cine_referral_id, case.cine_referral_nfa, case.cine_close_reason) == ("C1/2025-10-06", "N", "RC8")
    assessment = found.tables["ssd_cin_assessments"].iloc[0]
    assert (assessment.cina_referral_id, assessment.cina_assessment_outcome_nfa) == (case.cine_referral_id, "Y")
    assert found.tables["ssd_pre_proceedings"].iloc[0].prep_agree_stepdown_issue_date == "2026-02-01"
    assert found.tables["ssd_person"].iloc[0].pers_sex == "F"
    assert found.whole_from == date(2025, 4, 1)


def test_assessments_on_one_line_keep_their_outcomes(tmp_path: Path) -> None:
    """Only the last one of a case closed after assessment led to nothing more."""
    one = "<Assessments><AssessmentActualStartDate>2025-10-07</AssessmentActualStartDate></Assessments>"
    both = CHILD.format(case=one.replace("10-07", "12-01"), enquiry="").replace("\n", "")
    rows = read(census(tmp_path / "cin.xml", "CIN", both)).tables["ssd_cin_assessments"]
    outcomes = rows.set_index("cina_assessment_start_date").cina_assessment_outcome_nfa
    assert outcomes.to_dict() == {"2025-12-01": "Y", "2025-10-07": "N"}


def test_each_case_of_a_social_worker_is_an_involvement_on_the_day_of_the_census(tmp_path: Path) -> None:
    worker = (
        "<CSWWWorker><AgencyWorker>1</AgencyWorker><SWENo>SW{0}</SWENo><FTE30>0.6</FTE30><Cases30>{1}</Cases30>"
        "</CSWWWorker>"
    )
    said = ["3.0", "", "several", "-3", "5000", "2.5"]
    workers = "".join(worker.format(number, cases) for number, cases in enumerate(said, start=1))
    workers += worker.format(1, 9)
    found = read(census(tmp_path / "csww.xml", "CSWW", workers))
    twice, remark = found.remarks
    assert twice.startswith("csww.xml, workers in rows 7: an earlier row has the same id, and that one is counted")
    assert len(found.tables["ssd_professionals"]) == len(said)
    assert remark.startswith("csww.xml, workers in rows 3, 4, 5, 6: Cases30 is not a whole number up to 999.")
    professional = found.tables["ssd_professionals"].iloc[0]
    assert (professional.prof_full_time_equivalency, professional.prof_agency_worker_flag) == ("0.6", "Y")
    cases = found.tables["ssd_involvements"]
    assert list(cases.invo_professional_id) == [professional.prof_professional_id] * 3
    assert set(cases.invo_involvement_start_date + cases.invo_involvement_end_date) == {"2026-03-312026-04-01"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<!DOCTYPE m [<!ENTITY a "C4711">]><Message><CINdetails>&a;</CINdetails></Message>', "entities"),
        ("<Message>\n<CINdetails><LAchildID>C4711</CINdetails></Message>", "invalid XML on line 2"),
    ],
)
def test_xml_that_declares_entities_or_is_damaged_is_refused(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "cin.xml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults, match=found) as told:
        read(tmp_path / "cin.xml")
    assert "C4711" not in str(told.value)
