"""The `Report` that notebooks speak to: one import, and one method for each thing that a cell shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from quarterly.commentary.answers import Told
from quarterly.commentary.commitments import Commitment
from quarterly.commentary.contradictions import contradictions
from quarterly.commentary.promises import area_promises, edition_promises, promised_here
from quarterly.commentary.read import Written, said_before
from quarterly.core.quarters import Quarter
from quarterly.core.terms import NOT_AVAILABLE, count_of, in_a_sentence, listing
from quarterly.core.written import rating_cell, show, travel_cell
from quarterly.data.load import Basket
from quarterly.data.project import find_project
from quarterly.disclosure import open_basket
from quarterly.disclosure.rule import DisclosureRule
from quarterly.display import benchmark, charts, comparison, evidence, officer_context, quality, tables, variation
from quarterly.display.analysis import stated
from quarterly.display.attention import attention
from quarterly.display.figures_frame import comparators_frame, figures_frame, indicators_frame
from quarterly.display.findings import finding, headline
from quarterly.display.html import Html, data_table, folded, paragraph
from quarterly.display.notebook_outputs import install, work_in
from quarterly.display.pictures import picture
from quarterly.display.promises import promises_table
from quarterly.display.seen import SEEN, reading_the_project, watch
from quarterly.display.units import Units
from quarterly.measures.change import with_moves
from quarterly.measures.compare import compare
from quarterly.measures.counts import rag_counts, rag_sentence
from quarterly.measures.derived import chained, count_behind
from quarterly.measures.outturn import outturn
from quarterly.measures.reconcile import children_behind_rates, counted_by_rates
from quarterly.measures.scorecard import Scorecard, build_scorecard

#: Where the name of an indicator leads: its page is beside the folder of the editions.
_LINK = "../../indicators/{id}.html"


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


@dataclass(frozen=True, repr=False)
class Report:
    """What is known of a quarter, for one service area or for all.

    Parameters
    ----------
    _basket : Basket
        Everything known at the quarter.
    scorecard : Scorecard
        The part that this report is about.
    subject : str
        The name of that part.
    _whole : Scorecard
        The scorecard of all areas.
    before : Scorecard or None
        The same part for the quarter before; None where there are no figures for it.
    earlier : list of Written or None
        The comments of the quarter before on this area; None where it has no edition.
    rule : DisclosureRule
        The rule by which small numbers are suppressed.
    earlier_promises : list of Told
        What the area promised in earlier editions.
    promises : list of (tuple of str, Commitment)
        What its comments of this quarter promise, each with the indicators of its comment.
    """

    _basket: Basket
    scorecard: Scorecard
    subject: str
    _whole: Scorecard
    before: Scorecard | None = None
    earlier: list[Written] | None = None
    rule: DisclosureRule = field(default_factory=DisclosureRule)
    earlier_promises: list[Told] = field(default_factory=list)
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
        SEEN.indicators.update(indicators)
        return self._whole

    def __repr__(self) -> str:
        known = f"{count_of(len(self.scorecard.rows), 'indicator')}, {rag_sentence(rag_counts(self.scorecard.rows))}"
        return (
            f"Report of {self.subject}, {self.scorecard.quarter.label}: {known}.\n"
            "Figures as frames: report.figures(), report.indicators, report.comparators. "
            "On a page: report.headline(), report.table(), report.overview() and others."
        )

    def how_to_comment(self) -> Html:
        """Tell an officer how to write commentary; the cell is not published."""
        return officer_context.how_to_comment()

    def beside(self, *indicators: str) -> Html:
        """Show an officer the figures of a comment and what was said last quarter; the cell is not published."""
        read = [promise for about, promise in self.promises if {*about} == {*indicators}]
        return officer_context.beside(self.scorecard, indicators, self.earlier, read)

    def promised(self) -> Html:
        """Show an officer what was promised and what is known of it; the cell is not published."""
        return officer_context.promised(self.earlier_promises)

    def progress(self) -> Html | None:
        """Tell what has become of what was promised in earlier editions; nothing where nothing was."""
        SEEN.comments = True
        with reading_the_project():
            areas = self.basket.areas.set_index("area_id")["short_name"]
            return promises_table(
                edition_promises(find_project(Path.cwd()), list(areas.index), self.whole), dict(areas)
            )

    def headline(self) -> Html:
        """State first what matters."""
        subject = f"{self.subject}, {self.scorecard.quarter.label}"
        return headline(self.scorecard, subject, _LINK, before=self.before)

    def attention(self) -> Html:
        """List the indicators worth members' time, by stated rules, with questions they could ask."""
        if self.before is None:
            return paragraph("There are no figures for the quarter before, so nothing can be compared.")
        return attention(
            self.scorecard, with_moves(compare(self.before, self.scorecard), self.scorecard, self.basket), _LINK
        )

    def table(self) -> Html:
        """Show the key performance indicators with everything that they are judged by."""
        caption = f"{self.subject}: key performance indicators, {self.scorecard.quarter.label}"
        every = tables.kpi_table(self.scorecard, f"{caption}, with earlier quarters and comparators")
        return tables.kpi_summary(self.scorecard, caption) + folded(
            "The same table with every quarter shown, comparators and notes", every
        )

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

    def overview(self) -> Html:
        """Draw ratings by quarter, how far figures are from their targets, and figures beside those of others."""
        nothing = paragraph("No indicator has a target that a distance can be measured from.")
        drawn = (
            charts.ratings(self.scorecard, f"{self.subject}: ratings by quarter")
            + (charts.distances(self.scorecard, f"{self.subject}: distance from target") or nothing)
            + charts.neighbours(self.scorecard)
        )
        return folded("Charts of all indicators: ratings by quarter, distance from target, beside others", drawn)

    def at_a_glance(self) -> Html:
        """Draw the ratings of all service areas."""
        return charts.at_a_glance(
            self.whole, self.basket.areas, f"Service areas at a glance, {self.whole.quarter.label}"
        )

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
        whole = self._of(of, *parts.values())
        rows = whole.rows
        names = {name.replace("_", " "): indicator for name, indicator in parts.items()}
        quarters = [quarter for quarter in whole.quarters if rows.loc[list(names.values()), str(quarter)].notna().all()]
        shares = pd.DataFrame(
            {name: [rows.loc[indicator, str(quarter)] for quarter in quarters] for name, indicator in names.items()}
        )
        shares.index = pd.Index(
            [f"{quarter.short_label}|({show(rows.loc[of], rows.loc[of, str(quarter)])} in all)" for quarter in quarters]
        )
        shares.insert(len(names) - 1, rest, 100 - shares.sum(axis=1))
        subtitle = (
            f"Parts of 100%; in brackets how many there were. '{rest}' is what the published percentages leave over."
        )
        chart = charts.stacked_shares(shares, title, subtitle, f"{title}, by quarter")
        return chart + self.counts(of, *names.values())

    def counts(self, of: str, *percentages: str) -> Html:
        """Work out how many cases stand behind percentages of a counted whole."""
        known, body = self._of(of, *percentages), []
        rows = known.rows
        for indicator in percentages:
            cells = []
            for quarter in map(str, known.quarters):
                found = count_behind(rows.loc[indicator, quarter], rows.loc[of, quarter])
                cells.append(_range(found) if found else NOT_AVAILABLE)
            body.append([f"{rows.loc[indicator, 'short_name']} (worked out)", *cells])
        whole = [
            rows.loc[of, "short_name"],
            *(cell.words for cell in known.figure_cells(of)),
        ]
        caption = f"How many: worked out from the percentages and from {in_a_sentence(rows.loc[of, 'short_name'])}"
        head = ["Indicator", *(q.short_label for q in known.quarters)]
        return folded(caption, data_table(caption, head, [whole, *body]))

    def chain(self, caption: str, first: str, second: str) -> Html:
        """Follow cases through two steps: of 100 that start, how many pass the first and how many both."""
        whole, body = self._of(first, second), []
        rows = whole.rows
        for place, quarter in enumerate(whole.quarters):
            one, two = (rows.loc[name, str(quarter)] for name in (first, second))
            both = chained(one, two)
            passed = f"{both[0]:.0f} ({both[1]:.1f} to {both[2]:.1f})" if both else NOT_AVAILABLE
            shown = (whole.figure_cells(name)[place].words for name in (first, second))
            body.append([quarter.short_label, *shown, passed])
        head = [
            "Quarter",
            rows.loc[first, "short_name"],
            rows.loc[second, "short_name"],
            "Of 100 that start, this many pass both steps (range from rounding)",
        ]
        return folded(caption, data_table(caption, head, body))

    def children(self, *rates: str) -> Html:
        """State how many children, or the people whom the rates count, stand behind rates."""
        whole, found = self._of(*rates), children_behind_rates(self._basket)
        body = []
        for name in rates:
            by_quarter = found[found["indicator_id"] == name].set_index("quarter")["children"]
            cells = [
                f"{by_quarter[str(q)]:,.0f}" if by_quarter.get(str(q), float("nan")) >= 0 else NOT_AVAILABLE
                for q in whole.quarters
            ]
            body.append([whole.rows.loc[name, "short_name"], *cells])
        noun = counted_by_rates(self._basket)
        caption = f"Number of {noun}, worked out from the rates and the population"
        return data_table(caption, [noun.capitalize(), *(q.short_label for q in whole.quarters)], body)

    def standing(self, *indicators: str) -> Html:
        """State in one line each how indicators stand, with the national picture where there is one."""
        whole, body = self._of(*indicators), []
        for name in indicators:
            row = whole.rows.loc[name]
            against = charts.references(row, whole.comparators).query("kind == 'comparator'")["name"]
            seen = "local measure" if row["comparison"] == "local measure" else "; ".join(against) or NOT_AVAILABLE
            body.append(
                [
                    row["short_name"],
                    finding(row),
                    rating_cell(row).full,
                    travel_cell(row).full,
                    seen,
                ]
            )
        caption = f"Where these indicators stand, {whole.quarter.label}"
        return data_table(caption, ["Indicator", "Finding", "RAG", "Direction of travel", "Comparators"], body)

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
        elsewhere = dict.fromkeys(self._basket.indicators["indicator_id"], float("nan"))
        return paragraph(stated(words, {**elsewhere, **dict(row)}), "finding")

    def picture(self, drawn: Any, title: str, alt: str, subtitle: str = "") -> Html:
        """Show a picture that another program drew, with the words that only you can give.

        Parameters
        ----------
        drawn : object
            A figure of matplotlib or seaborn, a picture of Pillow, or the bytes of a PNG or a JPEG.
        title, subtitle : str
            What it shows, and how to read it.
        alt : str
            What a reader who cannot see it needs to know.
        """
        return picture(drawn, title, alt, subtitle)

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

    def agreement(self) -> Html:
        """Count how judgements agree with the published ones."""
        return quality.agreement(self.scorecard)

    def disagreements(self) -> Html:
        """List each disagreement with the published report, with its reason."""
        return quality.differences(self.scorecard)

    def contradictions(self) -> Html:
        """List where the commentary of this edition and its ratings contradict each other, and what officers know."""
        SEEN.comments = True
        basket = self.basket
        with reading_the_project():
            found = contradictions(find_project(Path.cwd()), self.whole, basket.area_ids, basket.accepted)
        return quality.contradictions_table(found, self.whole, basket.accepted)

    def not_compared(self) -> Html:
        """List what cannot be compared with the published report."""
        return quality.not_compared(self.scorecard)

    def missing(self) -> Html:
        """List the missing figures and targets."""
        return quality.missing_figures(self.scorecard)

    def suppressed(self) -> Html:
        """State which figures are suppressed, by which rule, and to which figures it could not be applied."""
        return quality.suppressed_figures(self.scorecard, self.basket, self.rule)

    def record_checks(self) -> Html | None:
        """Count the records behind the figures that are left out or doubtful; nothing where none comes from records."""
        return quality.record_checks(self.basket, self.scorecard.quarter, self.rule)

    def revisions(self) -> Html | None:
        """List the figures that were revised since they were last published; nothing where there is none."""
        return quality.revised_figures(self.scorecard)

    def source_notes(self) -> Html:
        """List the notes made when the source was read."""
        return quality.source_notes(self.scorecard)

    def population_check(self) -> Html:
        """Show that each rate is a whole number of cases, and which population each quarter allows."""
        return quality.children_table(self.scorecard, self.basket) + quality.populations(self.basket)

    def suspicious(self) -> Html:
        """List pairs of indicators with the same comparators."""
        return quality.suspicious_pairs(self.scorecard, self.basket)

    def period_bases(self) -> Html:
        """Count the indicators by period basis."""
        return quality.period_bases(self.scorecard)

    def signals(self) -> Html:
        """State what is signal and what is noise: variation, changes, and percentages of few cases."""
        return variation.signal_or_noise(self.scorecard, self._basket)

    def benchmarks(self) -> Html | None:
        """Set the council among others over eight years; nothing where no extract of their figures was imported."""
        return benchmark.among_others(self.scorecard, self._basket)

    def audit(self) -> Html:
        """Count what was checked, what agrees, and what cannot be known."""
        return evidence.audit_table(self.scorecard, self.basket)

    def attainable(self) -> Html:
        """Show how many cases percentages stand for, and which percentages cannot be."""
        return evidence.attainable_table(self.scorecard, self.basket)

    def versions(self) -> Html:
        """Compare the versions of one measure: in the quarter, in the year to date, over twelve months."""
        return evidence.versions_table(self.basket)

    def comparator_sources(self) -> Html:
        """Return where each published comparator comes from, and the council's own figures beside the department's."""
        sources, own = evidence.comparators_table(self.basket), evidence.outturn_table(self.basket)
        return sources + own if own else sources

    def neighbours(self) -> Html:
        """Name the members of each group that the figures are compared with."""
        labels = self.basket.comparator_labels
        told = [
            f"The {in_a_sentence(labels[str(name)])} are "
            f"{listing(list(known['authority']))} ({known['source'].iloc[0]})."
            for name, known in self.basket.comparator_members.groupby("comparator", sort=False)
        ]
        return paragraph(" ".join(told) or "The figures are compared with no group of councils.")


def _range(found: tuple[int, int]) -> str:
    return f"{found[0]:,}" if found[0] == found[1] else f"{found[0]:,} to {found[1]:,}"
