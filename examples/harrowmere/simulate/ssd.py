# ruff: noqa: ARG005, E501 - the tables read as tables
"""The lives as tables of the Standard Safeguarding Dataset: one CSV file for each table, with its column names."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from simulate.lives import Child, Council, Event

CONTACT_FLAGS = (
    "NEW_REFERRAL_FLAG", "EXISTING_REFERRAL_FLAG", "CP_ENQUIRY_FLAG", "NFA_FLAG", "NON_AGENCY_ADOPTION_FLAG",
    "PRIVATE_FOSTERING_FLAG", "ADVICE_FLAG", "MISSING_FLAG", "OLA_CP_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip
REFERRAL_FLAGS = (
    "SINGLE_ASSESSMENT_FLAG", "NFA_FLAG", "STRATEGY_DISCUSSION_FLAG", "CLA_REQUEST_FLAG", "NON_AGENCY_ADOPTION_FLAG",
    "PRIVATE_FOSTERING_FLAG", "CP_TRANSFER_IN_FLAG", "CP_CONFERENCE_FLAG", "CARE_LEAVER_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip
ASSESSMENT_FLAGS = (
    "NFA_FLAG", "NFA_S47_END_FLAG", "STRATEGY_DISCUSSION_FLAG", "CLA_REQUEST_FLAG", "PRIVATE_FOSTERING_FLAG",
    "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG", "PROV_OF_SB_CARE_FLAG", "SPECIALIST_ASSESSMENT_FLAG",
    "REFERRAL_TO_OTHER_AGENCY_FLAG", "OTHER_ACTIONS_FLAG", "OTHER_OUTCOMES_EXIST_FLAG", "TOTAL_NO_OF_OUTCOMES",
)[:12]  # fmt: skip
ENQUIRY_FLAGS = (
    "NFA_FLAG", "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG", "PROV_OF_SB_CARE_FLAG", "CP_CONFERENCE_FLAG",
    "NFA_CONTINUE_SINGLE_FLAG", "MONITOR_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip

Cell = Callable[[Child, Event], object]


def flags(names: tuple[str, ...]) -> Cell:
    """A JSON column: always all keys, each with Y or empty."""
    return lambda _, event: (
        None if event.flags is None else json.dumps({name: "Y" if name in event.flags else "" for name in names})
    )


def of(name: str) -> Cell:
    """A field of the event."""
    return lambda _, event: getattr(event, name)


def child_id(child: Child, _: Event) -> str:
    """The id of the event's child."""
    return child.id


