"""Whom a clause is about: the comment's indicators, one of them, or something else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure, stem, words_in

#: Where the subject of a clause without a claim ends.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|remains?|remained|continues?|continued|shows?|showed|stands?|stood"
    r"|will|would|should|could|can|may|might|must|reflects?|at|to|against)\b"
    rf"|{phrases.MOVED}|\b{phrases.any_of(*phrases.ABOVE, *phrases.BELOW, *phrases.MET[1:-1], *phrases.MISSED)}\b"
)
_POINTS = re.compile(r"\b(?:\d[\d.]*|[a-z]+)\s+(?:percentage\s+)?points?\b")


@dataclass(frozen=True)
class Subject:
    """What the words before a claim say of whom it is about.

    Parameters
    ----------
    measures : tuple of Measure
        The indicators that it may be about; none where it is about something else or nobody can tell.
    named : bool
        Whether the indicator is named by words of its own, and not by "this" or "performance".
    counted : bool
        Whether it is said to be a number, a percentage or a rate.
    every : bool
        Whether it is said of each of them ("both").
    performance : bool
        Whether it speaks of how well it goes, so that "dropped" is worse.
    """

    measures: tuple[Measure, ...]
    named: bool = False
    counted: bool = False
    every: bool = False
    performance: bool = False


NOBODY = Subject(())


def lead(text: str) -> str:
    """Take the part of a clause before its verb."""
    verb = _VERB.search(text)
    return text[: verb.start()] if verb else text


def subject_of(
    head: str, measures: tuple[Measure, ...], inherited: Subject, *, first: bool, loose: bool = False
) -> Subject:
    """State whom the words before a claim are about.

    Parameters
    ----------
    head : str
        The words of the clause before the claim, in small letters.
    measures : tuple of Measure
        The indicators of the comment.
    inherited : Subject
        What the clause or sentence before was about: what "it" and an omitted subject mean.
    first : bool
        Whether nothing stands before it in its paragraph, so that an omitted subject is the indicator.
    loose : bool
        Whether any words of an indicator's name are enough, because the claim can be of nothing else that has them.
    """
    words = words_in(_POINTS.sub(" ", head))
    every = "both" in words or "all" in words or "each" in words
    if any(word[0].isdigit() for word in words) and not _known_numbers(words, measures):
        return NOBODY
    heads = [word for word in words if word in phrases.HEADS]
    general = [word for word in words if word in phrases.ANY_UNIT]
    fitting = tuple(m for m in measures if all(word in phrases.OF_UNIT.get(m.unit, ()) for word in heads))
    performance = any(word in phrases.PERFORMANCE for word in words)
    content = [
        stem(word)
        for word in words
        if not word[0].isdigit()
        and word not in phrases.EMPTY
        and word not in phrases.PRONOUNS
        and word not in phrases.HEADS
        and word not in phrases.ANY_UNIT
    ]
    if content:
        content += [stem(word) for word in words if word in phrases.QUALITIES]
        enough = 0.0 if loose or performance else 0.3 if heads or general else 0.49
        named = Subject((), named=True, counted=bool(heads or general), every=every, performance=performance)
        return replace(named, measures=_named(content, fitting, enough))
    if heads or general:
        return Subject(fitting, counted=True, every=every, performance=performance)
    if any(word in phrases.PLURALS for word in words) and len(measures) > 1:
        return Subject(measures, every=True) if first or inherited.measures else NOBODY
    if first:
        return Subject(measures)
    return Subject(inherited.measures, inherited.named, counted=True, every=inherited.every or every)


def _named(content: list[str], fitting: tuple[Measure, ...], enough: float) -> tuple[Measure, ...]:
    """Find the indicators of whose names all the words are, and of whose telling words they are enough."""
    parts = {}
    for measure in fitting:
        all_words, telling = measure.words()
        if telling and all(word in all_words for word in content):
            parts[measure] = len(telling & set(content)) / len(telling)
    best = max(parts.values(), default=0.0)
    return tuple(measure for measure, part in parts.items() if part == best and best > enough)


def _known_numbers(words: list[str], measures: tuple[Measure, ...]) -> bool:
    """Whether every number is a figure of the indicators, or belongs to their names."""
    known = {measure.written(value).lower() for measure in measures for value in measure.values()}
    known |= {word for measure in measures for word in words_in(measure.name.lower())}
    return all(word in known for word in words if word[0].isdigit())
