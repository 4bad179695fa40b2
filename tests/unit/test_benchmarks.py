"""An extract of other authorities' figures is read, kept with its source, and used to check and to compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from conftest import ROOT, Project, copy_project

from quarterly.cli.main import main
from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import OlderExtract
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket, load_basket
from quarterly.display.benchmark import among_chart
from quarterly.display.evidence import comparators_table
from quarterly.display.html import Html
from quarterly.display.report import Report
from quarterly.ingest.benchmarks import current, merge_extract, read_benchmarks
from quarterly.measures.attention import Reason, nominations
from quarterly.measures.benchmark import MEAN, Benchmark, benchmarks_for, quartile_band
from quarterly.measures.comparators import check_comparators, check_neighbours
from quarterly.measures.compare import compare, with_moves
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q3 = Quarter(2023, 3)
#: Extracts in the format of the Local Authority Interactive Tool. Their figures are invented, except the comparators of
#: 2021-22 that the worked example publishes. The second has one more year, and revises two figures of the first.
SAMPLES = [ROOT / "tests" / f"invented-extract-{number}.csv" for number in (1, 2)]
DAYS = ["2023-06-01", "2023-12-01"]
CASELOAD = "average-caseload"
EMPLOYMENT = "care-leavers-education-employment"
INVENTED = [f"Invented authority {number:02d}" for number in range(1, 6)]
HEAD = "authority,measure,year,value\n"


def run(project: Project, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """Run a command in a project, in this process."""
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(main, ["benchmark", "import", *arguments])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the project with both sample extracts imported by the command."""
    project = copy_project(tmp_path_factory.mktemp("benchmarks"))
    for path, day in zip(SAMPLES, DAYS, strict=True):
        done = project("benchmark", "import", str(path), "--extracted", day)
        assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def with_others(imported: Project) -> Basket:
    return load_basket(imported.root / "data").as_known_at(Q3)


def among_others(scorecard: Scorecard, basket: Basket) -> Html | None:
    return Report(basket, scorecard, "", scorecard).benchmarks()


def extract_of(tmp_path: Path, text: str, head: str = HEAD) -> Path:
    path = tmp_path / "extract.csv"
    path.write_text(head + text, encoding="utf-8", newline="\n")
    return path


def rows_of(basket: Basket, path: Path, day: str) -> pd.DataFrame:
    return merge_extract(basket, read_benchmarks(path, date.fromisoformat(day)).figures).table


# Reading


def test_an_extract_is_read_unchanged(tmp_path: Path) -> None:
    path = extract_of(
        tmp_path,
        "Essex,A,2021/22,5.0\nEssex,A,2023,-\nEssex,A,2019-20,c\n",
        "Local Authority,Measure,Time Period,Value\n",
    )
    found = read_benchmarks(path, date(2024, 1, 31)).figures
    assert list(found["year"]) == ["2021-22", "2022-23", "2019-20"]
    assert list(found["value"]) == ["5.0", "", ""]
    assert list(found["missing"]) == ["", "x", "c"]
    assert set(found["extracted"]) == {"2024-01-31"}
    assert set(found["source"]) == {"Local Authority Interactive Tool"}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("Essex,A,2021-23,5\n", 2, "year", "Write the year as 2021-22"),
        ("Essex,A,2021-22,5%\n", 2, "value", "without a % sign"),
        ("Essex,A,2021-22,5\nEssex,A,2022-23,\n", 3, "value", "or - for none"),
        ("Essex,A,last year,5\n", 2, "year", "Write the year as 2021-22"),
        (",A,2021-22,5\n", 2, "authority", "Name the authority"),
        ("Essex,A,2021-22,5\nEssex,A,2022,6\n", 3, "", "Line 2 is about the same"),
    ],
)
def test_faults_in_an_extract_are_named_by_line_and_column(
    tmp_path: Path, text: str, line: int, column: str, words: str
) -> None:
    with pytest.raises(DataFaults) as error:
        read_benchmarks(extract_of(tmp_path, text), date(2024, 1, 31))
    (fault,) = error.value.faults
    assert (fault.file, fault.row, fault.column) == ("extract.csv", line, column)
    assert words in fault.expected


def test_a_file_with_other_columns_names_the_missing_ones(tmp_path: Path) -> None:
    with pytest.raises(DataFaults, match="Use a file with the columns"):
        read_benchmarks(extract_of(tmp_path, "1,2\n", "a,b\n"), date(2024, 1, 31))


