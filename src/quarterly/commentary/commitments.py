"""Promises in commentary: sentences that announce an action or expect a figure to move, with their due dates.

A sentence is a promise if it refers to the future, to plans or to work under way, unless it is about the past, about
others, or about what always happens. An officer can correct the result in the cell: see
`quarterly.commentary.format` for the lines ``Promise:`` and ``Not a promise:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from quarterly.commentary.claims.phrases import one_of
from quarterly.commentary.claims.reading import sentences
from quarterly.commentary.due_dates import due_of
from quarterly.commentary.format import Comment
from quarterly.commentary.groups import plain_name
from quarterly.core.dates import SHORT_MONTHS
from quarterly.core.quarters import Quarter

_BE = r"(?:is|are|has\ been|have\ been|being)\ (?:now\ |also\ |still\ |currently\ |already\ |all\ )?"
_PLANNED = one_of(
    """expected, anticipated, planned, scheduled, forecast, predicted, projected, intended, hoped, timetabled, booked,
    likely"""
)
#: Verbs after "due to".
_DUE_TO = one_of(
    """be, start, begin, report, complete, finish, open, move, meet, come, go, launch, publish, take, conclude, join,
    return, end, review, present, fill, agree, bring, see, hold, receive, roll, run, recruit, deliver, improve,
    check, re-run, audit"""
)
#: Subjects that plan, and verbs of planning.
_WHO = one_of("we, i, it, they, team, teams, service, council, manager, managers, officer, officers, group, and")
_INTEND = one_of(
    """expect, expects, anticipate, anticipates, plan, plans, intend, intends, aim, aims, hope, hopes, propose,
    proposes, want, commit, commits"""
)
#: Nouns for a planned action.
_AN_AIM = one_of("intention, ambition, aim, plan, action, next step, goal, priority")
#: Movements after "should".
_IMPROVE = one_of(
    """improve, fall, drop, reduce, rise, increase, recover, decrease, come down, go up, go down, get better, into"""
)
#: Work under way: nouns after "in", and participles after "being" and "is".
_IN_THE_MIDST = one_of("train, motion, progress, hand, development")
_BEING = one_of(
    """developed, drawn up, drafted, written, prepared, recruited, carried out, undertaken, designed, planned, put in
    place, set up, rolled out, explored, procured, scoped, redesigned, reviewed to, introduced, implemented, made"""
)
_DOING = one_of(
    """developing, recruiting, preparing, reviewing, drawing up, setting up, planning, exploring, introducing"""
)
#: The beginnings of dates, in actions such as "Letters to be sent by the end of May".
_SET_DAY = rf"(?:end|start|mid|early|q[1-4]|\d|{'|'.join(SHORT_MONTHS)})"
#: Announcements of an action or an expected figure.
_AHEAD = re.compile(
    rf"""\b(?:(?:will|shall|'ll)\b(?!\ (?:not|never|always|often|usually|sometimes|generally|inevitably|only|need\ to
        |depend|vary|show|stay|remain|mean|affect|fluctuate|be\ for\ |be\ (?:affected|skewed)
        |continue\ to\ (?:be|show|affect|have|see|vary)))
    |(?:am|is|are)\ going\ to
    |{_BE}{_PLANNED}
    |(?<!was\ )(?<!were\ )(?<!been\ ){_PLANNED}\ (?:for|by|to|from)\b
    |(?:is|are)\ (?:now\ |also\ |still\ )?(?:on\ (?:course|track|target)\ (?:for|to)|set\ to|to\ (?!date\b|blame\b)\w+)
    |due\ to\ {_DUE_TO}\b
    |{_WHO}\ (?:also\ |now\ |therefore\ |still\ )?{_INTEND}\ (?!for\b)
    |(?:has|have)\ (?:also\ |now\ |already\ )?(?:agreed|committed|resolved|undertaken|(?:been\ )?asked|commissioned)\b
    |(?:is|are)\ confident\ that
    |(?:our|the|an?)\ {_AN_AIM}s?\ (?:(?:is|are)\ )?to\b
    |the\ aim\ is\b
    |(?:there\ are\ plans|plans\ are\ (?:now\ )?in\ place)\ (?:to|for)\b
    |(?<!need\ )(?<!needs\ )(?<!needed\ )(?<!had\ )to\ be\ \w+(?:ed|en)\ (?:by|before)\ (?:the\ )?{_SET_DAY}
    |(?:intention|ambition|view|aim|commitment)\ (?:is\ )?to\ \w+
    |next\ steps?\ ?(?::|(?:is|are)\b)|^\ *(?:actions?|to\ do)\ ?:
    |should\ (?:now\ |also\ |then\ |start\ to\ |begin\ to\ |continue\b)*(?:{_IMPROVE}|to\b))""",
    re.VERBOSE,
)
#: Work that has begun and is not finished.
_UNDER_WAY = re.compile(
    rf"""\b(?:under\ ?way|in\ {_IN_THE_MIDST}|out\ to\ tender|being\ (?:now\ )?{_BEING}
    |work(?:s|ing)?\ (?:continues\ |closely\ |together\ )*(?:with\ [^,.;]{{1,60}}?\ )?to\ (?!a\b|the\b|full)\w+
    |(?:are|is)\ {_DOING})\b""",
    re.VERBOSE,
)
#: Verbs whose present tense can refer to a set future date, as in "the review reports in May".
_TIMETABLED = one_of(
    """start, starts, starting, begin, begins, goes, go live, launch, launches, launching, report, reports, reporting,
    complete, completes, open, opens, opening, move, moves, take place, takes place, take effect, takes effect, take
    over, takes over, come to, comes to, come into, comes into, come before, comes before, join, joins, joining,
    finish, finishes, meet, meets, return, returns, follow, follows, close, closes, transfer, transfers, arrive,
    arrives, expire, expires, become, becomes"""
)
_TIMETABLE = re.compile(rf"\b(?:{_TIMETABLED}|ends?\b(?! of))\b")
#: Sentences that are never promises: about others, about the past, conditions and questions.
_NO_PROMISE = re.compile(
    r"""^[ ]*(?:the\ )?(?:government|department\ (?:for|of)|dfe\b|ministers?|ministry|home\ office|ofsted\b(?!-)
        |treasury|nhs\ england|parliament)|^[ ]*(?:if|should|unless|had|were)\b|\?[ ]*$
    |\b(?:was|were|had)\ (?:\w+\ ){0,2}?(?:expected|hoped|planned|due|scheduled|anticipated)\b
        (?!.{0,200}\b(?:will\ now|now\ (?:expected|due|planned))\b)
    |\b(?:expected|planned|due|scheduled)\ to\ (?:\w+\ ){1,6}(?:was|were)\b|\bin\ progress\ (?:had|was|were|has)\b
    |\b(?:as|than)\ (?:expected|anticipated|planned)\b
    |\bwill\ not\ be\ (?:known|available|published)""",
    re.VERBOSE,
)
#: Times that count from the day on which a sentence was written, which no reader knows.
_FROM_TODAY = re.compile(
    r"\b(?:(?:with)?in (?:the (?:next|coming) )?(?:an?|\d+|two|three|four|five|six|eight|ten|twelve)(?: or \w+)?"
    r" (?:week|fortnight|month)s?(?:['\u2019] time)?|(?:next|this coming|the end of the|the end of this)"
    r" (?:week|fortnight|month|term))\b(?! of)"
)
_SOON = re.compile(r"\b(?:next|this coming) year\b|\b(?:shortly|imminently)\b")
_PAST = re.compile(
    r"\b(?:was|were|had|did|took|began|came|went|fell|rose|already"
    r"|(?:has|have) (?:been )?(?!appointed|agreed|approved)\w+ed"
    r"|(?!planned|scheduled|booked|expected)\w+ed (?:in|on|at|by|during))\b"
)

#: The direction in which a figure is expected to move.
_WAYS = {
    "up": r"increas\w*|ris(?:e|es|ing)|more|higher|grow\w*|climb\w*|go(?:es)? up",
    "down": r"fewer|fall(?:s|ing)?|drop(?:s|ping)?|reduc\w+|lower|less|decreas\w*|comes? down|go(?:es)? down|declin\w+",
    "better": r"improv\w+|better|recover\w*|pick(?:s)? up|strengthen\w*",
    "worse": r"worsen\w*|deteriorat\w*|worse",
}
_WAY = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _WAYS.items()))
_EXPECTS = re.compile(
    r"\b(?:expect\w*|anticipat\w*|forecast|predict\w*|project(?:ed|s)|likely|should|confident|hope\w*|will|shall)\b"
)
#: Words that refer to a figure without naming it.
_GENERAL = re.compile(
    r"\b(?:this|these|it|they|both|all|figures?|performance|numbers?|rates?|percentages?|shares?|timeliness|indicators?"
    r"|improvements?|increase|decrease|reduction|rise|fall)\b"
)
#: Parts of a sentence that give a reason rather than an expectation.
_REASON = re.compile(r"\b(?:as|because|since|so that|in line with|when|once|now that|due to|following|after)\b.*")
#: Markdown to remove from a quoted sentence: link targets, emphasis and backslash escapes.
_MARKUP = re.compile(
    r"\[([^\[\]]*)\]\([^()\s]*\)|\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=[\w.,])[*_](?!\w)|\\(?=[!-/:-@\[-`{-~])"
)
_SMALL = {"the", "and", "of", "in", "to", "for", "with", "who", "within", "from", "number", "percentage", "rate"}


@dataclass(frozen=True)
class Commitment:
    """One promise in commentary."""

    said: Quarter  # the quarter of the edition that makes it
    words: str  # the sentence as written
    due: date | None = None  # the due date, if the words give one
    #: For an expectation about figures: indicator ids, each with ``up``, ``down``, ``better`` or ``worse``.
    expected: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The words reduced to letters and digits, to match answers by."""
        return plain_name(self.words)


