"""The benchmark starts, and its generated project is valid."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

from quarterly.data.load import load_basket
from quarterly.measures.scorecard import build_scorecard

BENCHMARKS = ROOT / "benchmarks"


def test_generated_figures_are_valid_and_of_the_requested_size(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from generated import generate; generate(Path(sys.argv[1]), 3, 2, 5)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "project")], cwd=BENCHMARKS, check=True)
    basket = load_basket(tmp_path / "project" / "data")
    scorecard = build_scorecard(basket, basket.quarters[-1])
    assert len(basket.areas) == 3
    assert len(scorecard.rows) == 3 * 2
    assert len(scorecard.history) == 3 * 2 * 5
    assert set(scorecard.rows["rag"]) <= {"RED", "AMBER", "GREEN"}
    assert len(list((tmp_path / "project" / "notebooks").glob("*.ipynb"))) == 3


def test_the_benchmark_starts_and_prints_a_table() -> None:
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--part", "growth", "--sizes", "2"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "| Notebooks | Seconds | Seconds a notebook | Peak memory, MB |" in done.stdout
    assert "\n| 2 | " in done.stdout
