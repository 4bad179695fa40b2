"""A council's own rules that differ from a definition's defaults are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterly.core.errors import DataFaults
from quarterly.records.settings import PARAMETERS, read_measures


def written(root: Path, text: str) -> Path:
    path = root / PARAMETERS
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.unit
def test_the_other_value_of_a_parameter_is_accepted(tmp_path: Path) -> None:
    root = written(tmp_path, "single-assessments-45-days: {since: referral, limit: 40}")
    chosen = {name: measure.chosen for name, measure in read_measures(root).items() if measure.chosen}
    assert chosen == {"single-assessments-45-days": {"since": "referral", "limit": 40}}


@pytest.mark.unit
def test_an_unknown_value_of_a_parameter_is_refused_and_the_valid_ones_are_named(tmp_path: Path) -> None:
    root = written(tmp_path, "single-assessments-45-days: {since: referal, limit: forty}")
    with pytest.raises(DataFaults) as raised:
        read_measures(root)
    assert "Write assessment or referral." in str(raised.value)
    assert "Write a whole number." in str(raised.value)
