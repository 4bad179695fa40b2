"""`quarterly import` writes all of an extract or nothing, keeps a ledger, and leaves earlier editions unchanged."""

from __future__ import annotations

import csv
import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from conftest import EXAMPLE, ROOT, Project
from extracts import Q4, fingerprint, read_text, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.cli.main import main
from quarterly.cli.shared import in_plain_words
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket, load_basket, read_cells
from quarterly.data.revisions import undo_later
from quarterly.data.schema import TABLES
from quarterly.data.table import typed
from quarterly.ingest.options import Options
from quarterly.ingest.plan import Origin, make_plan, planned_tables
from quarterly.measures.scorecard import build_scorecard

HEAD = "id,quarter,value\n"
ROWS = HEAD + "agency-workers,2023-24-Q3,19\nagency-workers,2023-24-Q4,16\naverage-caseload,2023-24-Q4,14.3\n"
ACCEPTED = ("--accept", "restated", "--accept", "withdrawn")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with only the figures, as the working directory."""
    for folder in ("data", "params"):
        shutil.copytree(EXAMPLE / folder, tmp_path / folder)
    shutil.copy2(ROOT / "_quarto.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run the command in this process; an error not meant for users fails the test."""
    done = CliRunner().invoke(main, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def bring_in(desk: Path, text: str, *options: str, quarter: str = "2023-24-Q4") -> Result:
    (desk / "extract.csv").write_text(text, encoding="utf-8", newline="")
    return run("import", "extract.csv", "--quarter", quarter, "--date", "2024-04-22", *options)


def table(desk: Path, name: str) -> list[dict[str, str]]:
    with (desk / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_dry_run_shows_every_change_and_writes_nothing(desk: Path) -> None:
    before = fingerprint(desk)
    done = bring_in(desk, ROWS, "--dry-run")
    assert done.exit_code == 0
    for words in ("New figures", "Restated figures", "Withdrawn", "agency-workers:restated", "this was a dry run"):
        assert words in done.output
    assert fingerprint(desk) == before


def test_changes_that_need_a_decision_stop_the_import_and_are_named(desk: Path) -> None:
    before = fingerprint(desk)
    done = bring_in(desk, ROWS, "--accept", "withdrawn")
    assert done.exit_code == 1
    assert "--accept agency-workers:restated" in done.output
    assert "withdrawn" not in done.stderr
    assert fingerprint(desk) == before


def test_accepted_changes_are_written_with_the_ledger_and_nothing_else(desk: Path) -> None:
    before = fingerprint(desk)
    done = bring_in(desk, ROWS, *ACCEPTED)
    assert done.exit_code == 0, done.output
    after = fingerprint(desk)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"data/observations.csv", "data/imports.csv", "data/restatements.csv"}
    (entry,) = table(desk, "imports")
    digest = hashlib.sha256((desk / "extract.csv").read_bytes()).hexdigest()
    assert (entry["import_id"], entry["file"], entry["sha256"]) == ("2023-24-Q4-1", "extract.csv", digest)
    assert (entry["quarter"], entry["date"], entry["changed"]) == ("2023-24-Q4", "2024-04-22", "1")
    assert "agency-workers:restated" in entry["accepted"]
    (restated,) = table(desk, "restatements")
    assert (restated["old_value"], restated["new_value"]) == ("18", "19")


def test_published_ratings_are_written_where_init_writes_them(desk: Path) -> None:
    text = "id,quarter,value,RAG,DoT\nagency-workers,2023-24-Q4,16,Red,Improving\n"
    done = bring_in(desk, text, "--accept", "withdrawn")
    assert "1 published rating new or changed" in done.output
    (written,) = (row for row in table(desk, "published_ratings") if row["quarter"] == "2023-24-Q4")
    assert (written["indicator_id"], written["rag"], written["dot"]) == ("agency-workers", "RED", "POSITIVE")


def test_lines_of_the_data_that_an_import_does_not_touch_stay_in_place(desk: Path) -> None:
    before = (desk / "data" / "observations.csv").read_text(encoding="utf-8").splitlines()
    bring_in(desk, ROWS, *ACCEPTED)
    after = (desk / "data" / "observations.csv").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in set(before)] == [
        line for line in before if "workers,2023-24-Q3,18" not in line
    ]
    place = after.index("agency-workers,2023-24-Q4,16,,,,")
    assert after[place - 1] == "agency-workers,2023-24-Q3,19,,,,"


