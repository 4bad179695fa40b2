"""Each definition counts what the stories of one child expect (``tests/stories``)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from record_stories import added_up, database, definitions, failures, quarters, records, settings, stories

from quarterly.records.store import Store


@pytest.mark.unit
def test_each_story_is_counted_as_expected() -> None:
    store = Store(database(), quarters())
    wrong = []
    for indicator_id, measure in definitions().items():
        for chosen, told in settings(measure).items():
            tables = records()
            own = replace(measure, chosen=dict(chosen))
            cases = own.cases(tables).select("quarter", "case", "numerator", "denominator")
            counted = added_up(store.run(cases, tables).itertuples(index=False))
            wrong += failures(told, indicator_id, counted)
    assert not wrong, "\n".join(wrong)


@pytest.mark.unit
def test_each_definition_has_ten_stories_and_each_parameter_one_with_another_value() -> None:
    told = Counter(indicator_id for story in stories() for indicator_id in story.answers)
    assert set(told) == set(definitions())
    assert not {indicator_id: times for indicator_id, times in told.items() if times < 10}

    chosen = {
        (indicator_id, name)
        for indicator_id, measure in definitions().items()
        for parameters in settings(measure)
        for name, value in parameters
        if value != measure.parameters[name].default
    }
    assert chosen == {(i, name) for i, measure in definitions().items() for name in measure.parameters}


@pytest.mark.unit
def test_each_parameter_is_mentioned_in_the_sentence_of_its_definition() -> None:
    unsaid = {
        (indicator_id, name)
        for indicator_id, measure in definitions().items()
        for name in measure.parameters
        if replace(measure, chosen={name: "another value"}).words() == measure.words()
    }
    assert not unsaid


@pytest.mark.unit
def test_titles_of_stories_are_unique() -> None:
    titles = Counter((story.file, story.title) for story in stories())
    assert not [title for title, times in titles.items() if times > 1]
