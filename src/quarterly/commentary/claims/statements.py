"""Clauses with their context: the subject, the period, and whether they state a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure, words_in
from quarterly.commentary.claims.periods import Period, period_of, without_times
from quarterly.commentary.claims.quantities import Amount, amounts
from quarterly.commentary.claims.reading import Clause, Sentence, sentences
from quarterly.commentary.claims.subjects import NO_SUBJECT, Subject, subject_of
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit

#: Words that open a sentence about some of the cases: "For children on a plan, ...".
_PART_OF = phrases.words_of("for in among amongst within excluding across of on outside under apart except after")


@dataclass(frozen=True)
class Statement:
    """A clause that states something."""

    sentence: Sentence
    clause: Clause
    subject: Subject
    period: Period  # the time that it refers to
    amounts: list[Amount]
    latest: Quarter  # the reporting quarter
    late: bool  # whether the sentence has spoken of cases that the indicator does not count
    fact: bool  # rather than an intention, a condition or a question

    def amount_after(self, place: int) -> Amount | None:
        """Return the first quantity at or after a position in the clause."""
        return next((one for one in self.amounts if one.start >= place), None)

    def counts_cases(self, sense: str = "up") -> bool:
        """Return whether "visits have increased" may mean their number rather than the percentage on time."""
        if self.subject.counted or not self.subject.named or sense not in ("up", "down", "steady", "same"):
            return False
        return not all(measure.unit == Unit.NUMBER for measure in self.subject.measures)


def statements(words: str, measures: tuple[Measure, ...]) -> Iterator[Statement]:
    """Yield the clauses of a comment, carrying over what "it" and an omitted subject refer to."""
    latest = measures[0].quarters[-1]
    main = Subject(measures)
    for sentence in sentences(_with_whole_names(words, measures)):
        first, before, main_of_this, outer = sentence.opens, main, None, Period()
        silent, late = bool(phrases.ELSEWHERE.search(sentence.text)), False
        for clause in sentence.clauses():
            silent = silent or bool(phrases.INTENT.search(clause.text))
            late = late or bool(phrases.LATE.search(clause.text))
            period = period_of(clause.text, latest)
            read = replace(clause, text=_they(clause.text, measures))
            subject = _subject(read, sentence, measures, before, first=first)
            # "For children on a plan, ..." applies to the rest of the sentence.
            opening = "" if clause.joint else next(iter(words_in(clause.text)), "")
            silent = silent or (opening in _PART_OF and not subject.measures)
            fact = not silent and not phrases.APART_FROM.search(clause.text)
            within, said = _within(period, outer), _amounts(read, measures)
            yield Statement(sentence, clause, subject, within, said, latest, late, fact)
            silent = silent or (opening == "of" and subject.named)
            before = subject
            if set(words_in(clause.text)) - phrases.EMPTY:
                first, main_of_this = False, main_of_this or subject
            elif not period.clear or period.now:
                # "In Q2, ..." and "Since April, ..." apply to the rest of the sentence.
                outer = period
        main = main_of_this or main


def _with_whole_names(words: str, measures: tuple[Measure, ...]) -> str:
    """Remove commas from the names of indicators, so that no clause ends there."""
    for listed in {pair for measure in measures for pair in re.findall(r"\w+, \w+", measure.name)}:
        words = re.sub(re.escape(listed), listed.replace(",", " "), words, flags=re.IGNORECASE)
    return words


def _subject(
    clause: Clause, sentence: Sentence, measures: tuple[Measure, ...], before: Subject, *, first: bool
) -> Subject:
    words = words_in(clause.text)
    # "It" at the start of a later paragraph refers to the subject of the previous one.
    pronoun = sentence.start > 0 and not phrases.PRONOUNS.isdisjoint(words)
    subject = subject_of(clause.text, measures, before, first=first and not pronoun)
    return NO_SUBJECT if clause.joint == "which" and subject.empty and not amounts(clause.text) else subject


def _they(text: str, measures: tuple[Measure, ...]) -> str:
    """Write "they" for "all three" where a comment has three indicators: the number is not a figure."""
    for one in amounts(text) if len(measures) > 1 else ():
        before = text[: one.opens].rstrip()
        if one.quantity.value == len(measures) and not one.quantity.unit and before.endswith("all"):
            start = len(before) - len("all")
            return f"{text[:start]}{'they':<{one.end - start}}{text[one.end :]}"
    return text


def _amounts(clause: Clause, measures: tuple[Measure, ...]) -> list[Amount]:
    """List the quantities of a clause, without times and numbers in names."""
    names = {word.replace(",", "") for measure in measures for word in words_in(measure.name.lower())}
    found = amounts(without_times(clause.text))
    return [one for one in found if one.quantity.unit or f"{one.quantity.value:.15g}" not in names]


def _within(period: Period, outer: Period) -> Period:
    """Return the period of a clause, or that at the start of its sentence if it has none."""
    if period == Period():
        return outer
    return period if outer.clear else Period(period.now, period.base, period.steps, clear=False)
