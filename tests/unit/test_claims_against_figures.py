"""Whatever the figures, true statements about them are never doubted, and false ones are, word for word."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from claim_sets import INVENTED, Case, invented, make_rows
from conftest import COMPARATOR_LABELS
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.commentary.claims import Kind, doubts
from quarterly.commentary.claims.phrases import words_of

QUARTERS = INVENTED.window(4)
NAME = "Percentage of care visits made on time"


@dataclass(frozen=True)
class World:
    """Figures of one indicator, all different, and a number that is none of them."""

    figures: tuple[int, int, int, int]
    target: int
    england: int
    wrong: int
    higher_is_better: bool

    def rows(self) -> pd.DataFrame:
        """Make the scorecard's row."""
        indicator = {
            "name": NAME,
            "unit": "percentage",
            "polarity": "higher" if self.higher_is_better else "lower",
            "figures": list(self.figures),
            "target": self.target,
            "comparators": {"england": self.england},
        }
        return make_rows({"visits": indicator}, QUARTERS)[0]

    def true_words(self) -> dict[str, str]:
        """Return true words: numbers, and comparisons between them."""
        start, _, before, now = self.figures
        up, better = now > before, (now > before) == self.higher_is_better
        met = now >= self.target if self.higher_is_better else now <= self.target
        return {
            "now": f"{now}%",
            "before": f"{before}%",
            "start": f"{start}%",
            "target": f"{self.target}%",
            "england": f"{self.england}%",
            "gap": f"{abs(now - before)} percentage points",
            "risen": "risen" if up else "fallen",
            "increase": "an increase" if up else "a decrease",
            "up": "up" if up else "down",
            "improved": "improved" if better else "deteriorated",
            "rose": "rose" if now > start else "fell",
            "above": "above" if now > self.england else "below",
            "met": "met" if met else "missed",
            "on": "is" if met else "is not",
        }

    def false_words(self) -> dict[str, str]:
        """Return a false replacement for each of them."""
        true = self.true_words()
        swaps = [("risen", "fallen"), ("an increase", "a decrease"), ("up", "down"), ("improved", "deteriorated")]
        swaps += [("rose", "fell"), ("above", "below"), ("met", "missed"), ("is", "is not")]
        other = {word: opposite for pair in swaps for word, opposite in (pair, pair[::-1])}
        return {
            part: other.get(word, f"{self.wrong} percentage points" if part == "gap" else f"{self.wrong}%")
            for part, word in true.items()
        }


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw figures far enough apart to be distinguished."""
    numbers = draw(st.lists(st.integers(1, 30), min_size=6, max_size=6, unique=True))
    *figures, target, england = (3 * number for number in numbers)
    known = {*figures, target, england, *(abs(a - b) for a in figures for b in figures)}
    near = {value + shift for value in known for shift in (-1, 0, 1)}
    wrong = draw(st.sampled_from([value for value in range(100, 200) if value not in near]))
    a, b, c, d = figures
    return World((a, b, c, d), target, england, wrong, draw(st.booleans()))


#: A sentence, and the parts that can be changed to make it certainly false, with the kind of doubt expected.
TEMPLATES: list[tuple[str, dict[str, Kind]]] = [
    ("Performance this quarter is {now}.", {"now": Kind.NUMBER}),
    ("This measure now stands at {now}, {up} from {before} last quarter.", {"now": Kind.NUMBER, "before": Kind.NUMBER}),
    ("The figure for Q1 was {before}.", {"before": Kind.NUMBER}),
    ("{now} against a target of {target}.", {"now": Kind.NUMBER, "target": Kind.NUMBER}),
    (
        "In Q2, {now} of care visits were made on time; the target is {target}.",
        {"now": Kind.NUMBER, "target": Kind.NUMBER},
    ),
    ("This is {above} the England average of {england}.", {"above": Kind.DIRECTION, "england": Kind.NUMBER}),
    ("{now} compares with {england} in England.", {"england": Kind.NUMBER}),
    ("It {rose} from {start} in Q3 to {now}.", {"rose": Kind.DIRECTION}),
    ("It went from {start} in Q3 to {now}.", {"start": Kind.NUMBER, "now": Kind.NUMBER}),
    ("The measure has {improved} since last quarter.", {"improved": Kind.DIRECTION}),
    ("The percentage of care visits made on time has {risen} since last quarter.", {"risen": Kind.DIRECTION}),
    ("There has been {increase} since last quarter.", {"increase": Kind.DIRECTION}),
    ("The percentage is {up} on Q1.", {"up": Kind.DIRECTION}),
    ("The figure has changed by {gap} since last quarter, and has **{risen}** since Q1.", {"risen": Kind.DIRECTION}),
    ("The figure has {risen} by {gap} since last quarter.", {"risen": Kind.DIRECTION, "gap": Kind.NUMBER}),
    ("The target was {met}.", {"met": Kind.DIRECTION}),
    ("This {on} on target.", {"on": Kind.DIRECTION}),
    ("Although staff left, the measure {on} on target.", {"on": Kind.DIRECTION}),
]
SPOILABLE = [(template, part, kind) for template, parts in TEMPLATES for part, kind in parts.items()]


@settings(deadline=None, max_examples=60)
@given(worlds(), st.lists(st.sampled_from([template for template, _ in TEMPLATES]), min_size=1, max_size=6))
def test_true_sentences_are_never_doubted(world: World, templates: list[str]) -> None:
    words = " ".join(template.format(**world.true_words()) for template in templates)
    assert doubts(words, world.rows(), QUARTERS) == []


@pytest.mark.parametrize(("template", "part", "kind"), SPOILABLE)
@settings(deadline=None, max_examples=6)
@given(
    world=worlds(),
    before=st.sampled_from(["", "Two posts were filled in May.\n\n", "Performance this quarter is {now}.\n\n"]),
)
def test_a_falsified_figure_is_doubted_and_quoted(
    world: World, before: str, template: str, part: str, kind: Kind
) -> None:
    true, false = world.true_words(), world.false_words()
    sentence = template.format(**(true | {part: false[part]}))
    if before.startswith("Two") and sentence.startswith(("It ", "This ")):
        before = ""  # it could be about the posts
    words = before.format(**true) + sentence
    found = doubts(words, world.rows(), QUARTERS)
    assert [doubt.kind for doubt in found] == [kind]
    assert found[0].quote == sentence
    assert found[0].said in sentence
    if kind == Kind.NUMBER:
        assert found[0].said == false[part]
    assert f"{world.figures[-1]}%" in found[0].known or "is a" in found[0].known


#: Built when a test first needs it, so that collecting the tests stays quick.
CASES = st.deferred(lambda: st.sampled_from(invented("tuned")))


PLAIN = frozenset.union(
    words_of("the measure service families children we visits target england percentage performance is was has team"),
    words_of(
        "managers this it and but because Reviews plans new staff with for of in a our working together well schools"
    ),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(sorted(PLAIN)), max_size=40), CASES)
def test_words_without_numbers_or_directions_are_never_doubted(words: list[str], case: Case) -> None:
    assert doubts(" ".join(words) + ".", case.rows, case.quarters) == []


@settings(deadline=None, max_examples=50)
@given(st.data(), CASES)
def test_any_text_is_read_and_quoted_exactly(data: st.DataObject, case: Case) -> None:
    pieces = st.one_of(
        st.text(max_size=30),
        CASES.map(lambda other: other.words),
        st.sampled_from(
            ["**", "\n\n", "- ", "1. ", "[a](https://b.example/67%)", "67%", " of ", "İ", "ß", "½", "٣", "|", "> "]
        ),
    )
    words = "".join(data.draw(st.lists(pieces, max_size=8)))
    for doubt in doubts(words, case.rows, case.quarters):
        assert doubt.quote in words
        assert doubt.said in doubt.quote
        assert doubt.known


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            " ",
            "\n",
            "9",
            "9 ",
            "one ",
            "!",
            ". ",
            "(",
            "[",
            "*",
            "“",
            '"',
            "<",
            "`",
            "- ",
            ", ",
            "](",
            "İ",
            "1,000",
            "and ",
        ),
        *(
            "not ",
            "from 1 to ",
            "3 of ",
            "the target ",
            "is up ",
            "fell from 66% to 71% ",
            "above England ",
            "in the last ",
        ),
    ],
)
def test_fifty_kilobytes_of_any_text_are_read_in_bounded_steps(piece: str) -> None:
    """A quadratic step would not finish here."""
    case = invented("tuned")[0]
    words = piece * (50_000 // len(piece))
    for doubt in doubts(words, case.rows, case.quarters):
        assert doubt.quote in words
        assert len(doubt.quote) < 1_000


def test_nothing_is_doubted_if_no_figure_is_known() -> None:
    rows = make_rows(
        {"new": {"name": NAME, "unit": "percentage", "polarity": "higher", "figures": [], "target": 90}}, QUARTERS
    )[0]
    assert doubts("Performance is 67% and above target.", rows, QUARTERS) == []
    assert doubts("Performance is 67% and above target.", rows.iloc[:0], QUARTERS) == []


def test_a_doubt_shows_the_known_figures_to_the_user() -> None:
    world = World((61, 64, 66, 71), 75, 72, 150, higher_is_better=True)
    figures = "the figures are 61% in Q3 2023-24, 64% in Q4 2023-24, 66% in Q1 2024-25 and 71% in Q2 2024-25"
    told = {
        "Now at 67%.": figures,
        "Above target.": f"{figures}; the target is 75%",
        "This is above England.": f"{figures}; England 72.0%",
    }
    assert {words: doubts(words, world.rows(), QUARTERS, COMPARATOR_LABELS)[0].known for words in told} == told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("All three indicators improved this quarter.", []),
        ("All three are red.", []),
        ("All 3 missed their targets.", []),
        ("None of these indicators met its target.", []),
        ("All three are green.", ["are green"]),
        ("All three got worse.", ["worse"]),
        ("All three met their targets.", ["met their targets"]),
    ],
)
def test_the_number_of_indicators_of_a_comment_is_not_a_figure(words: str, said: list[str]) -> None:
    indicators = {
        name: {"name": f"Percentage of {name} in time", "unit": "percentage", "polarity": "higher"}
        | {"figures": [50, 51, 52, 60 + place], "target": 90}
        for place, name in enumerate(["visits", "reviews", "plans"])
    }
    rows = make_rows(indicators, QUARTERS)[0].assign(rag="RED")
    assert [doubt.said for doubt in doubts(words, rows, QUARTERS)] == said
