"""A claim of direction, how it is held against an indicator, and what may stand around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure
from quarterly.commentary.claims.subjects import Subject

#: Whether the figures of an indicator bear a claim out; None where they cannot tell.
Verdict = bool | None
Test = Callable[[Measure], Verdict]
NUMBER = r"(?:about |around |nearly |almost |just |over |under )?[\d£]"
PERIODS = (
    r"(?:q[1-4]|quarter|(?:the|this|last|each|every|that)\s+(?:(?:same|last|previous|current|latest|reporting|end\s+of)\s+)?"
    r"(?:the\s+)?(?:quarter|q[1-4]|four|three|year|period)|each\s+of\s+the|in\s+(?:q|the|each|every)|same)"
)
#: What may follow a claim: the end of the clause, a time, a figure, or a few adverbs and reasons. Anything else may
#: turn it into a claim about something else ("has reduced delays", "above target in one team").
FOLLOWS = re.compile(
    rf"\s*(?:$|[.!?;:,)]|(?:to|from|by|of|at)\s+{NUMBER}|(?:in|on|since|from|than|for|over|during|to|compared\s+(?:to|with)|within)"
    rf"\s+(?:the\s+)?{PERIODS}|{PERIODS}|(?:again|further|slightly|significantly|steadily|substantially|overall|now|still|too"
    rf"|also|this|each|every|quarter|however|as\s+(?:a\s+result|well|expected)|due\s+to|owing\s+to|because|despite|following|after"
    rf"|towards?\s+(?:the\s+|our\s+)?target|compared|{NUMBER}|on\s+(?:last|the\s+previous)|than\s+(?:last|the)|since|against\s+(?:a|the|our)\s+target"
    rf"|yet|for\s+(?:this|the|these|both)\s+(?:measures?|indicators?|quarter)|for\s+(?:the|a)\s+(?:second|third|fourth)|with|by\s+an?\s+\w+\s+margin|performance|level|rate|figure|and|or)\b)"
)


@dataclass(frozen=True)
class Claim:
    """A claim and how it is held against an indicator."""

    start: int
    end: int
    subject: Subject
    holds: Test


def contradicted(claim: Claim) -> bool:
    """Whether no reading of a claim agrees with the figures: of each indicator meant, or of any if said of all."""
    verdicts = [claim.holds(measure) for measure in claim.subject.measures]
    return (any if claim.subject.every else all)(verdict is False for verdict in verdicts) and bool(verdicts)


def negated(text: str, start: int) -> bool:
    """Whether a claim is denied: "not", "never", "no longer" in the few words before it."""
    return bool(phrases.NEGATION.search(text, max(0, start - 25), start))


def opposite(holds: Test) -> Test:
    """Turn a test round; what nobody can tell stays so."""

    def denied(measure: Measure) -> Verdict:
        verdict = holds(measure)
        return None if verdict is None else not verdict

    return denied
