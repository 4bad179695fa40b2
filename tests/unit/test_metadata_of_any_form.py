"""Metadata saved in an unexpected form is ignored, and no command ends in a traceback."""

from __future__ import annotations

import copy
from typing import Any

import nbformat
import pytest
from conftest import EXAMPLE

from quarterly.commentary.cells import PINNED, SHOWN
from quarterly.commentary.checks import check_commentary
from quarterly.commentary.read import former_names, read_edition, shown_in
from quarterly.measures.scorecard import Scorecard

EDITION = nbformat.read(EXAMPLE / "reports" / "2023-24-Q3" / "workforce.ipynb", as_version=4)
FORMS: list[Any] = [
    None,
    7,
    "a text",
    [],
    ["figures"],
    {},
    {"figures": None},
    {"figures": [1]},
    {"figures": {"a": {}}},
    {"figures": {"a": {"name": 1}}},
    {"figures": {"a": "b"}, "words": 3},
]


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("key", [PINNED, SHOWN])
def test_comments_are_read_whatever_their_metadata_holds(scorecard: Scorecard, key: str, form: Any) -> None:
    area = scorecard.area("workforce")
    notebook = copy.deepcopy(EDITION)
    for part in notebook.cells if key == PINNED else [notebook]:
        if key in part.metadata:
            part.metadata[key] = form
    read = read_edition(notebook, area)
    assert [one.comment.words for one in read] == [one.comment.words for one in read_edition(EDITION, area)]
    assert isinstance(former_names(notebook), dict)
    assert isinstance(shown_in(notebook), dict)
    assert isinstance(check_commentary("n", notebook, area), list)
