"""Simulate Harrowmere: simulate.py FOLDER [--scale N] [--as-at DAY] [--dirty] [--returns]."""

import argparse
import random
import sys
from datetime import date, timedelta
from pathlib import Path

from simulate.annex_a import write_annex_a
from simulate.census import write_cin, write_workforce
from simulate.council import simulate
from simulate.dirt import repeat_rows, soil, write_dirt
from simulate.lives import Council
from simulate.ssd import all_tables, write_ssd
from simulate.ssda903 import write_903
from simulate.truth import write_truth

# The records are extracted a fortnight after the quarter, so they include some later events.
READ_OUT_AFTER = timedelta(days=14)
NEWEST = date(2025, 3, 31)


def main(words: list[str]) -> None:
    """Write the records of a council's life, and its true counts."""
    parser = argparse.ArgumentParser(description="Simulate six years of a council that does not exist.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0, help="1, the default, is a council of 45,000 children")
    parser.add_argument(
        "--as-at", type=date.fromisoformat, default=NEWEST, help=f"last day of the newest quarter: {NEWEST}"
    )
    parser.add_argument("--dirty", action="store_true", help="the same records with the dirt that records have")
    parser.add_argument(
        "--returns", action="store_true", help="the same life as Annex A, SSDA903 and census files, too"
    )
    given = parser.parse_args(words)
    life = simulate(scale=given.scale)
    council = life.seen_on(given.as_at + READ_OUT_AFTER)
    tables, chance = all_tables(council), random.Random(7)
    found = soil(tables, chance) if given.dirty else repeat_rows(tables, chance, 0.0004)
    write_ssd(tables, given.folder / "ssd")
    write_dirt(found, given.folder / "dirt.csv")
    write_truth(council, given.as_at, given.scale, given.folder / "truth.csv")
    if given.returns:
        write_returns(life, given.as_at, given.folder)


def write_returns(life: Council, as_at: date, folder: Path) -> None:
    """Write the same life in the layouts of Ofsted's lists and of six years' returns."""
    years = [date(year, 3, 31) for year in range(2020, 2026) if date(year, 3, 31) <= as_at]
    write_annex_a(life.seen_on(as_at), as_at, folder / "annex_a.xlsx")
    write_903(life, years, folder / "903")
    write_cin(life, years, folder / "cin")
    write_workforce(life, [day.year - 1 for day in years], folder / "workforce")


if __name__ == "__main__":
    main(sys.argv[1:])
