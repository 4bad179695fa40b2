"""A basket without the figures that may not be published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import NO_CASES
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket, Files, digest_of, digests, load_basket
from quarterly.data.project import RULE_FILE as FILE
from quarterly.data.revisions import restated_for
from quarterly.disclosure.decide import Decisions, decide
from quarterly.disclosure.rule import DisclosureRule, load_disclosure_rule
from quarterly.disclosure.suggest import Suggestion, suggested_relations
from quarterly.measures.cases import Figure, Known
from quarterly.measures.scorecard import Scorecard, build_scorecard, scorecard_of

CONFIDENTIAL = "c"
_NUMBERS = ("value", "numerator", "denominator")
_KEY = ("indicator_id", "quarter")

#: How many quarters' scorecards are kept.
_KEPT = 4

#: What identifies one version of a figure: indicator, quarter, value, numerator, denominator.
_Version = tuple[str, str, float | None, float | None, float | None]


@dataclass(frozen=True)
class Publishable:
    """What may be published of a basket."""

    basket: Basket  # the basket, with withheld figures missing for the reason ``c``
    rule: DisclosureRule  # the rule that was applied
    #: The figures that are not published in any edition, as in `Decisions`. Only for the people who make the report.
    withheld: dict[Figure, Figure | None] = field(default_factory=dict)
    #: The withheld figures that can still be worked out.
    exposed: tuple[Figure, ...] = ()
    _at: dict[Quarter, tuple[Basket, Scorecard]] = field(default_factory=dict, repr=False, compare=False)

    def known_at(self, quarter: Quarter) -> Basket:
        """Return the basket as known at a quarter; cached for all users of the same figures.

        Raises `UnknownQuarter` if there are no figures for the quarter.
        """
        return self._judged(quarter)[0].view()

    def scorecard(self, quarter: Quarter, length: int = 4) -> Scorecard:
        """Judge the figures of a quarter as `build_scorecard` does; cached for all users of the same figures.

        Raises `UnknownQuarter` if there are no figures for the quarter.
        """
        return self._judged(quarter)[1].showing(length).view()

    def _judged(self, quarter: Quarter) -> tuple[Basket, Scorecard]:
        if quarter not in self._at:
            known = self.basket.as_known_at(self.basket.require_quarter(quarter))
            self._at[quarter] = known, scorecard_of(known, quarter)
            if len(self._at) > _KEPT:  # a run of many editions needs each of them only briefly
                del self._at[next(iter(self._at))]
        return self._at[quarter]

    def suppressed_at(self, quarter: Quarter) -> str:
        """Return a digest of what an edition shows as suppressed, which reveals nothing of its values.

        That is figures, and counts of doubtful records. It is empty if nothing is suppressed up to that quarter.
        """
        checks = self.basket.record_checks
        few = checks[checks["rows"].isna() & (checks["quarter"] == str(quarter))]
        places = {(figure.indicator, figure.quarter) for figure in self.withheld}
        known = sorted(" ".join(place) for place in places if place[1] <= str(quarter))
        known += sorted(" ".join(row) for row in few[["records", "column", "kind"]].itertuples(index=False, name=None))
        return hashlib.sha256("\n".join(known).encode("utf-8")).hexdigest()[:16] if known else ""

    def scorecard_before(self, quarter: Quarter) -> Scorecard | None:
        """Return the scorecard of the previous quarter with figures as revised since; None if there are no figures."""
        before = quarter.previous()
        if before not in self.basket.quarters:
            return None
        revised = (restated_for(self.basket.restatements) == str(quarter)).any()
        return build_scorecard(self.basket.as_revised_at(quarter), before) if revised else self.scorecard(before)


def open_basket(root: Path) -> Publishable:
    """Read a project's figures as they may be published. Everything shown to anyone is made from these.

    Raises
    ------
    DataFaults
        The data or ``params/disclosure.yml`` has faults.
    """
    # Cached: every notebook of an edition needs the same, and deciding takes as long as reading.
    found = _decided(Files(root, (*digests(root / "data"), digest_of(root / FILE))))
    return replace(found, basket=found.basket.view())


def relations_to_declare(root: Path) -> list[Suggestion]:
    """List relations that a project's figures suggest but its data does not declare; they contain no figures."""
    return suggested_relations(load_basket(root / "data"))


@lru_cache(maxsize=4)
def _decided(files: Files) -> Publishable:
    return publishable(load_basket(files.folder / "data"), load_disclosure_rule(files.folder))


