"""The `Report` that notebooks speak to: one import, and one method for each thing that a cell shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from quarterly.commentary.answers import Told
from quarterly.commentary.commitments import Commitment
from quarterly.commentary.contradictions import contradictions
from quarterly.commentary.promises import area_promises, edition_promises, promised_here
from quarterly.commentary.read import Written, said_before
from quarterly.core.output_errors import FiguresDoNotFit
from quarterly.core.quarters import Quarter
from quarterly.core.terms import count_of
from quarterly.data.load import Basket
from quarterly.data.project import find_project
from quarterly.disclosure import open_basket
from quarterly.disclosure.rule import DisclosureRule
from quarterly.display import (
    benchmark,
    charts,
    comparison,
    evidence,
    officer_context,
    quality,
    tables,
    variation,
    worked_out,
)
from quarterly.display.analysis import stated
from quarterly.display.attention import attention
from quarterly.display.figures_frame import comparators_frame, figures_frame, indicators_frame
from quarterly.display.findings import headline
from quarterly.display.html import Html, folded, paragraph
from quarterly.display.notebook_outputs import install, work_in
from quarterly.display.pictures import picture
from quarterly.display.promises import promises_table
from quarterly.display.seen import SEEN, reading_the_project, watch
from quarterly.display.units import Units
from quarterly.measures.change import with_moves
from quarterly.measures.compare import compare
from quarterly.measures.counts import rag_counts, rag_sentence
from quarterly.measures.outturn import outturn
from quarterly.measures.scorecard import Scorecard, build_scorecard

#: Where the name of an indicator leads: its page is beside the folder of the editions.
_LINK = "../../indicators/{id}.html"
_NOTHING_BEFORE = "There are no figures for the quarter before, so nothing can be compared."

Part = TypeVar("Part")


def open_report(quarter: str, area: str | None = None, quarters_shown: int = 4) -> Report:
    """Open the report of a quarter, from a notebook anywhere in the project.

    From then on charts of Altair and frames that the notebook shows come out in the house style, and the notebook works
    in the project's folder: in a run, in JupyterLab and under nbval alike.

    Parameters
    ----------
    quarter : str
        The reporting quarter, as ``2023-24-Q3``.
    area : str, optional
        The id of a service area; without it the report covers all of them.
    quarters_shown : int
        How many quarters tables and charts show, ending with the reporting quarter.

    Raises
    ------
    QuarterlyError
        The quarter or the area does not exist, or the data has faults.
    """
    watch()
    with reading_the_project():
        root = find_project(Path.cwd())
        work_in(root)
        return _opened(root, Quarter.parse(quarter), area, quarters_shown)


def _opened(root: Path, quarter: Quarter, area: str | None, quarters_shown: int) -> Report:
    opened = open_basket(root)
    whole = opened.scorecard(quarter, quarters_shown)
    install(Units(whole.rows, whole.comparators))
    known, before = opened.basket.as_known_at(whole.quarter), opened.scorecard_before(whole.quarter)
    if area is None:
        SEEN.everything = True
        return Report(known, whole, "All areas", whole, before, rule=opened.rule)
    name, part = str(known.require_area(area)["short_name"]), whole.area(area)
    before = before.area(area) if before else None
    SEEN.areas.add(area)
    promised, here = area_promises(root, area, part), promised_here(root, area, part)
    return Report(known, part, name, whole, before, said_before(root, area, part), opened.rule, promised, here)


def _part(show: Callable[..., Part], *given: str) -> Callable[[Report], Part]:
    """Make the method of a part that needs no more than what the report knows: the names of that, in order."""

    def method(self: Report) -> Part:
        return show(*(attrgetter(name)(self) for name in given))

    method.__doc__ = show.__doc__
    return method


@dataclass(frozen=True, repr=False)
class Report:
    """What is known of a quarter, for one service area or for all."""

    _basket: Basket  # everything known at the quarter, of all areas
    #: The part that this report is about, and its name.
    scorecard: Scorecard
    subject: str
    _whole: Scorecard  # the scorecard of all areas
    #: The same part for the quarter before; None where there are no figures for it.
    before: Scorecard | None = None
    #: The comments of the quarter before on this area; None where it has no edition.
    earlier: list[Written] | None = None
    #: The rule by which small numbers are suppressed.
    rule: DisclosureRule = field(default_factory=DisclosureRule)
    earlier_promises: list[Told] = field(default_factory=list)  # what the area promised in earlier editions
    #: What its comments of this quarter promise, each with the indicators of its comment.
    promises: list[tuple[tuple[str, ...], Commitment]] = field(default_factory=list)

    @property
    def basket(self) -> Basket:
        """Everything known at the quarter, of all areas."""
        SEEN.everything = True
        return self._basket

    @property
    def whole(self) -> Scorecard:
        """The scorecard of all areas."""
        SEEN.everything = True
        return self._whole

    def _of(self, *indicators: str) -> Scorecard:
        """Return the scorecard of all areas, to take rows of some indicators from and no others."""
        self._whole.require(*indicators)
        SEEN.indicators.update(indicators)
        return self._whole

    def __repr__(self) -> str:
        known = f"{count_of(len(self.scorecard.rows), 'indicator')}, {rag_sentence(rag_counts(self.scorecard.rows))}"
        return (
            f"Report of {self.subject}, {self.scorecard.quarter.label}: {known}.\n"
            "Figures as frames: report.figures(), report.indicators, report.comparators. "
            "On a page: report.headline(), report.table(), report.overview() and others."
        )

    # Frames, for the analysis of notebooks.

    def figures(self, *indicators: str) -> pd.DataFrame:
        """Return the figures as a tidy frame, for every quarter known.

        Parameters
        ----------
        *indicators : str
            The ids of those wanted, of any area; by default those of this report.

        Returns
        -------
        DataFrame
            One row an indicator and quarter, in the order of the report, oldest first: ``id``, ``name`` and ``area``
            (the short ones), ``period`` (as ``2023-24-Q3``), ``value`` (67 for 67%; missing where it is suppressed or
            not known), ``missing`` (why: c, x, z or k), ``numerator`` and ``denominator`` (where they are known),
            ``unit`` (number, percentage or rate), ``target`` (where it is a number), ``rag`` (GREEN, AMBER, RED or
            blank), ``direction`` (of travel, as POSITIVE), ``comparator`` (the newest figure that was known of the
            basket's first comparator; `comparators` has all of them) and ``comparator_name`` (what that is called).

        Raises
        ------
        UnknownIndicator
            There is no such indicator.
        """
        return figures_frame(self.scorecard, self._of(*indicators), self._basket, indicators)

    @property
    def indicators(self) -> pd.DataFrame:
        """What each indicator is: ``id``, ``name``, ``full_name``, ``unit``, ``decimals``, ``polarity``, ``basis``."""
        return indicators_frame(self.scorecard)

    @property
    def comparators(self) -> pd.DataFrame:
        """The figures beside those of others: ``id``, ``name``, ``comparator``, ``period``, ``other``, ``value``."""
        return comparators_frame(self.scorecard)

    @property
    def outturn(self) -> pd.DataFrame:
        """The council's figures beside the department's: `quarterly.measures.outturn.outturn` has the columns."""
        found = outturn(self.basket)
        return found[found["indicator_id"].isin(self.scorecard.rows.index)].reset_index(drop=True)

    # What a cell shows of the figures.

    def headline(self) -> Html:
        """State first what matters."""
        subject = f"{self.subject}, {self.scorecard.quarter.label}"
        return headline(self.scorecard, subject, _LINK, before=self.before)

    def attention(self) -> Html:
        """List the indicators worth members' time, by stated rules, with questions they could ask."""
        if self.before is None:
            return paragraph(self.scorecard.quarter.worded(_NOTHING_BEFORE))
        return attention(
            self.scorecard, with_moves(compare(self.before, self.scorecard), self.scorecard, self.basket), _LINK
        )

    def table(self) -> Html:
        """Show the key performance indicators with everything that they are judged by."""
        quarter = self.scorecard.quarter
        caption = f"{self.subject}: key performance indicators, {quarter.label}"
        every = tables.kpi_table(self.scorecard, f"{caption}, with earlier {quarter.noun}s and comparators")
        return tables.kpi_summary(self.scorecard, caption) + folded(
            f"The same table with every {quarter.noun} shown, comparators and notes", every
        )

    def overview(self) -> Html:
        """Draw ratings by quarter, how far figures are from their targets, and figures beside those of others."""
        if not self.scorecard.has_targets:
            return folded("Chart of all indicators, beside others", charts.neighbours(self.scorecard))
        nothing = paragraph("No indicator has a target that a distance can be measured from.")
        by = f"ratings by {self.scorecard.quarter.noun}"
        drawn = (
            charts.ratings(self.scorecard, f"{self.subject}: {by}")
            + (charts.distances(self.scorecard, f"{self.subject}: distance from target") or nothing)
            + charts.neighbours(self.scorecard)
        )
        return folded(f"Charts of all indicators: {by}, distance from target, beside others", drawn)

    def at_a_glance(self) -> Html:
        """Draw the ratings of all service areas."""
        return charts.at_a_glance(
            self.whole, self.basket.areas, f"Service areas at a glance, {self.whole.quarter.label}"
        )

    def areas(self) -> Html:
        """Count the ratings of each service area."""
        return tables.rag_by_area(self.whole, self.basket.areas, f"Ratings by service area, {self.whole.quarter.label}")

    def compared(self, before: str | None = None) -> Html:
        """State what changed since another quarter, by default the one before this.

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
            return paragraph(f"There are no figures for {since.label}, so nothing can be compared.")
        then = self.before if since == after.previous() else None
        then = then or build_scorecard(self._basket, since).only(list(self.scorecard.rows.index))
        return comparison.comparison_tables(compare(then, self.scorecard), since, after)

    def lines(self, *indicators: str) -> Html:
        """Draw some indicators over the shown quarters, of any area."""
        return charts.lines(self._of(*indicators), indicators)

    def ranges(self, title: str, *indicators: str) -> Html:
        """Compare percentages with their targets on one scale."""
        return charts.ranges(self._of(*indicators), indicators, title)

    def parts(self, title: str, of: str, rest: str, **parts: str) -> Html:
        """Draw percentages of the same cases as parts of one bar, with what is left over.

        Parameters
        ----------
        title : str
            What the chart shows.
        of : str
            The indicator that counts the cases.
        rest : str
            What to call what the parts leave over.
        **parts : str
            For each part the indicator that gives its percentage; the name is written with underscores. The first
            is drawn first, the last after the rest.
        """
        named = {name.replace("_", " "): indicator for name, indicator in parts.items()}
        return worked_out.parts_of_one_bar(self._of(of, *parts.values()), title, of, rest, named)

    def counts(self, of: str, *percentages: str) -> Html:
        """Work out how many cases stand behind percentages of a counted whole."""
        return worked_out.counts(self._of(of, *percentages), of, list(percentages))

    def chain(self, caption: str, first: str, second: str) -> Html:
        """Follow cases through two steps: of 100 that start, how many pass the first and how many both."""
        return worked_out.chain(self._of(first, second), caption, first, second)

    def children(self, *rates: str) -> Html:
        """State how many children, or the people whom the rates count, stand behind rates."""
        return worked_out.children(self._of(*rates), self._basket, rates)

    def standing(self, *indicators: str) -> Html:
        """State in one line each how indicators stand, with the national picture where there is one."""
        return worked_out.standing(self._of(*indicators), indicators)

    def finding(self, words: str, row: Mapping[Any, Any] | pd.Series) -> Html:
        """State a finding in a sentence, with figures from a row.

        Parameters
        ----------
        words : str
            The sentence, with columns of the row in braces: ``"{value}% of {denominator} went on."``
        row : Series or dict
            The figures; where one of them is missing, or is of an indicator that is in another area now, the sentence
            says so instead.
        """
        if not isinstance(row, Mapping | pd.Series):
            raise FiguresDoNotFit("A finding is told from one row", "figures.iloc[-1]")
        elsewhere = dict.fromkeys(self._basket.indicators["indicator_id"], float("nan"))
        return paragraph(stated(words, {**elsewhere, **dict(row)}), "finding")

    picture = staticmethod(picture)
    signals = _part(variation.signal_or_noise, "scorecard", "_basket")
    benchmarks = _part(benchmark.among_others, "scorecard", "_basket")
    neighbours = _part(worked_out.neighbours, "basket")

    # What the figures were checked by, and how they agree with what was published.

    agreement = _part(quality.agreement, "scorecard")
    disagreements = _part(quality.differences, "scorecard")
    not_compared = _part(quality.not_compared, "scorecard")
    missing = _part(quality.missing_figures, "scorecard")
    suppressed = _part(quality.suppressed_figures, "scorecard", "basket", "rule")
    record_checks = _part(quality.record_checks, "basket", "scorecard.quarter", "rule")
    revisions = _part(quality.revised_figures, "scorecard")
    source_notes = _part(quality.source_notes, "scorecard")
    suspicious = _part(quality.suspicious_pairs, "scorecard", "basket")
    period_bases = _part(quality.period_bases, "scorecard")
    audit = _part(evidence.audit_table, "scorecard", "basket")
    attainable = _part(evidence.attainable_table, "scorecard", "basket")
    versions = _part(evidence.versions_table, "basket")

    def population_check(self) -> Html:
        """Show that each rate is a whole number of cases, and which population each quarter allows."""
        return quality.children_table(self.scorecard, self.basket) + quality.populations(self.basket)

    def comparator_sources(self) -> Html:
        """Return where each published comparator comes from, and the council's own figures beside the department's."""
        sources, own = evidence.comparators_table(self.basket), evidence.outturn_table(self.basket)
        return sources + own if own else sources

    # What officers said and promised. The cells beside a comment are not published.

    how_to_comment = _part(officer_context.how_to_comment)
    promised = _part(officer_context.promised, "earlier_promises")

    def beside(self, *indicators: str) -> Html:
        """Show an officer the figures of a comment and what was said last quarter; the cell is not published."""
        self.scorecard.require(*indicators)
        read = [promise for about, promise in self.promises if {*about} == {*indicators}]
        return officer_context.beside(self.scorecard, indicators, self.earlier, read)

    def progress(self) -> Html | None:
        """Tell what has become of what was promised in earlier editions; nothing where nothing was."""
        SEEN.comments = True
        with reading_the_project():
            areas = self.basket.areas.set_index("area_id")["short_name"]
            return promises_table(
                edition_promises(find_project(Path.cwd()), list(areas.index), self.whole), dict(areas)
            )

    def contradictions(self) -> Html:
        """List where the commentary of this edition and its ratings contradict each other, and what officers know."""
        SEEN.comments = True
        basket = self.basket
        with reading_the_project():
            found = contradictions(find_project(Path.cwd()), self.whole, basket.area_ids, basket.accepted)
        return quality.contradictions_table(found, self.whole, basket.accepted)
