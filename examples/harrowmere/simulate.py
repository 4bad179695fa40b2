"""Simulate Harrowmere: uv run python examples/harrowmere/simulate.py FOLDER [--scale N] [--as-at DAY] [--dirty]."""

import argparse
import random
import sys
from datetime import date, timedelta
from pathlib import Path

from simulate.council import simulate
from simulate.dirt import repeat_rows, soil, write_dirt
from simulate.ssd import all_tables, write_ssd
from simulate.truth import write_truth

# The records are read out a fortnight after the quarter: some of what happened since is in them.
READ_OUT_AFTER = timedelta(days=14)
NEWEST = date(2025, 3, 31)


def main(words: list[str]) -> None:
    """Write the records of a council's life, and the truth about it."""
    parser = argparse.ArgumentParser(description="Simulate six years of a council that does not exist.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0, help="1, the default, is a council of 45,000 children")
    parser.add_argument(
        "--as-at", type=date.fromisoformat, default=NEWEST, help=f"last day of the newest quarter: {NEWEST}"
    )
    parser.add_argument("--dirty", action="store_true", help="the same records with the dirt that records have")
    given = parser.parse_args(words)
    council = simulate(scale=given.scale).seen_on(given.as_at + READ_OUT_AFTER)
    tables, chance = all_tables(council), random.Random(7)
    found = soil(tables, chance) if given.dirty else repeat_rows(tables, chance, 0.0004)
    write_ssd(tables, given.folder / "ssd")
    write_dirt(found, given.folder / "dirt.csv")
    write_truth(council, given.as_at, given.scale, given.folder / "truth.csv")


if __name__ == "__main__":
    main(sys.argv[1:])