def columns(prefix: str, **cells: str | Cell) -> dict[str, Cell]:
    """Columns of a table with the prefix of its names."""
    return {f"{prefix}_{name}": of(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}


# Table: the list of a life that it holds, and its columns.
TABLES: dict[str, tuple[str, dict[str, Cell]]] = {
    "ssd_contacts": ("contacts", columns(
        "cont", contact_id="id", person_id=child_id, contact_date="day", contact_source_code="source",
        contact_source_desc="desc", contact_outcome_json=flags(CONTACT_FLAGS))),
    "ssd_early_help_episodes": ("early_help", columns(
        "earl", episode_id="id", person_id=child_id, episode_start_date="start", episode_end_date="end",
        episode_reason="reason", episode_end_reason="end_reason", episode_organisation="organisation",
        episode_worker_id="worker")),
    "early_help_assessments": ("early_help_assessments", {
        "assessment_id": of("id"), "person_id": child_id, "start_date": of("start"), "completion_date": of("end"),
        "organisation": of("organisation")}),
    "ssd_cin_episodes": ("referrals", columns(
        "cine", referral_id="id", person_id=child_id, referral_date="day", cin_primary_need_code="need",
        referral_source_code="source", referral_outcome_json=flags(REFERRAL_FLAGS), referral_nfa="nfa", close_date="end",
        close_reason="end_reason", referral_team="team", referral_worker_id="worker")),
    "ssd_cin_assessments": ("assessments", columns(
        "cina", assessment_id="id", person_id=child_id, referral_id="referral", assessment_start_date="start",
        assessment_auth_date="end", assessment_child_seen="seen", assessment_outcome_json=flags(ASSESSMENT_FLAGS),
        assessment_outcome_nfa="nfa", assessment_team="team", assessment_worker_id="worker")),
    "ssd_assessment_factors": ("assessments", columns(
        "cinf", table_id=lambda _, event: event.id.replace("ASM", "FAC"), assessment_id="id",
        assessment_factors_json=lambda _, event: json.dumps(list(event.factors)) if event.factors else None)),
    "ssd_cin_plans": ("cin_plans", columns(
        "cinp", cin_plan_id="id", referral_id="referral", person_id=child_id, cin_plan_start_date="start",
        cin_plan_end_date="end", cin_plan_team="team", cin_plan_worker_id="worker")),
    "ssd_cin_visits": ("cin_visits", columns(
        "cinv", cin_visit_id="id", person_id=child_id, cin_visit_date="day", cin_visit_seen="seen",
        cin_visit_seen_alone="alone", cin_visit_bedroom=lambda _, event: None)),
    "ssd_s47_enquiry": ("enquiries", columns(
        "s47e", s47_enquiry_id="id", referral_id="referral", person_id=child_id, s47_start_date="start", s47_end_date="end",
        s47_nfa="nfa", s47_outcome_json=flags(ENQUIRY_FLAGS))),
    "ssd_initial_cp_conference": ("conferences", columns(
        "icpc", icpc_id="id", s47_enquiry_id="enquiry", person_id=child_id, cp_plan_id="plan", referral_id="referral",
        icpc_transfer_in="transfer_in", icpc_target_date="target", icpc_date="held", icpc_outcome_cp_flag="to_plan")),
    "ssd_cp_plans": ("cp_plans", columns(
        "cppl", cp_plan_id="id", referral_id="referral", icpc_id="conference", person_id=child_id, cp_plan_start_date="start",
        cp_plan_end_date="end", cp_plan_ola="another_authority", cp_plan_initial_category="first_category",
        cp_plan_latest_category="category")),
    "ssd_cp_reviews": ("cp_reviews", columns(
        "cppr", cp_review_id="id", person_id=child_id, cp_plan_id="of", cp_review_due="due", cp_review_date="held",
        cp_review_quorate="quorate", cp_review_participation=lambda _, event: None)),
    "ssd_cp_visits": ("cp_visits", columns(
        "cppv", cp_visit_id="id", person_id=child_id, cp_plan_id="of", cp_visit_date="day", cp_visit_seen="seen",
        cp_visit_seen_alone="alone")),
    "ssd_cla_episodes": ("episodes", columns(
        "clae", cla_episode_id="id", person_id=child_id, cla_id="period", referral_id="referral", cla_placement_id="placement",
        entered_care_date="entered", cla_episode_start_date="start", cla_episode_start_reason="start_reason",
        cla_primary_need_code="need", cla_episode_ceased_date="end", cla_episode_ceased_reason="end_reason",
        cla_last_iro_contact_date=lambda _, event: None)),
    "ssd_cla_placement": ("placements", columns(
        "clap", cla_placement_id="id", cla_id="period", person_id=child_id, cla_placement_start_date="start",
        cla_placement_end_date="end", cla_placement_type="type", cla_placement_provider="provider", cla_placement_urn="urn",
        cla_placement_distance="distance", cla_placement_postcode="postcode", cla_placement_change_reason="change")),
    "ssd_legal_status": ("legal", columns(
        "lega", legal_status_id="id", person_id=child_id, legal_status="status", legal_status_start_date="start",
        legal_status_end_date="end")),
    "ssd_cla_health": ("health", columns(
        "clah", health_check_id="id", person_id=child_id, health_check_type="word", health_check_date="day",
        health_check_status="status")),
    "ssd_cla_reviews": ("care_reviews", columns(
        "clar", cla_review_id="id", cla_id="of", cla_review_due_date="due", cla_review_date="held",
        cla_review_cancelled="cancelled", cla_review_participation="participation")),
    "ssd_cla_visits": ("care_visits", columns(
        "clav", cla_visit_id="id", cla_id="of", person_id=child_id, cla_visit_date="day", cla_visit_seen="seen",
        cla_visit_seen_alone="alone")),
    "ssd_missing": ("missing", columns(
        "miss", table_id="id", person_id=child_id, missing_episode_start_date="start", missing_episode_end_date="end",
        missing_episode_type="type", missing_rhi_offered="offered", missing_rhi_accepted="accepted")),
    "ssd_care_leavers": ("care_leaver", columns(
        "clea", table_id="id", person_id=child_id, care_leaver_eligibility="eligibility", care_leaver_in_touch="in_touch",
        care_leaver_latest_contact=lambda _, event: None, care_leaver_accommodation="accommodation", care_leaver_accom_suitable="suitable",
        care_leaver_activity="activity", care_leaver_personal_advisor="adviser", care_leaver_worker_id="worker",
        pathway_plan_review_date=lambda _, event: None)),
    "ssd_immigration_status": ("immigration", columns(
        "immi", immigration_status_id="id", person_id=child_id, immigration_status="word",
        immigration_status_start_date="start", immigration_status_end_date="end")),
    "ssd_permanence": ("permanence", columns(
        "perm", table_id="id", person_id=child_id, cla_id="period", permanence_order_date="day", permanence_order_type="type")),
    "ssd_pre_proceedings": ("pre_proceedings", columns(
        "prep", table_id="id", person_id=child_id, pre_pro_decision_date="start", initial_pre_pro_meeting_date="meeting",
        pre_pro_outcome="outcome", agree_stepdown_issue_date="end",
        pre_pro_letter_date=lambda _, event: event.meeting and event.start)),
    "ssd_involvements": ("involvements", columns(
        "invo", involvements_id="id", person_id=child_id, professional_id="worker", professional_role_id="role",
        professional_team="team", involvement_start_date="start", involvement_end_date="end", worker_change_reason="change",
        referral_id="referral")),
}  # fmt: skip

PERSON = {
    "pers_person_id": "id", "pers_dob": "born", "pers_expected_dob": "expected", "pers_death_date": "died",
    "pers_sex": "sex", "pers_ethnicity": "ethnicity", "pers_nationality": "nationality",
}  # fmt: skip
WORKER = {
    "prof_professional_id": "id", "prof_professional_job_title": "title", "prof_social_worker_registration_no": "registration",
    "prof_full_time_equivalency": "fte", "prof_agency_worker_flag": "agency",
}  # fmt: skip
Row = dict[str, object]


def rows(council: Council, table: str) -> Iterator[Row]:
    """The rows of a table."""
    if table == "ssd_person":
        for child in council.children:
            expected = {"pers_expected_dob": None} if child.born else {}
            yield {name: getattr(child, field) for name, field in PERSON.items()} | expected
    elif table == "ssd_professionals":
        for worker in council.workers:
            yield {name: getattr(worker, field) for name, field in WORKER.items()} | {
                "prof_professional_caseload": None
            }
    elif table == "ssd_department":
        for team in sorted({worker.team for worker in council.workers}):
            name = {"dept_team_id": team, "dept_team_name": team}
            yield name | {"dept_team_parent_id": "CSC", "dept_team_parent_name": "Harrowmere Children's Services"}
    else:
        events, cells = TABLES[table]
        for child in council.children:
            for event in getattr(child, events):
                yield {name: cell(child, event) for name, cell in cells.items()}


def all_tables(council: Council) -> dict[str, list[Row]]:
    """Every table with its rows."""
    return {
        table: list(rows(council, table)) for table in ("ssd_person", *TABLES, "ssd_professionals", "ssd_department")
    }


def write_ssd(tables: dict[str, list[Row]], folder: Path) -> None:
    """Write one CSV file for each table; days as 2025-03-31, null as an empty cell."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, lines in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(heads(table))
            writer.writerows(
                [cell.isoformat() if isinstance(cell, date) else cell for cell in row.values()] for row in lines
            )


def heads(table: str) -> list[str]:
    """The column names of a table."""
    if table == "ssd_person":
        return list(PERSON)
    if table == "ssd_professionals":
        return [*WORKER, "prof_professional_caseload"]
    if table == "ssd_department":
        return ["dept_team_id", "dept_team_name", "dept_team_parent_id", "dept_team_parent_name"]
    return list(TABLES[table][1])