def test_the_same_file_again_changes_nothing(desk: Path) -> None:
    bring_in(desk, ROWS, *ACCEPTED)
    before = fingerprint(desk)
    done = bring_in(desk, ROWS, *ACCEPTED)
    assert done.exit_code == 0
    assert fingerprint(desk) == before


def test_a_later_file_for_the_same_quarter_corrects_it_and_has_its_own_line(desk: Path) -> None:
    bring_in(desk, ROWS, *ACCEPTED)
    assert bring_in(desk, HEAD + "agency-workers,2023-24-Q4,15\n").exit_code == 1
    assert bring_in(desk, HEAD + "agency-workers,2023-24-Q4,15\n", "--accept", "corrected").exit_code == 0
    assert [row["import_id"] for row in table(desk, "imports")] == ["2023-24-Q4-1", "2023-24-Q4-2"]
    assert [row["old_value"] for row in table(desk, "restatements")] == ["18", "16"]


def test_a_matched_name_is_known_next_time(desk: Path) -> None:
    text = "Indicator,Q4\nAgency social workers,16\n"
    assert bring_in(desk, text, *ACCEPTED).exit_code == 1
    assert bring_in(desk, text, "--match", "Agency social workers=agency-workers", *ACCEPTED).exit_code == 0
    assert table(desk, "aliases") == [{"name": "Agency social workers", "indicator_id": "agency-workers"}]
    assert bring_in(desk, text, *ACCEPTED).exit_code == 0


def test_reading_options_are_known_next_time(desk: Path) -> None:
    head = "Indicator,Sex,{},{},{}\n"
    rows = "Number of agency workers,Male,5,5,6\nNumber of agency workers,Female,1,1,1\nPotholes,Male,1,1,1\n"
    winter, spring = head.format("Jan-24", "Feb-24", "Mar-24") + rows, head.format("Apr-24", "May-24", "Jun-24") + rows
    said = ("--months", "sum", "--where", "Sex=Male", "--skip", "Potholes", "--accept", "all")
    assert bring_in(desk, winter, *said).exit_code == 0
    assert [(row["setting"], row["name"], row["value"]) for row in table(desk, "readings")] == [
        ("months", "", "sum"),
        ("where", "Sex", "Male"),
        ("skip", "Potholes", "yes"),
    ]
    done = bring_in(desk, spring, "--accept", "all", quarter="2024-25-Q1")
    assert done.exit_code == 0, done.output
    figures = {
        row["quarter"]: row["value"] for row in table(desk, "observations") if row["indicator_id"] == "agency-workers"
    }
    assert (figures["2023-24-Q4"], figures["2024-25-Q1"]) == ("16", "16")


def test_a_row_left_out_before_is_read_once_it_is_an_indicator(desk: Path) -> None:
    rows = ROWS + "Vacant posts,2023-24-Q4,12\n"
    assert bring_in(desk, rows, "--skip", "Vacant posts", *ACCEPTED).exit_code == 0
    path = desk / "data" / "indicators.csv"
    new = path.read_text(encoding="utf-8").splitlines()[-1].split(",")
    new[0], new[2:5] = "vacant-posts", ["99", "Vacant posts", "Vacant posts"]
    path.write_text(path.read_text(encoding="utf-8") + ",".join(new) + "\n", encoding="utf-8")
    assert bring_in(desk, rows, *ACCEPTED).exit_code == 0
    assert [row["value"] for row in table(desk, "observations") if row["indicator_id"] == "vacant-posts"] == ["12"]


def test_adding_up_is_known_the_next_time_only_for_the_indicators_that_needed_it(desk: Path) -> None:
    parts = "id,quarter,value\nagency-workers,{0},7\nagency-workers,{0},9\n"
    assert bring_in(desk, parts.format("2023-24-Q4"), "--sum", "--accept", "all").exit_code == 0
    assert table(desk, "readings") == [{"setting": "sum", "name": "agency-workers", "value": "yes"}]
    spring = parts.format("2024-25-Q1") + "mash-enquiries,2024-25-Q1,1\nmash-enquiries,2024-25-Q1,2\n"
    done = bring_in(desk, spring, "--accept", "all", quarter="2024-25-Q1")
    assert done.exit_code == 1
    assert "says 1 instead" in done.output
    assert "says 7 instead" not in done.output