def commitments(comment: Comment, quarter: Quarter, names: Mapping[str, str]) -> list[Commitment]:
    """List the promises in a comment.

    ``names`` has the names of its indicators by id, or of all indicators of the area if it names none. Promises are in
    text order, followed by those that are only in ``Promise:`` lines.
    """
    found = [] if comment.progress else list(_promised(comment.words, quarter, names))
    found = [one for one in found if not any(_begins(one.key, said) for said in comment.not_promised)]
    for said in comment.promised:
        due, what = due_of(said, quarter), re.sub(r",?\s+by\s+[^,]*$", "", said, flags=re.IGNORECASE)
        meant = [one for one in found if _begins(one.key, what)]
        found = [replace(one, due=due or one.due) if one in meant else one for one in found]
        found += [] if meant else [Commitment(quarter, said, due)]
    return found


def matches_nothing(comment: Comment, quarter: Quarter) -> list[str]:
    """List the ``Not a promise:`` lines of a comment that match the beginning of no promise in it."""
    keys = [one.key for one in _promised(comment.words, quarter, {})]
    return [said for said in comment.not_promised if not any(_begins(key, said) for key in keys)]


def undated(comment: Comment, quarter: Quarter) -> list[tuple[str, str]]:
    """List the promises that only say when from the day of writing, such as "within six weeks", with those words."""
    found = [(one, _FROM_TODAY.search(one.words.lower())) for one in commitments(comment, quarter, {})]
    return [(one.words, said[0]) for one, said in found if said and one.due is None]