def publishable(basket: Basket, rule: DisclosureRule) -> Publishable:
    """Remove from a basket the figures that a rule suppresses, and those that would give them away.

    Raises `DataFaults` if the rule exempts an indicator that is not in the basket.
    """
    strangers = sorted(set(rule.exempt) - set(basket.indicators["indicator_id"]))
    if strangers:
        expected = "There is no such row in data/indicators.csv. Correct the spelling, or remove it."
        raise DataFaults([Fault(FILE, None, "exempt", name, expected) for name in strangers])
    if rule.off:
        return Publishable(basket, rule)
    if (few := basket.record_checks["rows"] < rule.counts_under).any():
        checks = basket.record_checks.assign(rows=basket.record_checks["rows"].mask(few))
        basket = replace(basket, record_checks=checks)
    table = basket.observations
    ruled = ~table["indicator_id"].isin(rule.exempt) & (table["quarter"] >= str(rule.since or ""))
    if (none := ruled & (table["note"] == NO_CASES) & rule.zeros).any():  # such a note is a 0
        basket = replace(basket, observations=_masked(table, none, _NUMBERS, "missing", "note"))
    decisions = decide(basket, rule)
    if not decisions.withheld:
        return Publishable(basket, rule)
    cleared = replace(
        basket,
        observations=_observations(basket, decisions),
        restatements=_restatements(basket.restatements, decisions),
        published_ratings=_ratings(basket.published_ratings, decisions),
    )
    return Publishable(cleared, rule, decisions.withheld, tuple(decisions.exposed))


def _observations(basket: Basket, decisions: Decisions) -> pd.DataFrame:
    table, known = basket.observations, Known.of(basket)
    withheld = {_version(figure) for figure in decisions.withheld}
    places = {version[:2] for version in withheld}

    def hidden(indicator: str, quarter: str, *numbers: float | None) -> bool:
        if (indicator, quarter, *numbers) in withheld or indicator not in known.shares or numbers[0] is not None:
            return (indicator, quarter, *numbers) in withheld
        # If a share of a withheld number were merely missing, it would reveal that there were no cases.
        of, _ = known.shares[indicator]
        return any((of, each) in places for each in known.covered(Relation.SHARE, indicator, of, quarter))

    rows = pd.Series([hidden(*version) for version in _versions(table, _NUMBERS)], table.index)
    return _masked(table, rows, _NUMBERS, "missing", "note")


def _restatements(table: pd.DataFrame, decisions: Decisions) -> pd.DataFrame:
    """Remove from the ledger the values that no edition published, such as those corrected before they were shown."""
    published = {_version(figure) for figure in decisions.figures if figure not in decisions.withheld}
    values = {version[:3] for version in published}
    olds, news = [f"old_{name}" for name in _NUMBERS], ("new_value",)
    old = [version[2] is not None and version not in published for version in _versions(table, olds)]
    new = [version[2] is not None and version[:3] not in values for version in _versions(table, news)]
    table = _masked(table, pd.Series(old, table.index, dtype=bool), olds, "old_missing", "old_note")
    return _masked(table, pd.Series(new, table.index, dtype=bool), news, "new_missing")


def _ratings(table: pd.DataFrame, decisions: Decisions) -> pd.DataFrame:
    """Remove the published ratings of a withheld figure, and of the quarter after it, whose direction starts there."""
    places = {(figure.indicator, figure.quarter) for figure in decisions.withheld}
    places |= {(indicator, str(Quarter.parse(quarter).next())) for indicator, quarter in places}
    hidden = pd.Series(
        [place in places for place in table[[*_KEY]].itertuples(index=False, name=None)], table.index, dtype=bool
    )
    return table.mask(hidden, table.assign(rag="", dot="", note=""))


def _masked(
    table: pd.DataFrame, hidden: pd.Series, numbers: tuple[str, ...] | list[str], missing: str, note: str = ""
) -> pd.DataFrame:
    texts = {missing: CONFIDENTIAL, **({note: ""} if note else {})}
    return table.mask(hidden, table.assign(**dict.fromkeys(numbers, float("nan")), **texts))


def _version(figure: Figure) -> _Version:
    return figure.indicator, figure.quarter, figure.value, figure.numerator, figure.denominator


def _versions(table: pd.DataFrame, numbers: tuple[str, ...] | list[str]) -> list[tuple[Any, ...]]:
    plain = table[[*_KEY, *numbers]].astype(object)
    return list(plain.where(plain.notna(), None).itertuples(index=False, name=None))
