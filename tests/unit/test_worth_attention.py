"""Nothing is named as worth members' time, or asked about, for a change that may be chance."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterly.core.terms import Baseline
from quarterly.data.load import Basket
from quarterly.display.attention import question, questions
from quarterly.measures.attention import NAMED, Reason, nominations, worth_attention
from quarterly.measures.cases import wholes
from quarterly.measures.compare import BETTER, WORSE, Larger, Move, compare, movements, with_moves
from quarterly.measures.scorecard import Scorecard, build_scorecard


@pytest.fixture(scope="module")
def changes(scorecard: Scorecard, basket: Basket) -> pd.DataFrame:
    before = build_scorecard(basket, scorecard.quarter.previous())
    return with_moves(compare(before, scorecard), scorecard, basket)


def test_a_change_is_real_only_if_a_test_says_so_and_none_contradicts(scorecard: Scorecard, basket: Basket) -> None:
    for _, move in movements(scorecard, wholes(basket)).iterrows():
        tests = [move["rounding"], move["chance"], move["variation"]]
        if Larger.NO in tests:
            assert move["move"] == Move.CHANCE
        else:
            assert move["move"] == (Move.REAL if Larger.YES in tests[1:] else Move.EARLY)


def test_nothing_is_named_for_a_move_that_may_be_chance(scorecard: Scorecard, changes: pd.DataFrame) -> None:
    named = nominations(scorecard, changes)
    moved = named[named["reason"].isin([Reason.WORSENING, Reason.MOVED])]["indicator_id"]
    assert len(moved) > 0
    noise = nominations(scorecard, changes.assign(move=Move.CHANCE))
    assert not noise["reason"].isin([Reason.WORSENING, Reason.MOVED]).any()
    assert not (changes.loc[moved, "move"] == Move.CHANCE).any()


def test_reasons_are_preserved_however_pandas_stores_text(
    scorecard: Scorecard, changes: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does if pyarrow is installed: questions about neighbours had lost their figures."""
    texts = nominations(scorecard, changes).assign(reason=lambda found: found["reason"].map("".join))
    monkeypatch.setattr("quarterly.measures.attention.nominations", lambda *_: texts)
    found = worth_attention(scorecard, changes)
    assert all(isinstance(reason, Reason) for reasons in found.values() for reason in reasons)


def test_no_question_is_asked_twice_in_the_same_words(scorecard: Scorecard, changes: pd.DataFrame) -> None:
    asked = questions(scorecard, changes)
    figures = r"\d[\d,.]*%?"
    assert len({pd.Series([one.question]).str.replace(figures, "#", regex=True)[0] for one in asked}) == NAMED


@pytest.mark.parametrize(
    ("move", "went", "words"),
    [
        (Move.REAL, WORSE, "Why did it go"),
        (Move.EARLY, WORSE, "a one-off"),
        (Move.REAL, BETTER, "be kept up"),
    ],
)
def test_questions_about_causes_are_only_asked_about_real_moves(
    scorecard: Scorecard, changes: pd.DataFrame, move: Move, went: str, words: str
) -> None:
    name = "core-group-meetings"
    change = changes.loc[name].copy()
    change["move"], change["went"] = move, went
    asked = question(scorecard, scorecard.rows.loc[name], Reason.MOVED, change)
    assert words in asked
    assert ("Why did it go" in asked) == (move is Move.REAL and went == WORSE)


def test_what_improved_since_the_previous_quarter_is_not_getting_worse_and_questions_quote_that_quarter(
    scorecard: Scorecard, changes: pd.DataFrame
) -> None:
    """Even if the direction of travel is worse than in the same quarter of the year before."""
    worse = changes.loc[nominations(scorecard, changes).query("reason == @Reason.WORSENING")["indicator_id"]].index[0]
    better = changes.copy()
    better.loc[worse, ["went", "value_before"]] = [BETTER, 999]
    found = nominations(scorecard, better).set_index("indicator_id")["reason"]
    assert Reason.WORSENING not in set(found.get([worse], []))
    row = scorecard.rows.loc[worse].copy()
    assert "999" in question(scorecard, row, Reason.MOVED, better.loc[worse])
    row["dot_basis"] = Baseline.LAST_YEAR
    assert "999 in Q2 2023-24" in question(scorecard, row, Reason.MOVED, better.loc[worse]).replace("%", "")


def test_the_reliability_of_each_move_is_shown_with_its_question(scorecard: Scorecard, changes: pd.DataFrame) -> None:
    for one in questions(scorecard, changes):
        assert one.why.endswith(f"Latest change: {changes.loc[one.id, 'move']}")
    unchanged = questions(scorecard, changes.assign(change=0.0))
    assert not any("Latest change" in one.why for one in unchanged)
