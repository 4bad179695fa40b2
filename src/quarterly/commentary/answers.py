"""How an area answers what it promised: a list in a cell of its own, a bullet for each promise, and how it is told.

    ### Progress since the last report

    - "A review of triage reports at the end of February 2024." (due 29 February 2024): Kept. It reported on the 27th.

Standard library only, as for `quarterly.commentary.cells`: the filter of the website reads it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from quarterly.commentary.format import Comment
from quarterly.commentary.groups import plain_name

#: Where the cell of the answers keeps what was promised, as the run found it.
PROMISED = "quarterly-promised"

_DOUBLE = '"“”„«»'
_ITEM = re.compile(rf"^[ \t]*(?:[-*+•–]|\d{{1,3}}[.)])[ \t]+(?=[{_DOUBLE}])", re.MULTILINE)
_PARTS = re.compile(
    rf"[{_DOUBLE}](?P<said>[^{_DOUBLE}]+)[{_DOUBLE}][ \t]*(?:\([^()]{{0,200}}\))?[ \t]*:?(?P<answer>.*)", re.DOTALL
)


class State(StrEnum):
    """What has become of a promise, in the order in which readers are told."""

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
_ANSWER = re.compile(
    rf"\W*(?:{'|'.join(f'(?P<{state.name}>{words})' for state, words in _FIRST.items())})\b[\W_]*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Told:
    """One promise with what has become of it, as every output tells it."""

    words: str  # what was promised
    said: str  # in which quarter, as ``Q3 2023-24``
    due: str = ""  # the day by which, written out; blank where none was named
    figures: str = ""  # the figures that an expectation is held against, then and now
    known: str = State.NO_WORD  # the `State` that is known without an answer
    answer: str = ""  # what the area says of it now, as typed

    @property
    def state(self) -> State:
        """What has become of it. Where figures say what has become of an expectation, they decide."""
        said = self.answered_as
        decided = self.known in (State.AS_EXPECTED, State.NOT_AS_EXPECTED) and said is not State.NO_PROMISE
        return State(self.known) if decided or said is None else said

    @property
    def reply(self) -> str:
        """What the area says of it now, without the word for its state."""
        found = _ANSWER.match(self.answer)
        rest = found["rest"].strip() if found else self.answer
        return rest[:1].upper() + rest[1:]

    @property
    def answered_as(self) -> State | None:
        """The state that the answer begins with; None where it begins with none."""
        found = _ANSWER.match(self.answer)
        return next((state for state in _FIRST if found[state.name]), None) if found else None

    @property
    def when(self) -> str:
        """When it was said, and by when it was to be done."""
        return f"{self.said}, due {self.due}" if self.due else self.said

    @property
    def now(self) -> str:
        """What is known and said of it now."""
        return " ".join(part for part in (f"{self.figures}." if self.figures else "", self.reply) if part)

    @property
    def markdown(self) -> str:
        """All of it as an item of a list."""
        now = " ".join(self.now.split())
        return f"- **{self.state}:** “{self.words}” ({self.when}).{f' {now}' if now else ''}"

    def answered(self, answers: Mapping[str, str]) -> Told:
        """Put an area's answer with it, from answers by what they quote in letters and digits."""
        key = plain_name(self.words)
        return replace(
            self, answer=next((said for start, said in answers.items() if start and key.startswith(start)), "")
        )


_KEPT = {*Told.__dataclass_fields__} - {"answer"}


def write_question(told: Told) -> str:
    """Write the bullet after which an answer is typed."""
    due = f" (due {told.due})" if told.due else ""
    words = re.sub(rf"[{_DOUBLE}]", "'", told.words)
    return f'- "{words}"{due}:'


def with_questions(source: str, promised: Iterable[Told]) -> str:
    """Add to a cell of answers a bullet for each promise that it has none for."""
    asked = read_answers(source)[1]
    keys = {write_question(one): plain_name(one.words) for one in promised}
    new = [question for question, key in keys.items() if not any(key.startswith(said) for said in asked if said)]
    return "\n".join([source.rstrip("\n"), *new]) if new else source


def read_answers(words: str) -> tuple[str, dict[str, str]]:
    """Read what stands before the bullets, and after each of them, by what it quotes in letters and digits."""
    first, *items = _ITEM.split(words)
    parts = [found for item in items if (found := _PARTS.match(item))]
    return first.strip(), {plain_name(found["said"]): found["answer"].strip() for found in parts}


def own_words(comment: Comment) -> str:
    """Return the words of a comment without what it quotes from an earlier edition, where that was checked."""
    if not comment.progress:
        return comment.words
    first, answers = read_answers(comment.words)
    return "\n\n".join([first, *answers.values()])


def tell(promised: Iterable[Told]) -> str:
    """Write promises as a list, in the order of their states."""
    return "\n".join(one.markdown for one in in_order(promised))


def in_order(promised: Iterable[Told]) -> list[Told]:
    """Order promises by what has become of them, without those that are said to be none."""
    order = list(State)
    known = [one for one in promised if one.state is not State.NO_PROMISE]
    return sorted(known, key=lambda one: order.index(one.state))


def told_words(words: str, promised: Iterable[Told]) -> str:
    """Write the words of a cell of answers as readers see them: each promise with what has become of it."""
    first, answers = read_answers(words)
    told = [one.answered(answers) for one in promised]
    if not told:
        return words
    keys = [plain_name(one.words) for one in told]
    # What was typed about something that is not promised any more stays as it was typed.
    rest = [text for said, text in answers.items() if text and not any(key.startswith(said) for key in keys)]
    rest = [text for text in rest if not ((found := _ANSWER.match(text)) and found[State.NO_PROMISE.name])]
    return "\n\n".join(part for part in (first, tell(told), *rest) if part)


def keep(promised: Iterable[Told]) -> list[dict[str, str]]:
    """Write promises into the metadata of the cell that has their answers."""
    return [{name: str(value) for name, value in asdict(one).items() if name != "answer"} for one in promised]


def kept(metadata: Mapping[str, Any]) -> list[Told]:
    """Read promises from the metadata of a cell; anything of another form is left out."""
    found = metadata.get(PROMISED)
    return [
        Told(**one)
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict) and {*one} == _KEPT and all(isinstance(text, str) for text in one.values())
        if one["known"] in {*State}
    ]
