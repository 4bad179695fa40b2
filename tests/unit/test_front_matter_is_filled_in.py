"""Known placeholders in a template's front matter are filled in; any other text in braces stays."""

from __future__ import annotations

import pytest

from quarterly.editions.notebooks import _fill
from quarterly.measures.scorecard import Scorecard


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("title: Early help, {quarter}", "title: Early help, Quarter 3 2023-24"),
        ("title: {draft} {quarter", "title: {draft} {quarter"),
        ("title: {} {0} {id.x} {quarter!r}", "title: {} {0} {id.x} {quarter!r}"),
        ("title: {{id}} is {id}", "title: {id} is 2023-24-Q3"),
        ("title: } and {", "title: } and {"),
    ],
)
def test_only_known_names_are_filled_in(scorecard: Scorecard, text: str, filled: str) -> None:
    quarter = _fill("{quarter}", scorecard)
    assert _fill(text, scorecard) == filled.replace("Quarter 3 2023-24", quarter)
