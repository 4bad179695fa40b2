"""The options for reading an extract, for every command that reads one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quarterly.cli.shared import print_table
from quarterly.core.import_errors import MalformedReading
from quarterly.core.terms import Months

if TYPE_CHECKING:
    from quarterly.ingest.extract import Extract
    from quarterly.ingest.options import Options

Command = TypeVar("Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--skip", multiple=True, metavar="NAME", help="Leave out a row that is not part of the basket."),
    click.option("--sheet", "sheets", multiple=True, metavar="NAME", help="Read only this sheet."),
    click.option(
        "--fractions/--no-fractions", default=None, help="Whether percentages are written as fractions: 0.7 is 70%."
    ),
    click.option(
        "--months", multiple=True, metavar="[ID=]HOW", help="How three months make up a quarter: sum, mean or last."
    ),
    click.option(
        "--where", multiple=True, metavar="HEADING=PART", help="Which rows to use, if the figures are broken down."
    ),
    click.option("--sum/--no-sum", "add", default=None, help="Whether to add up counts that appear more than once."),
)


def reading_options(command: Command) -> Command:
    """Add the options for reading an extract to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def split_at_commas(given: tuple[str, ...]) -> tuple[str, ...]:
    """Split values at commas: no id or kind contains one."""
    return tuple(part.strip() for text in given for part in text.split(","))


def options_of(reading: dict[str, Any], match: dict[str, str] | None = None, council: str = "") -> Options:
    """Return the options for reading an extract, from those of the command line.

    Raises `MalformedReading` if one of them is malformed.
    """
    from quarterly.ingest.options import Options

    months = dict(text.rpartition("=")[::2] for text in reading["months"])
    for how in months.values():
        if how not in set(Months):
            raise MalformedReading(f"--months {how}", "--months sum, --months mean, --months last or --months ID=mean")
    where = dict(text.partition("=")[::2] for text in reading["where"])
    if not all(heading and part for heading, part in where.items()):
        raise MalformedReading(f"--where {' '.join(reading['where'])}", '--where "Sex=All"')
    add = {} if reading["add"] is None else {"": reading["add"]}
    return Options(match or {}, reading["skip"], reading["sheets"], reading["fractions"], months, where, add, council)


def show_reading(extract: Extract) -> None:
    """Print how each column of an extract was read."""
    print_table("How it was read", ["Sheet", "Column", "Heading", "Read as"], list(map(list, extract.column_roles)))