def test_an_extract_of_other_measures_and_places_is_refused_and_nothing_is_written(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = run(project, monkeypatch, str(extract_of(tmp_path, "Atlantis,Dolphins,2021-22,5\n")))
    assert code == 1
    assert "data/benchmark_measures.csv" in said
    assert "Dolphins" in said
    assert not (project.root / "data" / "benchmarks.csv").exists()


# Keeping


def test_the_second_extract_confirms_revises_and_adds(imported: Project) -> None:
    kept = load_basket(imported.root / "data").benchmarks
    assert set(kept["extracted"]) == set(DAYS)
    revised = current(kept).dropna(subset=["earlier"]).set_index("authority")
    assert set(revised.index) == {"England", "North Somerset"}
    england = revised.loc["England"]
    assert (england["year"], england["earlier"], england["value"]) == ("2021-22", 79.2, 78.9)
    again = kept[(kept["extracted"] == DAYS[0]) & ~kept.duplicated(["authority", "measure", "year"], keep=False)]
    assert set(again["confirmed"]) == {DAYS[1]}


def test_the_same_extract_again_changes_nothing(imported: Project) -> None:
    basket = load_basket(imported.root / "data")
    before = (imported.root / "data" / "benchmarks.csv").read_text(encoding="utf-8")
    again = rows_of(basket, SAMPLES[1], DAYS[1])
    assert again.to_csv(index=False, lineterminator="\n") == before


def test_an_older_extract_is_refused(imported: Project) -> None:
    with pytest.raises(OlderExtract, match="2023-06-01"):
        rows_of(load_basket(imported.root / "data"), SAMPLES[0], DAYS[0])


def test_a_second_import_for_the_same_day_replaces_the_first(basket: Basket, tmp_path: Path) -> None:
    measure = basket.benchmark_measures["measure"].iloc[0]
    wrong = rows_of(basket, extract_of(tmp_path, f"England,{measure},2021-22,5\n"), "2024-01-01")
    typed = wrong.assign(value=wrong["value"].astype(float), value_decimals=0)
    right = rows_of(
        replace(basket, benchmarks=typed), extract_of(tmp_path, f"England,{measure},2021-22,6\n"), "2024-01-01"
    )
    assert list(right["value"]) == ["6"]


def test_of_unmatched_measures_only_the_comparators_are_kept(basket: Basket, tmp_path: Path) -> None:
    measure = basket.benchmark_measures["measure"].iloc[0]
    text = "".join(f"{name},{what},2021-22,5\n" for name in ("England", "Leeds") for what in (measure, "Other"))
    found = merge_extract(basket, read_benchmarks(extract_of(tmp_path, text), date(2024, 1, 1)).figures)
    kept = set(found.table[["authority", "measure"]].itertuples(index=False, name=None))
    assert kept == {("England", measure), ("Leeds", measure), ("England", "Other")}
    assert found.left_out == 1
    assert "North Somerset" in found.not_found


def test_a_dry_run_shows_what_it_would_do_and_writes_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run(project, monkeypatch, str(SAMPLES[1]), "--extracted", DAYS[1], "--dry-run")
    assert code == 0, said
    assert "new figures, 0 revised and 0 unchanged" in said
    assert "Nothing was written" in said
    assert not (project.root / "data" / "benchmarks.csv").exists()


# Checking the comparators


def test_each_outcome_of_the_sample_is_the_intended_one(with_others: Basket) -> None:
    found = check_comparators(with_others).set_index(["indicator_id", "comparator"])["outcome"]
    assert found["children-in-care-rate", "england"] == "exact"
    assert found["average-caseload", "statistical_neighbour"] == "exact"
    assert found["re-referrals-12-months", "england"] == "rounding"
    assert found["icpc-15-days", "england"] == "revised"
    assert found["referrals-no-further-action", "england"] == "another measure's figure"
    assert found["health-checks", "statistical_neighbour"] == "different"


def test_every_published_comparator_is_looked_up_once_whether_or_not_its_indicator_has_a_measure(
    with_others: Basket,
) -> None:
    found = check_comparators(with_others)
    published = with_others.comparators.dropna(subset=["value"])
    key = ["indicator_id", "comparator"]
    pd.testing.assert_frame_equal(found[key], published[key].reset_index(drop=True))
    assert (found["explanation"] == "").equals(found["outcome"] == "exact")
    nobody = found[found["comparator"] == "ofsted_good"]
    assert set(nobody["explanation"]) == {"It is not in the extract."}


def printed(basket: Basket, indicator_id: str, **figures: float) -> Basket:
    """Return the basket with other published comparators of an indicator."""
    comparators = basket.comparators.copy()
    for comparator, value in figures.items():
        row = (comparators["indicator_id"] == indicator_id) & (comparators["comparator"] == comparator)
        comparators.loc[row, ["value", "value_decimals"]] = value, len(str(value).partition(".")[2])
    return replace(basket, comparators=comparators)


def outcomes(basket: Basket, indicator_id: str) -> dict[str, str]:
    found = check_comparators(basket)
    return dict(found.loc[found["indicator_id"] == indicator_id, ["comparator", "outcome"]].itertuples(index=False))


def test_two_comparators_of_another_measure_are_found_even_if_no_measure_is_named(with_others: Basket) -> None:
    """As in the published report: requests for support have the comparators of referrals."""
    found = check_comparators(with_others).set_index(["indicator_id", "comparator"])
    requests = found.loc["requests-for-support-no-further-action"]
    assert dict(requests["outcome"]) == {
        "statistical_neighbour": "not in the extract",
        "south_west": "another measure's figure",
        "england": "another measure's figure",
    }
    assert "Referrals that led to no further action" in requests.loc["england", "explanation"]


def test_one_comparator_of_another_measure_is_chance(with_others: Basket) -> None:
    changed = printed(with_others, CASELOAD, england=21.5)
    lines = current(with_others.benchmarks)
    assert (lines[(lines["authority"] == "England") & (lines["year"] == "2021-22")]["value"] == 21.5).any()
    assert outcomes(changed, CASELOAD)["england"] == "different"


def test_comparators_of_another_year_are_found(with_others: Basket) -> None:
    lines = current(with_others.benchmarks).set_index(["measure", "year", "authority"])["value"]
    measure = with_others.benchmark_measures.set_index("indicator_id").loc[CASELOAD, "measure"]
    england, region = (float(lines[measure, "2018-19", name]) for name in ("England", "South West"))
    changed = printed(with_others, CASELOAD, england=england, south_west=region)
    assert outcomes(changed, CASELOAD) == {
        "statistical_neighbour": "exact",
        "south_west": "another year's figure",
        "england": "another year's figure",
    }


def test_provenance_is_kept_with_each_comparator(with_others: Basket) -> None:
    found = check_comparators(with_others).set_index(["indicator_id", "comparator"]).loc[("icpc-15-days", "england")]
    assert (found["published"], found["figure"], found["earlier"]) == (79.2, 78.9, 79.2)
    assert (found["year"], found["extracted"]) == ("2021-22", DAYS[1])
    assert "conferences" in found["measure"]
    page = str(comparators_table(with_others).html)
    assert "From 79.2%" in page


def test_without_an_extract_the_published_comparators_are_unchanged(basket: Basket) -> None:
    assert "the published comparators are not checked" in comparators_table(basket).text
    without = replace(basket, comparators=basket.comparators.iloc[:0])
    assert comparators_table(without).text == "No comparators were published."
    assert among_others(build_scorecard(basket, Q3), basket) is None


def test_means_of_another_group_of_neighbours_are_found(with_others: Basket) -> None:
    """As in the published report: it lists one group, and most of its means are those of another."""
    members = list(with_others.comparator_members["authority"])[:4]
    groups = pd.DataFrame({"group": ["Department, 2021"] * 4, "authority": members})
    lines = current(with_others.benchmarks)
    measures = with_others.benchmark_measures.set_index("indicator_id")["measure"]

    def mean(indicator_id: str) -> float:
        own = lines[(lines["measure"] == measures[indicator_id]) & (lines["year"] == "2021-22")]
        return round(float(own[own["authority"].isin(members)]["value"].mean()), 2)

    one = printed(replace(with_others, neighbour_groups=groups), CASELOAD, statistical_neighbour=mean(CASELOAD))
    assert outcomes(one, CASELOAD)["statistical_neighbour"] == "different", "one mean is chance"
    two = printed(one, EMPLOYMENT, statistical_neighbour=mean(EMPLOYMENT))
    found = check_comparators(two).set_index(["indicator_id", "comparator"]).loc[(CASELOAD, "statistical_neighbour")]
    assert found["outcome"] == "the mean of another group of neighbours"
    assert "this group: Department, 2021" in found["explanation"]


def test_the_reports_neighbours_are_compared_with_the_official_group_of_their_time(with_others: Basket) -> None:
    """By names and by means: the published report lists one council that the group does not have."""
    listed = list(with_others.comparator_members["authority"])
    columns = ["group", "authority", "from_quarter", "to_quarter"]
    groups = pd.DataFrame(
        [
            *(("Department, 2021", name, "2021-22-Q1", "2024-25-Q4") for name in [*listed[1:], "Wiltshire"]),
            *(("Department, 2025", name, "2025-26-Q1", "") for name in listed),
        ],
        columns=columns,
    )
    dated = replace(with_others, neighbour_groups=groups)
    found = check_neighbours(dated)
    assert found is not None
    assert (found.official, found.unlisted, found.added) == ("Department, 2021", ["Wiltshire"], listed[:1])
    assert found.means == 15
    assert found.own_means == 13, "not where the sample has another measure, and another figure"
    assert found.official_means < found.own_means
    page = str(comparators_table(dated).html)
    assert f"The official group has Wiltshire instead of {listed[0]}." in page
    assert set(dated.as_known_at(Q3).neighbour_groups["group"]) == {"Department, 2021"}
    assert check_neighbours(with_others) is None


def test_the_members_of_a_group_are_those_of_the_quarter(basket: Basket) -> None:
    members = basket.comparator_members
    until = members.assign(to_quarter="2023-24-Q2")
    since = members.assign(authority=members["authority"] + " (new)", from_quarter="2023-24-Q3")
    dated = replace(basket, comparator_members=pd.concat([until, since]))
    assert list(dated.as_known_at(Quarter(2023, 2)).comparator_members["authority"]) == list(members["authority"])
    assert dated.as_known_at(Q3).comparator_members["authority"].str.endswith(" (new)").all()


def test_nobody_is_asked_about_a_comparator_that_is_another_measures_figure(with_others: Basket) -> None:
    """The source prints re-referrals beside the referrals closed with no further action."""
    name = "referrals-no-further-action"
    basket = replace(with_others, comparator_names=with_others.comparator_names.query("comparator == 'england'"))
    now, before = (build_scorecard(basket, quarter) for quarter in (Q3, Q3.previous()))
    changes = with_moves(compare(before, now), now, basket)
    assert name in changes.index[changes["other_measure"]]
    asked = nominations(now, changes)
    asked = asked[asked["reason"] == Reason.NEIGHBOURS]["indicator_id"].tolist()
    assert asked
    again = nominations(now, changes.assign(other_measure=changes.index.isin(asked)))
    assert not again[again["reason"] == Reason.NEIGHBOURS]["indicator_id"].isin(asked).any()


# The council among others


def _benchmark(basket: Basket, indicator_id: str) -> Benchmark:
    return benchmarks_for(basket, [indicator_id])[indicator_id]


def test_the_council_its_ten_neighbours_and_the_means_over_eight_years(with_others: Basket) -> None:
    seen = _benchmark(with_others, CASELOAD)
    names = list(seen.figures.index)
    assert names[0] == "North Somerset"
    assert names[1:11] == list(with_others.comparator_members["authority"])
    assert names[11:] == ["Mean of statistical neighbours", "South West", "England"]
    assert list(seen.figures.columns) == [f"{year}-{year - 1999}" for year in range(2015, 2023)]
    by_hand = seen.figures.loc[seen.neighbours].mean().round(seen.decimals)
    pd.testing.assert_series_equal(seen.figures.loc["Mean of statistical neighbours"], by_hand, check_names=False)


def test_rank_and_quartile_are_those_counted_by_hand(with_others: Basket) -> None:
    """A lower caseload is better, so the rank is one more than the number of councils below."""
    seen = _benchmark(with_others, CASELOAD)
    for standing in seen.standings:
        known = seen.figures.loc[["North Somerset", *seen.neighbours], standing.year].dropna()
        rank = 1 + int((known < known["North Somerset"]).sum())
        assert (standing.rank, standing.of) == (rank, len(known))
        quarter = [place * standing.of / 4 for place in (1, 2, 3, 4)]
        assert standing.quartile == 1 + sum(rank > limit for limit in quarter)
    assert [standing.of for standing in seen.standings] == [11, 11, 10, 10, 11, 11, 11, 11]


def test_where_higher_is_better_the_highest_is_first_also_among_all(with_others: Basket) -> None:
    seen = _benchmark(with_others, EMPLOYMENT)
    standing = seen.all_standings[-1]
    rows = current(with_others.benchmarks)
    rows = rows[(rows["measure"] == seen.measure) & (rows["year"] == standing.year)]
    single = rows[~rows["authority"].isin(["South West", "England"])].set_index("authority")["value"].dropna()
    assert standing.of == len(single) == 41
    assert standing.rank == 1 + int((single > single["North Somerset"]).sum())


def test_a_year_that_had_not_ended_is_not_known_yet(imported: Project) -> None:
    earlier = load_basket(imported.root / "data").as_known_at(Quarter(2022, 4).previous())
    assert earlier.benchmarks["year"].max() == "2021-22"


def test_the_chart_of_an_indicator_describes_every_figure_of_the_last_year_and_has_its_table(
    with_others: Basket,
) -> None:
    row = build_scorecard(with_others, Q3).rows.loc[CASELOAD]
    seen = _benchmark(with_others, CASELOAD)
    page = str(among_chart(row, seen).html)
    for name in seen.figures.index:
        assert f">{seen.figures.loc[name, '2022-23']:.1f}</td></tr>" in page.partition(f">{name}</th>")[2]
    assert "Rank among neighbours" in page
    assert "Invented sample, extracted on 1 December 2023" in page
    assert benchmarks_for(with_others, ["agency-workers"]) == {}


def test_each_neighbour_has_a_small_chart_on_the_common_scale_with_its_newest_figure(with_others: Basket) -> None:
    seen = _benchmark(with_others, CASELOAD)
    shown = among_chart(build_scorecard(with_others, Q3).rows.loc[CASELOAD], seen)
    charts = BeautifulSoup(str(shown.html), "html.parser").select(".multiples li")
    latest = seen.figures["2022-23"].drop("North Somerset").rename({MEAN: "Their mean"})
    assert {(str(one.contents[0]).strip(), one.select("strong")[0].text) for one in charts} == {
        (name, f"{figure:.1f}") for name, figure in latest.items()
    }
    assert len({str(one.select("text")) for one in charts}) == 1, "all on one scale"
    scale = [float(text.text) for text in charts[0].select("text[text-anchor=end]")[:-1]]
    assert scale[0] <= seen.figures.min(axis=None) <= seen.figures.max(axis=None) <= scale[-1]
    assert len({one.select(".ours")[0]["d"] for one in charts}) == 1
    assert len({one.select(".theirs")[0]["d"] for one in charts}) == len(charts)


def test_an_area_shows_the_councils_position_among_others_in_one_table(with_others: Basket) -> None:
    scorecard = build_scorecard(with_others, Q3)
    shown = among_others(scorecard.area("workforce"), with_others)
    assert shown is not None
    assert str(shown.html).count("<figure") == 0
    (row,) = BeautifulSoup(str(shown.html), "html.parser").select("tbody tr")
    cells = [cell.get_text() for cell in row(["th", "td"])]
    seen = _benchmark(with_others, CASELOAD)
    last = seen.standings[-1]
    assert cells[:3] == [
        "Average social worker caseload",
        "2022-23",
        f"{seen.figures.loc['North Somerset', last.year]}",
    ]
    assert cells[-1].startswith(f"{last.rank} of {last.of}, ")
    wider = among_others(scorecard.area("children-in-care"), with_others)
    assert wider is not None
    assert "Among all" in str(wider.html)
    assert among_others(scorecard.area("early-help").only(["requests-for-support"]), with_others) is None


def test_a_rank_among_all_counts_authorities_and_neither_regions_nor_nations(with_others: Basket) -> None:
    seen = _benchmark(with_others, EMPLOYMENT)
    rows = with_others.benchmarks
    some = rows[(rows["authority"] == "England") & (rows["measure"] == seen.measure)].assign(authority="Inner London")
    assert len(some)
    also = _benchmark(replace(with_others, benchmarks=pd.concat([rows, some])), EMPLOYMENT)
    assert also.all_standings == seen.all_standings


def test_a_few_authorities_besides_the_neighbours_are_not_all(with_others: Basket) -> None:
    """An extract of the compared authorities has the members of other groups of neighbours too."""
    names = ["North Somerset", "South West", "England", *with_others.comparator_members["authority"], *INVENTED]
    few = with_others.benchmarks[with_others.benchmarks["authority"].isin(names)]
    seen = _benchmark(replace(with_others, benchmarks=few), EMPLOYMENT)
    assert seen.all_standings == []


def test_a_quartile_is_the_band_of_the_tool() -> None:
    """The boundaries are R's default quantiles; a figure on one is in the band of the lower figures."""
    figures = [10.0, 20.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0]
    assert [quartile_band(each, figures) for each in figures] == [1, 1, 1, 2, 2, 3, 3, 4, 4]
    assert quartile_band(5.0, [5.0, 5.0, 5.0]) == 1
    assert [quartile_band(each, [1.0, 2.0]) for each in (1.0, 2.0)] == [1, 4]
