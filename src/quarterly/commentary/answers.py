"""An area's answers to its earlier promises: a list in its own cell, with a bullet for each promise.

    ### Progress since the last report

    - "A review of triage reports at the end of February 2024." (due 29 February 2024): Kept. It reported on the 27th.

Standard library only, like `quarterly.commentary.cells`: the website's notebook filter imports it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from quarterly.commentary.format import Comment
from quarterly.commentary.groups import plain_name
from quarterly.commentary.lists import MARK
from quarterly.core.terms import capitalised

#: Metadata key of the cell for the answers: the promises that the run found.
PROMISED = "quarterly-promised"

_DOUBLE = '"“”„«»'
_ITEM = re.compile(rf"^[ \t]*{MARK}[ \t]+(?=[{_DOUBLE}])", re.MULTILINE)
_PARTS = re.compile(
    rf"[{_DOUBLE}](?P<said>[^{_DOUBLE}]+)[{_DOUBLE}][ \t]*(?:\([^()]{{0,200}}\))?[ \t]*:?(?P<answer>.*)", re.DOTALL
)


class State(StrEnum):
    """The outcome of a promise, in the order shown to readers."""

    KEPT = "Kept"
    AS_EXPECTED = "As expected"
    LATE = "Late"
    NOT_AS_EXPECTED = "Not as expected"
    DROPPED = "Dropped"
    NO_WORD = "No word"
    NOT_DUE = "Not due yet"
    NO_PROMISE = "Not a promise"


_FIRST = {
    State.KEPT: r"kept|done|completed?|achieved|delivered",
    State.LATE: r"late|delayed|overdue",
    State.DROPPED: r"dropped|cancelled|abandoned",
    State.NO_PROMISE: r"not a promise|no promise",
}
#: What takes such a word back, as in "kept under review" or "delivered late".
_TAKEN_BACK = r"(?! (?:under|in part|part|partly|partially|but|except|only|late|on hold|back|open|\d+ ?(?:%|of\b)))"
_STATES = "|".join(f"(?P<{state.name}>{words})" for state, words in _FIRST.items())
_ANSWER = re.compile(rf"\W*(?:{_STATES})\b{_TAKEN_BACK}[\W_]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class TrackedPromise:
    """One promise and its outcome, as shown in every output."""

    words: str  # the promise
    said: str  # the quarter in which it was made, as ``Q3 2023-24``
    due: str = ""  # the due date, written out; blank if none was given
    figures: str = ""  # for an expectation about figures, the figures then and now
    known: str = State.NO_WORD  # the `State` before any answer
    answer: str = ""  # the area's answer, as typed

    @property
    def state(self) -> State:
        """The outcome; an expectation about figures is decided by the figures."""
        said = self.answered_as
        decided = self.known in (State.AS_EXPECTED, State.NOT_AS_EXPECTED) and said is not State.NO_PROMISE
        return State(self.known) if decided or said is None else said

    @property
    def reply(self) -> str:
        """The area's answer, without the word for its state."""
        found = _ANSWER.match(self.answer)
        rest = found["rest"].strip() if found else self.answer
        return capitalised(rest)

    @property
    def answered_as(self) -> State | None:
        """The state that the answer begins with; None if it begins with no state."""
        found = _ANSWER.match(self.answer)
        return next((state for state in _FIRST if found[state.name]), None) if found else None

    @property
    def when(self) -> str:
        """When it was made, and when it was due."""
        return f"{self.said}, due {self.due}" if self.due else self.said

    @property
    def now(self) -> str:
        """The figures and the area's answer."""
        return " ".join(part for part in (f"{self.figures}." if self.figures else "", self.reply) if part)

    @property
    def markdown(self) -> str:
        """The promise and its outcome as a list item."""
        now = " ".join(self.now.split())
        return f"- **{self.state}:** “{self.words}” ({self.when}).{f' {now}' if now else ''}"


_KEPT = {*TrackedPromise.__dataclass_fields__} - {"answer"}


def write_question(told: TrackedPromise) -> str:
    """Return the bullet after which an officer types the answer."""
    due = f" (due {told.due})" if told.due else ""
    words = re.sub(rf"[{_DOUBLE}]", "'", told.words)
    return f'- "{words}"{due}:'


