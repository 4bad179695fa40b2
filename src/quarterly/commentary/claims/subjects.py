"""What a clause is about: the comment's indicators, one of them, or something else.

A clause is checked only if every word of it is known: from the names of the indicators, claims, times and
numbers, or a filler word. A single unknown word can turn it into a statement about something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure, stem, words_in
from quarterly.commentary.claims.quantities import Amount, amounts

_VERB = re.compile(r"\s+(?:was|were|is|are|has|have|had)\b")
_LIMIT = re.compile(r"more than \d+")
_KNOWN = re.compile(rf"\b(?:{phrases.TARGET}|{phrases.WHOM})\b|\bper\s+10,?000\b")
_SAID = frozenset(
    word
    for table in (phrases.MOVES, phrases.COMPARING, phrases.WELL, phrases.SUPERLATIVES, phrases.MET, phrases.MISSED)
    for phrase in table
    for word in phrase.split()
)
_NOTHING = phrases.EMPTY | phrases.PRONOUNS | phrases.ARTICLES | phrases.HEADS | phrases.ANY_UNIT | _SAID


@dataclass(frozen=True)
class Subject:
    """The subject of a clause."""

    measures: tuple[Measure, ...]  # none if it is about something else or unclear
    named: bool = False  # by words of the name, not "this" or "performance"
    counted: bool = False  # as a number, a percentage or a rate: not "visits fell"
    every: bool = False  # said of each of them: "both"
    empty: bool = False  # no word says what it is about


NO_SUBJECT = Subject(())


def subject_of(text: str, measures: tuple[Measure, ...], inherited: Subject, *, first: bool) -> Subject:
    """Return the subject of a clause.

    ``inherited`` is the subject of the clause or sentence before, to which "it" and an omitted subject refer. ``first``
    says whether the clause opens its paragraph, so that an omitted subject is the indicator.
    """
    found = amounts(text)
    shares = any(one.quantity.unit in ("%", "part", "all") and not text[: one.opens].endswith("by ") for one in found)
    plain = _KNOWN.sub(phrases.blanks, text)
    for one in found:
        plain = plain[: one.start] + " " * (one.end - one.start) + plain[one.end :]
    said = [part for word in words_in(plain) for part in _parts(word)]
    if _counts_others(text, said, found, measures):
        return NO_SUBJECT
    every = not phrases.PLURALS.isdisjoint(said) and not {"both", "all", "each"}.isdisjoint(words_in(text))
    heads = [word for word in said if word in phrases.HEADS]
    general = [word for word in said if word in phrases.ANY_UNIT]
    content = [word for word in said if not _says_nothing(word)]
    fitting = tuple(m for m in measures if all(word in phrases.OF_UNIT.get(m.unit, ()) for word in heads))
    if content:
        plural = any(word.endswith("s") and not word.endswith("ss") for word in content)
        counted = bool(heads or general or shares or not plural)
        return Subject(_named(text, content, said, fitting), named=True, counted=counted, every=every)
    if heads or general:
        return Subject(fitting, counted=True, every=every)
    if not phrases.PLURALS.isdisjoint(said) and len(measures) > 1:
        return Subject(measures, every=True, empty=True) if first or inherited.measures else NO_SUBJECT
    if first:
        return Subject(measures, counted=True, every=every, empty=True)
    counted = inherited.counted or shares or not inherited.named
    return replace(inherited, counted=counted, every=inherited.every or every, empty=True)


def _counts_others(text: str, said: list[str], found: list[Amount], measures: tuple[Measure, ...]) -> bool:
    """Return whether it counts indicators ("two red indicators") or cases that are no figure ("12 were seen")."""
    opens = found and not text[: found[0].opens].strip() and _VERB.match(text, found[0].end)
    known = [value for measure in measures for value in (*measure.values(), *measure.compared())]
    cases = opens and not found[0].quantity.unit and not any(map(found[0].quantity.says, known))
    return bool(cases) or (len(measures) == 1 and not {"measures", "indicators", "kpis"}.isdisjoint(said))


def _parts(word: str) -> list[str]:
    """Split a hyphenated word that is in no table."""
    return [word] if word in phrases.ALSO or word in _NOTHING else word.split("-")


def _says_nothing(word: str) -> bool:
    adverb = word.endswith("ly") and word not in ("family", "early")
    return word in _NOTHING or word[:1].isdigit() or adverb


def _named(text: str, content: list[str], said: list[str], fitting: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Return the indicators whose names have every uncommon word and match the most words."""
    parts = {}
    for measure in fitting:
        names, telling = measure.words()
        # "More than 20 children" is part of a name.
        limits = {*_LIMIT.findall(text)} & {*_LIMIT.findall(measure.name.lower())}
        own = limits | {word for word in content if _alike(word, names) or _alike(phrases.ALSO.get(word, word), names)}
        qualities = {word for word in said if word in phrases.QUALITIES}
        # "Children" and "plans" are in many names and do not identify one.
        alone = telling <= {stem(word) for word in phrases.COMMON}
        if not (own if alone else own - phrases.COMMON) or not all(_alike(word, names) for word in qualities):
            continue
        if all(word in own or word in phrases.COMMON for word in content):
            matched = {name for name in telling for word in own | qualities if _alike(word, {name})}
            parts[measure] = len(matched) / max(len(telling), 1)
    best = max(parts.values(), default=0.0)
    return tuple(measure for measure, part in parts.items() if part == best)


def _alike(word: str, names: set[str] | frozenset[str]) -> bool:
    """Return whether a word is one of some stems, or begins like one of them."""
    forms = {stem(word), word.removesuffix("s")}
    return not forms.isdisjoint(names) or any(
        name.startswith(form) or form.startswith(name)
        for name in names
        for form in forms
        if len(name) >= 4 and len(form) >= 4
    )