def test_a_setting_that_is_stored_can_be_switched_off(desk: Path) -> None:
    (desk / "data/readings.csv").write_text("setting,name,value\nsum,,yes\nfractions,,no\n")
    assert bring_in(desk, ROWS + "agency-workers,2023-24-Q4,1\n", "--no-sum", "--accept", "all").exit_code == 1
    assert bring_in(desk, ROWS, "--no-sum", "--accept", "all").exit_code == 0
    assert {row["setting"]: row["value"] for row in table(desk, "readings")} == {"sum": "no", "fractions": "no"}


def test_a_stored_setting_is_one_of_its_values(desk: Path) -> None:
    (desk / "data/readings.csv").write_text("setting,name,value\nsum,,never\n")
    done = bring_in(desk, ROWS, "--accept", "all")
    assert done.exit_code == 1
    assert "Write yes or no." in done.output


def test_several_doubts_are_accepted_separated_by_commas(desk: Path) -> None:
    assert bring_in(desk, ROWS, "--accept", "restated, withdrawn").exit_code == 0


@pytest.mark.parametrize("match", ["Agency social workers", "Agency social workers=nobody", "=agency-workers", "="])
def test_a_match_with_no_indicator_is_wrong_usage(desk: Path, match: str) -> None:
    done = bring_in(desk, ROWS, "--match", match)
    assert done.exit_code == 2
    assert "does not match a name to an indicator" in done.output


def test_targets_are_written_from_the_quarter_on_and_can_be_left_alone(desk: Path) -> None:
    text = "id,quarter,value,target\naverage-caseload,2023-24-Q4,14.3,15\n"
    assert bring_in(desk, text, *ACCEPTED).exit_code == 1
    assert bring_in(desk, text, "--accept", "all", "--no-targets").exit_code == 0
    assert (desk / "data/targets.csv").read_bytes() == (EXAMPLE / "data/targets.csv").read_bytes()
    assert bring_in(desk, text, "--accept", "target").exit_code == 0
    own = [row for row in table(desk, "targets") if row["indicator_id"] == "average-caseload"]
    assert [(row["from_quarter"], row["to_quarter"], row["value"]) for row in own] == [
        ("2023-24-Q1", "2023-24-Q3", "16.6"),
        ("2023-24-Q4", "2023-24-Q4", "15"),
    ]


def test_targets_of_a_new_year_need_no_acceptance(desk: Path) -> None:
    text = "id,quarter,value,target\naverage-caseload,2024-25-Q1,14.3,15\nagency-workers,2024-25-Q1,16,Decreasing\n"
    done = bring_in(desk, text, quarter="2024-25-Q1")
    assert done.exit_code == 0, done.output
    rows = [row for row in table(desk, "targets") if row["from_quarter"] == "2024-25-Q1"]
    assert {(row["indicator_id"], row["value"], row["direction"], row["to_quarter"]) for row in rows} == {
        ("average-caseload", "15", "", "2024-25-Q4"),
        ("agency-workers", "", "decreasing", "2024-25-Q4"),
    }


