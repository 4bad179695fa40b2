"""A council's own rules that differ from a definition's defaults are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterly.core.errors import DataFaults
from quarterly.records.settings import PARAMETERS, WORDS, read_measures, read_words


def written(root: Path, text: str, file: str = PARAMETERS) -> Path:
    path = root / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.unit
def test_the_other_value_of_a_parameter_is_accepted(tmp_path: Path) -> None:
    root = written(tmp_path, "single-assessments-45-days: {since: referral, limit: 40}")
    chosen = {name: measure.chosen for name, measure in read_measures(root).items() if measure.chosen}
    assert chosen == {"single-assessments-45-days": {"since": "referral", "limit": 40}}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("single-assessments-45-days: {since: referal, limit: 45}", "Write assessment or referral."),
        ("single-assessments-45-days: {limit: forty}", "Write a whole number."),
        ("single-assessments-45-days: {limits: 40}", "Its parameters are limit, since."),
        ("single-assessments-45-days: 40", "These have parameters: "),
        ("single-assessments: {limit: 40}", "These have parameters: "),
        ("single-assessments-45-days: {", "Close it, or "),
        ("- single-assessments-45-days", "Write one 'key: value' a line."),
    ],
)
def test_an_unknown_parameter_or_value_is_refused_and_the_valid_ones_are_named(
    tmp_path: Path, text: str, wanted: str
) -> None:
    with pytest.raises(DataFaults) as raised:
        read_measures(written(tmp_path, text))
    assert [fault.expected for fault in raised.value.faults if fault.expected.startswith(wanted)]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("list,word,code\nroles,Carer,iro\n", "The lists are contact_type, "),
        ("list,word,code\nrole,Carer,carer\n", "The codes of role are social_worker, iro, other."),
        ("list,word,code\nrole,Carer,iro\nrole,carer,other\n", "An earlier row gives it another code"),
        ("list,word\nrole,Carer\n", "The columns are list, word and code."),
    ],
)
def test_words_without_one_known_meaning_are_refused(tmp_path: Path, rows: str, wanted: str) -> None:
    with pytest.raises(DataFaults) as raised:
        read_words(written(tmp_path, rows, WORDS))
    assert [fault.expected for fault in raised.value.faults if fault.expected.startswith(wanted)]
