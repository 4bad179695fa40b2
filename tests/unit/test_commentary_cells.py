"""Narrative cells are read as officers meant them, and nothing typed is lost."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quarterly.commentary.cells import digest, lines_with
from quarterly.commentary.format import PROMPT, Comment, read_comment, write_comment
from quarterly.commentary.groups import ABOUT_AREA, read_group
from quarterly.commentary.places import needed_placeholders, reading_order
from quarterly.core.terms import Group
from quarterly.data.load import Basket
from quarterly.measures.scorecard import Scorecard

INDICATORS = pd.DataFrame(
    {
        "name": [
            "Number of Request for Support received in quarter",
            "Percentage of Request for Support leading to 'No Further Action'",
            "Number of unregistered placements – Under 16",
            "Number of unregistered placements – Age 16+",
            "Percentage of care leaver PA's with more than 20 children allocated",
        ],
        "short_name": [
            "Requests for support",
            "Requests for support leading to no further action",
            "Unregistered placements, under 16",
            "Unregistered placements, 16 and over",
            "Personal advisers with more than 20 care leavers",
        ],
    },
    index=pd.Index(["requests", "no-further-action", "under-16", "16-plus", "personal-advisers"], name="indicator_id"),
)
IDS = list(INDICATORS.index)
#: Each way in which a bullet may name an indicator.
SPELLINGS = [
    (name, text) for name, row in INDICATORS.iterrows() for text in (str(name), row["name"], row["short_name"])
]

chosen = st.lists(st.sampled_from(IDS), unique=True, max_size=5).map(tuple)
groups = st.sampled_from([*Group, None])
sentences = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40)
lines = st.one_of(
    sentences,
    sentences.map("- {}".format),
    sentences.map("* {}".format),
    sentences.map("#### {}".format),
    sentences.map("> {}".format),
    sentences.map("    {}".format),
    st.sampled_from(
        ["", "---", "```", "| a | b |", "**Why**", "1. First", "- ", "Café – “naïve” 漢字 🙂", "a\tb", "$x^2$"]
    ),
    st.sampled_from([f"- {text}" for _, text in SPELLINGS]),
    st.sampled_from(["### Red of concern", "Reds of concern;", "# Amber", "#", "###", PROMPT]),
)
texts = (
    st.lists(lines, min_size=1, max_size=6).map("\n".join).map(str.strip).filter(lambda text: text not in ("", PROMPT))
)


def starts_like_an_indicator(words: str) -> bool:
    """Return whether words begin like the bullet of an indicator; without one before it, they would be one."""
    return bool(read_comment(words, INDICATORS).indicators)


@settings(max_examples=150)
@given(groups, chosen, texts)
@example(Group.GREEN, (), "#")
def test_a_comment_is_read_back_as_written(group: Group | None, indicators: tuple[str, ...], words: str) -> None:
    if not indicators and starts_like_an_indicator(words):
        words = f"Of these:\n\n{words}"
    comment = Comment(group, indicators, words)
    assert read_comment(write_comment(comment, INDICATORS), INDICATORS) == comment


@settings(max_examples=100)
@given(st.lists(lines, max_size=8).map("\n".join))
@example("Staff moved\n#\nto the front door.")
@example("They moved to team C#\nat the front door.")
def test_no_typed_text_is_left_out(typed: str) -> None:
    """Every letter and digit of a cell is in the heading, in the name of an indicator, or in the words."""
    comment = read_comment(typed, INDICATORS)
    named = [f"{name} {' '.join(INDICATORS.loc[name])}" for name in comment.indicators]
    kept = " ".join([comment.heading, *named, comment.words or PROMPT])
    assert set(re.findall(r"\w+", typed.lower())) <= set(re.findall(r"\w+", kept.lower()))


@settings(max_examples=100)
@given(st.lists(lines, max_size=8).map("\n".join))
@example("#")
def test_reading_and_writing_again_is_stable(typed: str) -> None:
    """A run writes what it read, so the second time nothing moves."""
    once = write_comment(read_comment(typed, INDICATORS), INDICATORS)
    assert write_comment(read_comment(once, INDICATORS), INDICATORS) == once


@given(groups, chosen)
def test_a_place_that_is_still_the_prompt_is_empty(group: Group | None, indicators: tuple[str, ...]) -> None:
    written = write_comment(Comment(group, indicators), INDICATORS)
    assert written.endswith(PROMPT)
    found = read_comment(written, INDICATORS)
    assert found.empty
    assert found == Comment(group, indicators)


@pytest.mark.parametrize(
    "typed", ["", "   \n\n ", "### Red to watch", "### Red to watch\n\n- requests\n\n   \n", PROMPT]
)
def test_a_blank_place_is_empty(typed: str) -> None:
    assert read_comment(typed, INDICATORS).empty


@pytest.mark.parametrize("typed", ["None", "N/A", "*Write here:* the service moved.", "0"])
@pytest.mark.parametrize("before", ["", f"{PROMPT} ", f"{PROMPT}\n\n"])
def test_a_place_with_any_words_is_not_empty(before: str, typed: str) -> None:
    found = read_comment(f"### Amber to watch\n\n- requests\n\n{before}{typed}", INDICATORS)
    assert not found.empty
    assert found.words.endswith(typed)


@pytest.mark.parametrize(
    ("heading", "group"),
    [
        # As in the published report.
        ("Green to celebrate:", Group.GREEN),
        ("Green to celebrate;", Group.GREEN),
        ("Green:", Group.GREEN),
        ("Ambers on watching:", Group.AMBER),
        ("Amber's on watching:", Group.AMBER),
        ("Amber to watch:", Group.AMBER),
        ("Reds on watching:", Group.RED_WATCH),
        ("Reds on watch:", Group.RED_WATCH),
        ("Reds to watch:", Group.RED_WATCH),
        ("Red:", Group.RED_WATCH),
        ("Reds of concern;", Group.RED_CONCERN),
        ("Reds of concern:", Group.RED_CONCERN),
        ("Red of concern:", Group.RED_CONCERN),
        # As other councils might.
        ("Green", Group.GREEN),
        ("GREENS", Group.GREEN),
        ("**Amber to watch**", Group.AMBER),
        ("Amber’s", Group.AMBER),
        ("red - concern", Group.RED_CONCERN),
        ("Red of concern;", Group.RED_CONCERN),
        ("  Red to watch  ", Group.RED_WATCH),
    ],
)
def test_group_headings_are_recognised_as_officers_write_them(heading: str, group: Group) -> None:
    assert read_group(heading) is group
    found = read_comment(f"### {heading}\n\n- requests\n\nWhy it is so.", INDICATORS)
    assert (found.group, found.indicators, found.words) == (group, ("requests",), "Why it is so.")


@pytest.mark.parametrize("group", list(Group))
def test_every_group_is_recognised_by_its_own_name(group: Group) -> None:
    assert read_group(str(group)) is group


@pytest.mark.parametrize("heading", ["", ABOUT_AREA, "What happened", "Concern about staffing", "Not green", "12 reds"])
def test_another_heading_is_not_a_group(heading: str) -> None:
    assert read_group(heading) is None


@pytest.mark.parametrize(
    "heading", ["Redesign of the front door", "Reducing waiting times", "Greenfield family centre"]
)
def test_a_heading_that_only_begins_with_a_colour_is_not_a_group(heading: str) -> None:
    assert read_group(heading) is None


@pytest.mark.parametrize(("name", "text"), SPELLINGS)
@pytest.mark.parametrize("mark", ["-", "*", "+", "•"])
@pytest.mark.parametrize("ending", ["", ".", ":", ";", "  "])
def test_a_bullet_names_an_indicator_however_it_is_spelt(name: str, text: str, mark: str, ending: str) -> None:
    for spelt in (text, text.upper(), text.replace("'", "’").replace("–", "-")):
        found = read_comment(f"### Red to watch\n\n{mark} {spelt}{ending}\n\nWhy it is so.", INDICATORS)
        assert (found.indicators, found.words) == ((name,), "Why it is so.")


def test_16_plus_is_not_read_as_under_16() -> None:
    """The published commentary drops the dash: 'placements Under 16' and 'placements Age 16+'."""
    typed = "- Number of unregistered placements Under 16\n- Number of unregistered placements Age 16+\n\nBoth."
    assert read_comment(typed, INDICATORS).indicators == ("under-16", "16-plus")


@settings(max_examples=100)
@given(chosen, sentences.map(str.strip).filter(bool))
def test_a_bullet_that_names_no_indicator_stays_with_the_words(indicators: tuple[str, ...], item: str) -> None:
    """Directly under the bullets of indicators, or after a blank line."""
    named = "".join(f"- {INDICATORS.loc[name, 'name']}\n" for name in indicators)
    words = f"- A step that is no indicator {item}\n- and another\n\nWhat we do."
    for gap in ("", "\n"):
        found = read_comment(f"### Red to watch\n\n{named}{gap}{words}", INDICATORS)
        assert (found.indicators, found.words) == (indicators, words)


def test_a_heading_without_words_does_not_take_the_officers_first_line() -> None:
    found = read_comment("###\n\nThe waiting list is shorter.\n\nMore is to come.", INDICATORS)
    assert found.words == "The waiting list is shorter.\n\nMore is to come."


def test_a_cell_without_a_heading_is_about_the_area() -> None:
    found = read_comment("Overall volumes remain comparatively low.", INDICATORS)
    assert found == Comment(None, (), "Overall volumes remain comparatively low.")


def test_an_indicator_that_is_named_twice_counts_once() -> None:
    found = read_comment("### Red\n\n- requests\n- Requests for support\n\nWords.", INDICATORS)
    assert found.indicators == ("requests",)


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_the_line_endings_of_the_editor_do_not_matter(newline: str) -> None:
    typed = newline.join(["### Red of concern", "", "- requests", "- under-16", "", "Words."])
    assert read_comment(typed, INDICATORS) == Comment(Group.RED_CONCERN, ("requests", "under-16"), "Words.")


def test_no_two_indicators_of_the_basket_share_a_name(basket: Basket) -> None:
    """Each id, name and short name is read as its own indicator, even among all 60."""
    indicators = basket.indicators.set_index("indicator_id")
    for name, row in indicators.iterrows():
        for text in (name, row["name"], row["short_name"]):
            assert read_comment(f"- {text}\n\nWords.", indicators).indicators == (name,), text


def test_the_words_of_the_published_report_find_their_indicators(basket: Basket) -> None:
    indicators = basket.indicators.set_index("indicator_id")
    typed = (
        "### Reds of concern;\n\n"
        "- Percentage of return home interviews accepted for children who went missing within the quarter\n"
        "- Percentage of return home interviews completed within 72 hours\n\n"
        "Both measures sit below target range. ROTH team now providing additional capacity to support."
    )
    found = read_comment(typed, indicators)
    assert found.group is Group.RED_CONCERN
    assert found.indicators == ("return-home-interviews-accepted", "return-home-interviews-72-hours")
    assert found.words.startswith("Both measures sit below target range.")
    assert write_comment(found, indicators) == typed


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_place_is_needed_for_the_area_and_each_rated_indicator_without_words_and_no_other(
    scorecard: Scorecard, data: st.DataObject
) -> None:
    rows = scorecard.rows
    names = st.lists(st.sampled_from(list(rows.index)), max_size=12, unique=True).map(tuple)
    written = data.draw(st.lists(st.builds(Comment, groups, names, st.just("Words.")), max_size=5))
    empty = data.draw(st.lists(st.builds(Comment, groups, names), max_size=5))
    places = needed_placeholders(rows, data.draw(st.permutations([*written, *empty])))
    spoken = {name for comment in written for name in comment.indicators}
    judged = rows.index[rows["rag"] != ""]
    of_area = [()] * all(comment.group is not None or bool(comment.indicators) for comment in written)
    assert [place.indicators for place in places] == [*of_area, *((name,) for name in judged if name not in spoken)]
    assert all(place.empty for place in places)
    expected = {"RED": Group.RED_WATCH, "AMBER": Group.AMBER, "GREEN": Group.GREEN}
    assert all(
        place.group is (expected[rows.loc[place.indicators[0], "rag"]] if place.indicators else None)
        for place in places
    )


def test_a_place_is_needed_once_for_each_rated_indicator_of_the_quarter_and_for_the_area(scorecard: Scorecard) -> None:
    places = needed_placeholders(scorecard.rows, [])
    assert len(places) == int((scorecard.rows["rag"] != "").sum()) + 1
    about_all = [Comment(None, tuple(scorecard.rows.index), "Words."), Comment(None, (), "Words.")]
    assert needed_placeholders(scorecard.rows, about_all) == []


def test_comments_are_read_with_the_area_first_and_concerns_last() -> None:
    comments = [Comment(group) for group in (Group.RED_CONCERN, Group.RED_WATCH, None, Group.AMBER, Group.GREEN)]
    ordered = [comment.group for comment in sorted(comments, key=reading_order)]
    assert ordered == [None, Group.GREEN, Group.AMBER, Group.RED_WATCH, Group.RED_CONCERN]


# A run's own lines among those that were typed around them


@given(st.lists(st.sampled_from(["", "  ", "a", " a", "a ", "b", "\u00e9\t"]), max_size=9), st.data())
def test_the_lines_with_a_digest_are_found_among_others(lines: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(lines)))
    text = "\n".join(lines[start : data.draw(st.integers(start, len(lines)))])
    found = lines_with({digest(text)}, lines)
    if not text.strip():
        assert found is None
    else:
        assert found is not None
        assert digest("\n".join(lines[found[0] : found[1]])) == digest(text)


def test_lines_with_another_digest_are_not_found() -> None:
    assert lines_with({digest("a\nc")}, ["a", "b", "c"]) is None
    assert lines_with({digest("x")}, [f"line {number}" for number in range(300)]) is None