def test_a_file_that_cannot_be_written_leaves_all_files_unchanged(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(desk)
    written: list[Path] = []
    replace_path = Path.replace

    def in_use(scratch: Path, target: Path) -> Path:
        if target.name == "restatements.csv" and target not in written:
            written.append(target)
            raise PermissionError(13, "Permission denied", str(target))
        return replace_path(scratch, target)

    monkeypatch.setattr(Path, "replace", in_use)
    done = bring_in(desk, ROWS, *ACCEPTED)
    assert written, "the write that fails was never tried"
    assert done.exit_code == 1
    assert "restatements.csv cannot be written: there is no permission" in " ".join(done.output.split())
    assert fingerprint(desk) == before
    monkeypatch.setattr("os.access", lambda *_: False)
    refused = PermissionError(13, "Permission denied", str(desk))
    assert f"{desk} cannot be read: there is no permission" in str(in_plain_words(refused))


def test_an_import_in_a_workbook_from_the_command_line_itself(project: Project) -> None:
    content = workbook({"Workforce": [["Indicator", "Q4 2023/24"], ["Agency workers", "16"]]})
    (project.root / "in.xlsx").write_bytes(content)
    done = project("import", "in.xlsx", "--quarter", "2023-24-Q4", "--accept", "all", "--date", "2024-04-22")
    assert done.returncode == 0, done.stderr
    assert "2023-24-Q4: 2 new and 4 withdrawn" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("source", ["nothing.xlsx", "data", "postgresql://host/db", "data/areas.csv --query q.sql"])
@pytest.mark.usefixtures("desk")
def test_an_unknown_kind_of_source_is_wrong_usage(source: str) -> None:
    done = run("import", *source.split(), "--quarter", "2023-24-Q4")
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: ")


# What was known when


def brought_in(basket: Basket, text: str, asked: Quarter, times: int = 1) -> Basket:
    """Return the basket after an import, as files would hold it."""
    cells = {name.name: read_cells(EXAMPLE / name.file, name) for name in TABLES}
    for _ in range(times):
        plan = make_plan(read_text(basket, HEAD + text, asked), basket, asked, ("all",))
        cells |= planned_tables(plan, cells, Origin("x.csv", "0" * 64, date(2024, 4, 22)), Options())
        frames = {name.name: typed(name, cells[name.name]) for name in TABLES}
        kept = {name: frames[name] for name in ("observations", "targets", "imports", "restatements", "aliases")}
        basket = replace(basket, **kept)
    return basket


def same(first: pd.DataFrame, second: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(first.reset_index(drop=True), second.reset_index(drop=True))


values = st.sampled_from(["", "c", "x", "N/A", "0", "7", "18", "40"])


@settings(max_examples=8, deadline=None)
@given(
    rows=st.dictionaries(
        st.tuples(
            st.sampled_from(["agency-workers", "practice-reviews-completed", "personal-advisers-over-20-children"]),
            st.sampled_from(["2022-23-Q3", "2022-23-Q4", "2023-24-Q2", "2023-24-Q3", "2023-24-Q4"]),
        ),
        values,
        min_size=1,
    ),
    more=values,
)
def test_whatever_is_imported_the_previous_quarter_is_known_as_before(
    basket: Basket, rows: dict[tuple[str, str], str], more: str
) -> None:
    text = "\n".join(f"{name},{quarter},{value}" for (name, quarter), value in rows.items())
    after = brought_in(
        basket, f"agency-workers,2023-24-Q4,11\n{text}" if ("agency-workers", "2023-24-Q4") not in rows else text, Q4
    )
    after = brought_in_again(after, f"practice-reviews-completed,2024-25-Q1,30\nagency-workers,2023-24-Q3,{more}")
    for quarter in (Quarter(2023, 3), Quarter(2023, 1)):
        was, still = basket.as_known_at(quarter), after.as_known_at(quarter)
        order = ["indicator_id", "quarter"]
        same(was.observations.sort_values(order), still.observations.sort_values(order))
        assert still.restatements.empty


def test_an_import_for_an_earlier_quarter_settles_what_was_known_then(basket: Basket) -> None:
    """Q4 is imported again after a later quarter's import had changed the same figure."""
    history = pd.DataFrame(
        [("2024-25-Q1-1", 18.0, 12.0), ("2023-24-Q4-1", 12.0, 11.0), ("2024-25-Q2-1", 11.0, 13.0)],
        columns=["import_id", "old_value", "new_value"],
    ).assign(indicator_id="agency-workers", quarter="2023-24-Q3", old_missing="", new_missing="", old_note="")
    history = history.assign(old_numerator=float("nan"), old_denominator=float("nan"))
    figures = basket.observations.copy()
    this = (figures["indicator_id"] == "agency-workers") & (figures["quarter"] == "2023-24-Q3")
    figures.loc[this, "value"] = 13.0
    known = [
        undo_later(figures, history, Quarter(*quarter)).loc[this, "value"].item()
        for quarter in ((2023, 3), (2023, 4), (2024, 1), (2024, 2))
    ]
    assert known == [18.0, 11.0, 11.0, 13.0]


def test_a_quarter_delivered_late_has_the_figures_of_the_import_that_brought_it(basket: Basket) -> None:
    late = brought_in_again(basket, "agency-workers,2023-24-Q4,15\nagency-workers,2024-25-Q1,14")
    own = late.as_known_at(Q4).observations
    assert list(own.loc[own["quarter"] == "2023-24-Q4", "value"]) == [15]
    assert set(own["quarter"]) == {*basket.observations["quarter"], "2023-24-Q4"}
    # A later correction is not what the late edition showed.
    history = late.restatements.assign(import_id="2024-25-Q2-1", old_value=15.0, new_value=16.0)
    corrected = replace(late, restatements=pd.concat([late.restatements, history], ignore_index=True))
    own = corrected.as_known_at(Q4).observations
    assert list(own.loc[own["quarter"] == "2023-24-Q4", "value"]) == [15]


def brought_in_again(basket: Basket, text: str) -> Basket:
    """Import a later quarter on top, from the frames: earlier imports are in no file."""
    asked = Quarter(2024, 1)
    plan = make_plan(read_text(basket, HEAD + text, asked), basket, asked, ("all",))
    cells = {table.name: _as_cells(getattr(basket, table.name), list(table.columns)) for table in TABLES}
    changed = planned_tables(plan, cells, Origin("y.csv", "1" * 64, date(2024, 7, 22)), Options())
    frames = {table.name: typed(table, changed[table.name]) for table in TABLES if table.name in changed}
    return replace(basket, **frames)


def _as_cells(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    def cell(value: object) -> str:
        return "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)

    return pd.DataFrame({name: [cell(value) for value in frame[name]] for name in columns}, dtype=str)


def test_a_revision_is_reported_only_in_its_own_quarter(basket: Basket) -> None:
    after = brought_in(basket, "agency-workers,2023-24-Q3,19\nagency-workers,2023-24-Q4,16", Q4)
    shown = build_scorecard(after, Q4)
    assert shown.revised[["indicator_id", "quarter", "old_value", "new_value"]].to_numpy().tolist() == [
        ["agency-workers", "2023-24-Q3", 18, 19]
    ]
    assert shown.caveats("agency-workers") == ["Q3 2023-24 has been revised: 18 when last published, now 19"]
    assert shown.area("workforce").revised.equals(shown.revised)
    assert shown.area("early-help").revised.empty
    before = build_scorecard(after, Quarter(2023, 3))
    assert before.revised.empty
    assert before.rows.loc["agency-workers", "value"] == 18
    assert build_scorecard(basket, Quarter(2023, 3)).export().equals(before.export())


def test_a_back_series_is_new_no_revision_and_unknown_to_earlier_editions(basket: Basket) -> None:
    text = HEAD + "agency-workers,2021-22-Q4,21\nagency-workers,2023-24-Q4,16"
    changes = make_plan(read_text(basket, text, Q4), basket, Q4).changes.set_index("quarter")
    assert changes.loc["2021-22-Q4", "kind"] == "new"
    after = brought_in(basket, text.removeprefix(HEAD), Q4)
    assert build_scorecard(after, Q4).revised.empty
    assert "2021-22-Q4" in set(build_scorecard(after, Q4).history["quarter"])
    assert build_scorecard(basket, Quarter(2023, 3)).export().equals(build_scorecard(after, Quarter(2023, 3)).export())


def test_a_figure_that_is_changed_back_is_no_revision(basket: Basket) -> None:
    once = brought_in(basket, "agency-workers,2023-24-Q3,19\nagency-workers,2023-24-Q4,16", Q4)
    plan = make_plan(
        read_text(once, HEAD + "agency-workers,2023-24-Q3,18\nagency-workers,2023-24-Q4,16", Q4), once, Q4, ("all",)
    )
    cells = {table.name: _as_cells(getattr(once, table.name), list(table.columns)) for table in TABLES}
    changed = planned_tables(plan, cells, Origin("y.csv", "1" * 64, date(2024, 7, 22)), Options())
    twice = replace(
        once, **{table.name: typed(table, changed[table.name]) for table in TABLES if table.name in changed}
    )
    assert len(twice.restatements) == 2
    assert build_scorecard(twice, Q4).revised.empty


def test_the_committed_example_has_no_import_and_loads_without_a_ledger(basket: Basket) -> None:
    assert not (EXAMPLE / "data" / "imports.csv").exists()
    assert basket.imports.empty
    assert basket.restatements.empty
    assert basket.quarters[-1] == Quarter(2023, 3)


def test_a_damaged_ledger_is_a_fault_with_its_line(desk: Path) -> None:
    bring_in(desk, ROWS, *ACCEPTED)
    path = desk / "data" / "restatements.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("2023-24-Q4-1", "2023-24-Q4-7"), encoding="utf-8", newline=""
    )
    done = run("check")
    assert done.exit_code == 1
    assert "data/restatements.csv" in done.output
    assert "import_id" in done.output
    assert load_basket(EXAMPLE / "data").imports.empty
