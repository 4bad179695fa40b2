"""The `Report` that notebooks use: one import, and one method for each part that a cell shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from quarterly.commentary.answers import TrackedPromise
from quarterly.commentary.commitments import Commitment
from quarterly.commentary.contradictions import contradictions
from quarterly.commentary.promises import area_promises, edition_promises, promises_made
from quarterly.commentary.read import Written, previous_comments
from quarterly.core.output_errors import FiguresDoNotFit
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit, count_of
from quarterly.data.project import find_project
from quarterly.disclosure import open_basket
from quarterly.display import benchmark, comparison, evidence, officer_context, quality, tables, variation, worked_out
from quarterly.display.analysis import stated
from quarterly.display.attention import attention
from quarterly.display.charts import areas, distance, neighbours, ranges, ratings, trend
from quarterly.display.figures_frame import ReportFrames
from quarterly.display.findings import headline
from quarterly.display.html import Html, folded, paragraph
from quarterly.display.notebook_outputs import install, work_in
from quarterly.display.pictures import picture
from quarterly.display.promises import promises_table
from quarterly.display.seen import SEEN, guard, reading_the_project, watch
from quarterly.display.units import Units
from quarterly.measures.compare import compare, with_moves
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.scorecard import Scorecard, build_scorecard

#: The address of an indicator's page, from a page of an edition.
_LINK = "../../indicators/{id}.html"
_NOTHING_BEFORE = "There are no figures for the previous quarter to compare with."


def open_report(quarter: str, area: str | None = None, quarters_shown: int = 4) -> Report:
    """Open the report of a quarter, from a notebook anywhere in the project.

    From then on, Altair charts and frames are shown in the house style, and the project's folder is the working
    directory: in a run, in JupyterLab and under nbval.

    Parameters
    ----------
    quarter : str
        The reporting quarter, as ``2023-24-Q3``.
    area : str, optional
        The id of a service area; by default the report covers all of them.
    quarters_shown : int
        How many quarters tables and charts show, ending with the reporting quarter.

    Raises
    ------
    QuarterlyError
        The quarter or the area does not exist, the data have faults, or that many quarters cannot be shown.
    """
    if not isinstance(quarters_shown, int) or quarters_shown < 1:
        reason = f"quarters_shown is a whole number from 1, not {quarters_shown!r}"
        raise FiguresDoNotFit(reason, f"quarters_shown: 4, in the cell or in params/{quarter}.yml")
    watch()
    with reading_the_project():
        root = find_project(Path.cwd())
        work_in(root)
        return _opened(root, Quarter.parse(quarter), area, quarters_shown)


def _opened(root: Path, quarter: Quarter, area: str | None, quarters_shown: int) -> Report:
    opened = open_basket(root)
    guard(None if opened.rule.off else root / "data")
    whole = opened.scorecard(quarter, quarters_shown)
    install(Units.of(whole))
    known, before = opened.known_at(quarter), opened.scorecard_before(whole.quarter)
    if area is None:
        SEEN.everything = True
        return Report(known, whole, "All areas", whole, opened.rule, before)
    name, part = str(known.require_area(area)["short_name"]), whole.area(area)
    before = before.area(area) if before else None
    SEEN.areas.add(area)
    promised, here = area_promises(root, area, whole), promises_made(root, area, part)
    return Report(known, part, name, whole, opened.rule, before, previous_comments(root, area, whole), promised, here)


@dataclass(frozen=True, repr=False)
class Report(ReportFrames):
    """The figures, judgements and commentary of a quarter, for one service area or for all."""

    #: The same scorecard for the previous quarter; None if it has no figures.
    before: Scorecard | None = None
    #: The previous quarter's comments on this area; None if it has no edition.
    earlier: list[Written] | None = None
    earlier_promises: list[TrackedPromise] = field(default_factory=list)  # the area's promises in earlier editions
    #: The promises in this quarter's comments, each with the indicators of its comment.
    promises: list[tuple[tuple[str, ...], Commitment]] = field(default_factory=list)

    def __repr__(self) -> str:
        known = f"{count_of(len(self.scorecard.rows), 'indicator')}, {rag_sentence(rag_counts(self.scorecard.rows))}"
        return (
            f"Report of {self.subject}, {self.scorecard.quarter.label}: {known}.\n"
            "Figures as frames: report.figures(), report.indicators, report.comparators. "
            "On a page: report.headline(), report.table(), report.overview() and others."
        )

    # Parts that show figures.

    def headline(self) -> Html:
        """Show what matters first."""
        subject = f"{self.subject}, {self.scorecard.quarter.label}"
        return headline(self.scorecard, subject, _LINK, before=self.before)

    def attention(self) -> Html:
        """List the indicators worth members' time, by stated rules, with questions they could ask."""
        if self.before is None:
            return paragraph(self.scorecard.quarter.worded(_NOTHING_BEFORE))
        changes = with_moves(compare(self.before, self.scorecard), self.scorecard, self.basket)
        return attention(self.scorecard, changes, _LINK)

    def table(self) -> Html:
        """Show the key performance indicators with everything they are judged by."""
        quarter = self.scorecard.quarter
        caption = f"{self.subject}: key performance indicators, {quarter.label}"
        rows, compared = tables.kpi_rows(self.scorecard), self.scorecard.comparators
        beside = f"with earlier {quarter.noun}s{' and comparators' if compared else ''}"
        return tables.kpi_summary(self.scorecard, rows, caption) + folded(
            f"Full table with every {quarter.noun} shown{', comparators' if compared else ''} and notes",
            tables.kpi_table(self.scorecard, rows, f"{caption}, {beside}"),
        )

    def overview(self) -> Html | None:
        """Draw ratings by quarter, distances from targets, and figures alongside comparators; None without either."""
        others = neighbours.neighbours(self.scorecard) if self.scorecard.comparators else None
        if not self.scorecard.has_targets:
            return others and folded("Chart of all indicators compared with others", others)
        nothing = paragraph("No indicators have a target that a distance can be measured from.")
        by = f"ratings by {self.scorecard.quarter.noun}"
        drawn = (
            ratings.ratings(self.scorecard, f"{self.subject}: {by}")
            + (distance.distances(self.scorecard, f"{self.subject}: distance from target") or nothing)
            + others
        )
        compared = ", comparison with others" if others else ""
        return folded(f"Charts of all indicators: {by}, distance from target{compared}", drawn)

    def at_a_glance(self) -> Html:
        """Draw the ratings of all service areas."""
        title = f"Service areas at a glance, {self.whole.quarter.label}"
        return areas.at_a_glance(self.whole, self.basket.areas, title)

    def areas(self) -> Html:
        """Count the ratings of each service area."""
        title = "Ratings by service area" if self.whole.has_targets else "Service areas"
        return tables.rag_by_area(self.whole, self.basket.areas, f"{title}, {self.whole.quarter.label}")

    def compared(self, before: str | None = None) -> Html:
        """State what changed since another quarter, by default the previous one.

        Parameters
        ----------
        before : str, optional
            A quarter that was known at this one, as ``2022-23-Q4``.

        Raises
        ------
        UnknownQuarter, SameQuarter
            There are no figures for that quarter, or it is this one.
        """
        after = self.scorecard.quarter
        since = Quarter.parse(before) if before else after.previous()
        if not before and since not in self._basket.quarters:
            return paragraph(f"There are no figures for {since.label} to compare with.")
        then = self.before if since == after.previous() else None
        then = then or build_scorecard(self._basket.as_revised_at(after), since).only(list(self.scorecard.rows.index))
        return comparison.comparison_tables(compare(then, self.scorecard), since, after)

    def lines(self, *indicators: str) -> Html:
        """Draw indicators of any area over the shown quarters."""
        return trend.lines(self._named("", *indicators), indicators)

    def ranges(self, title: str, *indicators: str) -> Html:
        """Compare percentages with their targets on one scale."""
        return ranges.ranges(self._named(Unit.PERCENTAGE, *indicators), indicators, title)

    def finding(self, words: str, row: Mapping[Any, Any] | pd.Series) -> Html:
        """State a finding in a sentence, with figures from a row.

        Parameters
        ----------
        words : str
            The sentence, with columns of the row in braces: ``"{value}% of {denominator} went on."``
        row : Series or dict
            The figures. If one is missing, or belongs to an indicator that is now in another area, the sentence says
            that it is not available.
        """
        if not isinstance(row, Mapping | pd.Series):
            raise FiguresDoNotFit("A finding needs one row of figures", "figures.iloc[-1]")
        elsewhere = dict.fromkeys(self._basket.indicators["indicator_id"], float("nan"))
        return paragraph(stated(words, {**elsewhere, **dict(row)}), "finding")

    picture = staticmethod(picture)

    # Figures analysed, or worked out from the published ones: functions of a report, as its methods.

    signals = variation.signal_or_noise
    benchmarks = benchmark.among_others
    parts = worked_out.parts_of_one_bar
    counts = worked_out.counts
    chain = worked_out.chain
    children = worked_out.children
    standing = worked_out.standing
    neighbours = worked_out.neighbours

    # How the figures were checked, and how they agree with the published ones.

    agreement = quality.agreement
    disagreements = quality.disagreements
    not_compared = quality.not_compared
    missing = quality.missing_figures
    suppressed = quality.suppressed_figures
    record_checks = quality.record_checks
    revisions = quality.revised_figures
    source_notes = quality.source_notes
    suspicious = quality.suspicious_pairs
    period_bases = quality.period_bases
    audit = evidence.audit_table
    attainable = evidence.attainable_table
    versions = evidence.versions_table

    def population_check(self) -> Html:
        """Show that each rate is a whole number of cases, and which population each quarter allows."""
        return quality.children_table(self.scorecard, self.basket) + quality.populations(self.basket)

    def comparator_sources(self) -> Html:
        """Show where each published comparator comes from, and the council's figures against the department's."""
        return evidence.comparators_table(self.basket) + evidence.outturn_table(self.basket)

    # Officers' comments and promises. The cells next to a comment are not published.

    how_to_comment = staticmethod(officer_context.how_to_comment)

    def promised(self) -> Html:
        """Show the promises of earlier editions and what has become of them."""
        return officer_context.earlier_promises(self.earlier_promises)

    def beside(self, *indicators: str) -> Html:
        """Show an officer a comment's figures and last quarter's comments; the cell is not published."""
        self.scorecard.require(*indicators)
        read = [promise for about, promise in self.promises if {*about} == {*indicators}]
        return officer_context.comment_context(self.scorecard, indicators, self.earlier, read)

    def progress(self) -> Html | None:
        """Show what has become of promises in earlier editions; None if there were none."""
        SEEN.comments = True
        with reading_the_project():
            areas = self.basket.areas.set_index("area_id")["short_name"]
            promised = edition_promises(find_project(Path.cwd()), list(areas.index), self.whole)
        return promises_table(promised, dict(areas))

    def contradictions(self) -> Html:
        """List where this edition's commentary and ratings contradict each other, with officers' explanations."""
        SEEN.comments = True
        basket = self.basket
        with reading_the_project():
            found = contradictions(find_project(Path.cwd()), self.whole, basket.area_ids, basket.accepted)
        return quality.contradictions_table(found, self.whole, basket.accepted)
