"""The accuracy of the claims check on the real commentary and on invented comments; it may only improve."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from claim_sets import Case, invented, labels, mirrored, officers, overlap, real, reports, score, score_sentences

from quarterly.commentary.claims import Kind

PARTS = ("edition", "published")
#: Indicators that the sentences about them name in their own words.
NAMED = ("core-group-meetings", "child-protection-visits", "practice-reviews-completed", "case-supervisions-in-time")


def cell_words(part: str) -> dict[str, str]:
    return {case.name: case.words for case in real(part)}


@pytest.mark.parametrize("part", PARTS)
def test_the_real_commentary_raises_no_false_alarm(part: str) -> None:
    alarms = [(case.name, doubt) for case in real(part) for doubt in case.compare()[1]]
    assert alarms == []


@pytest.mark.parametrize("part", PARTS)
def test_every_label_of_the_real_commentary_quotes_it(part: str) -> None:
    words = cell_words(part)
    assert [label for label in labels(part) if label.quote not in words[f"{label.area} {label.cell}"]] == []


@pytest.mark.parametrize("part", PARTS)
def test_every_number_of_the_real_commentary_is_labelled(part: str) -> None:
    for name, words in cell_words(part).items():
        quotes = [label.quote for label in labels(part) if f"{label.area} {label.cell}" == name]
        places = [range(words.index(quote), words.index(quote) + len(quote)) for quote in quotes]
        for number in re.finditer(r"(?<!Q)\b\d+\b", words):
            assert any(number.start() in place for place in places), (name, number[0])


@pytest.mark.parametrize(("part", "fewest"), [("edition", 8), ("published", 6)])
def test_the_real_commentary_is_doubted_if_its_figures_are_mirrored(part: str, fewest: int) -> None:
    found = {case.name: mirrored(case).found() for case in real(part)}
    caught = [
        label
        for label in labels(part)
        if any(overlap(label.quote, doubt) for doubt in found[f"{label.area} {label.cell}"])
    ]
    assert {label.label for label in caught} == {"supported"}
    assert len(caught) >= fewest


@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_no_invented_comment_raises_a_false_alarm(part: str) -> None:
    assert [(case.words, doubt.said) for case in invented(part) for doubt in case.compare()[1]] == []


@pytest.mark.parametrize(
    ("part", "kind", "most"),
    [
        ("tuned", Kind.NUMBER, 0),
        ("tuned", Kind.DIRECTION, 0),
        ("held_out", Kind.NUMBER, 0),
        ("held_out", Kind.DIRECTION, 1),
    ],
)
def test_no_more_contradictions_are_missed_than_before(part: str, kind: Kind, most: int) -> None:
    result = score(invented(part), kind)
    assert result.hits > 0
    assert result.missed <= most


def all_cases() -> list[Case]:
    return [*invented("tuned"), *invented("held_out")]


def test_the_labels_quote_the_comments_and_half_of_them_are_true() -> None:
    cases = all_cases()
    assert len(cases) >= 120
    assert all(words in case.words for case in cases for _, words in case.wrong)
    assert 0.3 <= sum(not case.wrong for case in cases) / len(cases) <= 0.7


def test_doubts_quote_the_words_exactly() -> None:
    found = [(case, doubt) for case in all_cases() for doubt in case.found()]
    assert len(found) >= 80
    assert all(doubt.quote in case.words and doubt.said in doubt.quote for case, doubt in found)


@pytest.mark.parametrize(("half", "recall", "alarms"), [("tuned", 0.9, 0), ("kept back", 0.7, 1)])
def test_false_sentences_about_the_published_figures_are_found_and_true_ones_left_alone(
    half: str, recall: float, alarms: int
) -> None:
    result = score_sentences(list(officers(half)))
    assert result.recall >= recall
    assert result.alarms <= alarms


def test_the_words_of_quarterly_reports_are_read_rightly() -> None:
    told = [(sentence.case.words, sentence.marked, *sentence.doubts()) for sentence in reports()]
    assert [(words, alarms) for words, _, _, alarms in told if alarms] == []
    assert [words for words, marked, right, _ in told if marked and not right] == []


@pytest.mark.parametrize("other", ["agency-workers", "dental-checks"])
def test_a_sentence_that_names_another_indicator_is_left_alone(other: str) -> None:
    """A false claim about core groups is not a claim about dental checks, if their comment mentions core groups."""
    rows = next(sentence.case.rows for sentence in officers("tuned") if sentence.case.rows.index[0] == other)
    named = [sentence for sentence in officers("tuned") if sentence.kind in ("subject", "earlier")]
    about = [replace(sentence.case, rows=rows) for sentence in named if sentence.case.rows.index[0] in NAMED]
    assert len(about) >= 8
    assert [case.words for case in about if case.found()] == []