def _begins(key: str, said: str) -> bool:
    return bool(plain_name(said)) and key.startswith(plain_name(said))


def _promised(words: str, quarter: Quarter, names: Mapping[str, str]) -> Iterator[Commitment]:
    for sentence in sentences(words):
        text = " ".join(sentence.text.split())
        due = due_of(text, quarter)
        if is_promise(text, due, quarter):
            start = sentence.start + len(sentence.text) - len(sentence.text.lstrip())
            said = " ".join(_MARKUP.sub(r"\1", words[start : sentence.start + len(sentence.text)]).split())
            yield Commitment(quarter, said, due, tuple(_expected(text, names)))


def is_promise(text: str, due: date | None, quarter: Quarter) -> bool:
    """Return whether a lower-case sentence is a promise; ``due`` is the date that it names, if any."""
    if _NO_PROMISE.search(text):
        return False
    if _AHEAD.search(text) or _UNDER_WAY.search(text):
        return True
    near = _SOON.search(text) or _FROM_TODAY.search(text) if due is None else due <= quarter.last_quarter.shift(4).ends
    return bool(near) and bool(_TIMETABLE.search(text)) and not _PAST.search(text)


def _expected(text: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the indicators that a sentence expects to move, each with the direction."""
    if not _EXPECTS.search(text):
        return
    told = _REASON.sub("", text) or text
    for piece in re.split(r"\band\b|[,;]", told):
        if way := _WAY.search(piece):
            about = _named(piece, names) or (list(names) if _GENERAL.search(piece) else [])
            yield from ((name, str(way.lastgroup)) for name in about)


def _named(piece: str, names: Mapping[str, str]) -> list[str]:
    """List the indicators whose names share most words with a clause."""
    # "More foster carers" is not about placements because their name says "3 or more".
    said, known = _stems(_WAY.sub("", piece)), {key: _stems(name) for key, name in names.items()}
    shared = set.intersection(*known.values()) if len(known) > 1 else set()
    scores = {key: len((stems - shared) & said) for key, stems in known.items()}
    best = max(scores.values(), default=0)
    return [key for key, score in scores.items() if best and score == best]


def _stems(text: str) -> set[str]:
    return {word[:6] for word in plain_name(text).split() if word not in _SMALL and len(word) > 2}