def with_questions(source: str, promised: Sequence[TrackedPromise]) -> str:
    """Add a bullet for each promise that has none yet to the text of a cell of answers."""
    quotations = quotations_of(promised, read_answers(source)[1])
    new = [write_question(one) for one, quotation in zip(promised, quotations, strict=True) if not quotation]
    return "\n".join([source.rstrip("\n"), *dict.fromkeys(new)]) if new else source


def quotations_of(promised: Sequence[TrackedPromise], answers: Iterable[str]) -> list[str]:
    """Return for each promise the words by which an answer quotes it (`plain_name`); blank if none does.

    A quotation may be only the beginning of a promise, unless it is the whole of another one.
    """
    keys = [plain_name(one.words) for one in promised]
    found = []
    for key in keys:
        begun = [said for said in answers if said and key.startswith(said)]
        own = [said for said in begun if said == key or said not in keys]
        found.append(max(own, key=len, default=""))
    return found


def with_answers(promised: Sequence[TrackedPromise], answers: Mapping[str, str]) -> list[TrackedPromise]:
    """Return promises with the area's answers, which are given by the words that they quote (`plain_name`)."""
    quotations = quotations_of(promised, answers)
    return [replace(one, answer=answers.get(said, "")) for one, said in zip(promised, quotations, strict=True)]


def read_answers(words: str) -> tuple[str, dict[str, str]]:
    """Return the text without an answer, and each answer by the words that its bullet quotes (`plain_name`)."""
    first, *items = _ITEM.split(words)
    outside, answers = [first.strip()], dict[str, list[str]]()
    for item in items:
        if found := _PARTS.match(item):
            answers.setdefault(plain_name(found["said"]), []).append(found["answer"].strip())
        else:
            # A bullet whose quotation does not end is text.
            outside.append(f"- {item.strip()}")
    joined = "\n\n".join
    return joined(filter(None, outside)), {said: joined(filter(None, texts)) for said, texts in answers.items()}


def own_words(comment: Comment) -> str:
    """Return a comment's words without quotations from an earlier edition; blank if it answers none of them."""
    if not comment.progress:
        return comment.words
    first, answers = read_answers(comment.words)
    return "\n\n".join(filter(None, [first, *answers.values()]))


def promise_list(promised: Iterable[TrackedPromise]) -> str:
    """Write promises as a list, ordered by state."""
    return "\n".join(one.markdown for one in in_order(promised))


def in_order(promised: Iterable[TrackedPromise]) -> list[TrackedPromise]:
    """Sort promises by state, leaving out those answered as not a promise."""
    order = list(State)
    known = [one for one in promised if one.state is not State.NO_PROMISE]
    return sorted(known, key=lambda one: order.index(one.state))


def words_for_readers(comment: Comment, promised: Sequence[TrackedPromise]) -> str:
    """Return a comment's words as readers see them: in a cell of answers, each promise with its outcome."""
    if not comment.progress or not promised:
        return comment.words
    first, answers = read_answers(comment.words)
    told, quoted = with_answers(promised, answers), quotations_of(promised, answers)
    # An answer to something that is no longer promised stays as typed.
    rest = [text for said, text in answers.items() if text and said not in quoted]
    rest = [text for text in rest if not ((found := _ANSWER.match(text)) and found[State.NO_PROMISE.name])]
    return "\n\n".join(part for part in (first, promise_list(told), *rest) if part)


def to_metadata(promised: Iterable[TrackedPromise]) -> list[dict[str, str]]:
    """Return promises in the form stored in the metadata of the cell for their answers."""
    return [{name: str(value) for name, value in asdict(one).items() if name != "answer"} for one in promised]


def from_metadata(metadata: Mapping[str, Any]) -> list[TrackedPromise]:
    """Read promises from the metadata of a cell, ignoring anything in another form."""
    found = metadata.get(PROMISED)
    return [
        TrackedPromise(**one)
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict) and {*one} == _KEPT and all(isinstance(text, str) for text in one.values())
        if one["known"] in {*State}
    ]
