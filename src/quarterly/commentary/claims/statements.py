"""Clauses with what is known of each: whom it is about, of which time, and whether it states a fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure, words_in
from quarterly.commentary.claims.periods import Period, period_of
from quarterly.commentary.claims.reading import Clause, Sentence, sentences
from quarterly.commentary.claims.subjects import NOBODY, Subject, lead, subject_of


@dataclass(frozen=True)
class Statement:
    """A clause that states something.

    Parameters
    ----------
    sentence : Sentence
        Where it stands.
    clause : Clause
        Its text.
    measures : tuple of Measure
        The indicators that the comment is about.
    inherited : Subject
        What an omitted subject or "it" means here.
    first : bool
        Whether nothing before it in its paragraph has a subject.
    period : Period
        What it says of time.
    fact : bool
        Whether it is stated as a fact, and not as an intention, a condition or a question.
    """

    sentence: Sentence
    clause: Clause
    measures: tuple[Measure, ...]
    inherited: Subject
    first: bool
    period: Period
    fact: bool

    def subject(self, place: int, *, loose: bool = False) -> Subject:
        """State whom a claim at a place of the clause is about; loosely where any words of a name are enough."""
        return self.about(self.clause.text[:place], loose=loose)

    def about(self, words: str, *, loose: bool = False) -> Subject:
        """State whom some words in place of the subject are about."""
        if self.clause.joint in phrases.RELATIVE and not set(words_in(words)) - phrases.EMPTY - phrases.PRONOUNS:
            return NOBODY
        # "It" at the head of a later paragraph is what the paragraph before was about.
        pronoun = self.sentence.start > 0 and not phrases.PRONOUNS.isdisjoint(words_in(words))
        return subject_of(words, self.measures, self.inherited, first=self.first and not pronoun, loose=loose)


def statements(words: str, measures: tuple[Measure, ...]) -> Iterator[Statement]:
    """Read a comment clause by clause, and carry on what "it" and an omitted subject mean."""
    latest = measures[0].quarters[-1]
    main = Subject(measures)
    for sentence in sentences(words):
        first = sentence.opens
        before, main_of_this = main, None
        intended = bool(phrases.ELSEWHERE.search(sentence.text))
        outer = Period()
        for clause in sentence.clauses():
            intended = intended or bool(phrases.INTENT.search(clause.text))
            period = period_of(clause.text, latest)
            statement = Statement(sentence, clause, measures, before, first, _within(period, outer), not intended)
            yield statement
            head = lead(clause.text)
            before = statement.about(head, loose=True)
            # "For children on a plan, ..." holds for the rest of the sentence.
            intended = intended or (not clause.joint and _is_part(clause.text) and not before.measures)
            if set(words_in(head)) - phrases.EMPTY:
                first = False
                main_of_this = main_of_this or before
            elif not period.clear or period.now:
                # "In Q2, ..." and "Since April, ..." hold for what follows in the sentence.
                outer = period
        main = main_of_this or main


def _is_part(text: str) -> bool:
    words = words_in(text)
    return bool(words) and words[0] in phrases.PART_OF and lead(text) == text


def _within(period: Period, outer: Period) -> Period:
    """Give a clause without a time of its own the time with which its sentence opens."""
    if period == Period():
        return outer
    return period if outer.clear else Period(period.now, period.base, period.steps, clear=False)
