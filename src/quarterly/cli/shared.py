"""The options, tables and error messages that commands share."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from quarterly.core.errors import DataFaults, FileRefused, QuarterlyError, UsageError
from quarterly.core.terms import count_of, listing
from quarterly.editions.limits import AT_A_TIME

if TYPE_CHECKING:
    from rich.console import Console

    from quarterly.commentary.finding import Finding
    from quarterly.core.quarters import Quarter


class _Day(click.DateTime):
    """A day, such as 2024-01-31."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(value, param, ctx).date()


DAY = _Day(["%Y-%m-%d"])
RENDERER = click.option(
    "--renderer",
    type=click.Choice(["auto", "quarto", "embedded"]),
    default="auto",
    show_default=True,
    help="What makes the pages: Quarto, the embedded renderer, or Quarto if it is installed.",
)
AREAS = click.option(
    "--area", "areas", metavar="ID", multiple=True, help="Only this service area. May be given more than once."
)
WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=AT_A_TIME,
    help="How many notebooks run at a time.  [default: two more than there are cores]",
)
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
QUARTER = click.argument("quarter", required=False)
ACCEPT = click.option(
    "--accept", multiple=True, metavar="WHAT", help="Accept something under 'To look at', as in quarterly import."
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
FOLDER = click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="The folder for the documents.  [default: commentary, in the project]",
)
FORCE = click.option("--force", is_flag=True, help="Make everything again, even if nothing has changed.")
EXPLAIN = click.option("--explain", is_flag=True, help="Say why each thing is made again or not.")
SCHEDULER = click.option(
    "--scheduler", metavar="ADDRESS", help="Run the notebooks on the workers of the Dask cluster at this address."
)
#: Wider than any table.
_WIDE = 10_000
#: The exit status of a command that was stopped, as in shells after Ctrl-C.
_STOPPED = 130


def keeping_line_breaks(command: Callable[..., None]) -> Callable[..., None]:
    r"""Turn ``\b`` in a raw docstring into the character by which click keeps the lines below it apart."""
    command.__doc__ = (command.__doc__ or "").replace(r"\b", "\b")
    return command


def with_plain_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Show an error as what is wrong and what to do, without a traceback, and exit with its status."""

    @keeping_line_breaks
    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        _stop_like_ctrl_c()
        try:
            command(*args, **kwargs)
        except DataFaults as error:
            _show_faults(error)
            sys.exit(1)
        except QuarterlyError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except BrokenPipeError:
            raise
        except OSError as error:
            click.echo(f"Error: {in_plain_words(error)}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("\nStopped. Every file is either unchanged or completely new.", err=True)
            sys.exit(_STOPPED)

    return wrapped


def _stop_like_ctrl_c() -> None:
    """Stop cleanly when the system asks, as for Ctrl-C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def in_plain_words(error: OSError) -> FileRefused:
    """Put in words what the system refused: it reports a number and an abbreviation."""
    file, reason = str(error.filename2 or error.filename or ""), str(error.strerror or error)
    remedy = "Check that you may read it, and that it and its folder are not read-only and not open in another program."
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        reason, remedy = "the disk is full", "Free some space, and run the command again."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = "there is no permission"
    deed = "written" if not os.path.lexists(file) or os.access(file, os.R_OK) else "read"
    return FileRefused(f"{file} cannot be {deed}: {reason}" if file else reason, remedy)


def _show_faults(error: DataFaults) -> None:
    head = ["File", "Line", "Column", "Found", "What to do"]
    rows = [
        [fault.file, str(fault.row or ""), fault.column, fault.found or "nothing", fault.expected]
        for fault in error.faults
    ]
    print_table(f"{count_of(len(rows), 'fault')}. Nothing was written.", head, rows, err=True)


def print_table(title: str, head: list[str], rows: list[list[str]], *, err: bool = False) -> None:
    """Print a table for people.

    If the output is not a terminal, the table is as wide as it needs to be, with one line a row. A terminal that is too
    narrow gets a block for each row, so that no word is broken.
    """
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    console = _console(err=err)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    if console.measure(table, options=console.options.update(width=_WIDE)).maximum > console.width:
        blocks = [_wrapped(title, console.width)]
        for name, *cells in rows:
            named = [f"{column}: {cell.rstrip('.')}" for column, cell in zip(head[1:], cells, strict=True) if cell]
            blocks.append(f"{_wrapped(name, console.width)}\n{_wrapped('; '.join(named), console.width, '  ')}")
        click.echo("\n\n".join([*blocks, ""]), err=err)
    else:
        console.print(table)


def _console(*, err: bool) -> Console:
    """Return where to print: as wide as the terminal, or without a limit if there is none."""
    from rich.console import Console

    terminal = Console(stderr=err, highlight=False)
    return terminal if terminal.is_terminal else Console(stderr=err, highlight=False, width=_WIDE)


def _wrapped(text: str, width: int, indent: str = "") -> str:
    return fill(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def counted(findings: Sequence[Finding]) -> str:
    """Count findings by severity: ``2 errors and 1 warning``."""
    from quarterly.commentary.finding import Level

    errors, warnings, accepted = (sum(finding.level is level for finding in findings) for level in Level)
    rest = f", and {count_of(accepted, 'finding')} already accepted" if accepted else ""
    return f"{count_of(errors, 'error')} and {count_of(warnings, 'warning')}{rest}"


def print_findings(title: str, findings: list[Finding], *, only_places: bool = False, err: bool = False) -> None:
    """Print findings on commentary: how serious each is, where it is, the words in question, and what to do.

    What is found in several cells of a notebook is printed once. Words and messages may contain unpublished figures:
    ``only_places`` leaves both out.
    """
    from quarterly.commentary.finding import Level

    width = _console(err=err).width
    click.echo(_wrapped(title, width), err=err)
    cells: dict[Finding, list[str]] = {}
    for finding in findings:
        cells.setdefault(replace(finding, cell=None), []).append(str(finding.cell or ""))
    for finding, numbers in cells.items():
        places = f", cell{'s' if len(numbers) > 1 else ''} {listing(numbers)}" if any(numbers) else ""
        click.echo("\n" + _wrapped(f"{finding.level.capitalize()} in {finding.notebook}{places}", width, "  "), err=err)
        if only_places:
            continue
        if finding.quote:
            click.echo(_wrapped(f"“{finding.quote}”", width, "    "), err=err)
        click.echo(_wrapped(finding.message, width, "    "), err=err)
        if finding.id and finding.level is not Level.ACCEPTED:
            click.echo(f"    If it is right as it is: quarterly accept {finding.id} --reason ... --by ...", err=err)
    click.echo(err=err)


def print_paths(paths: Iterable[Path]) -> None:
    """Print files that were written, from the current folder."""
    for path in paths:
        click.echo(os.path.relpath(path))


def project_root() -> Path:
    """Find the project that the current folder is in."""
    from quarterly.data.project import find_project

    return find_project(Path.cwd())


def chosen_quarter(root: Path, text: str | None) -> Quarter:
    """Read the quarter given on the command line, or return the newest one in params/."""
    from quarterly.core.quarters import Quarter
    from quarterly.data.project import newest_quarter

    return Quarter.parse(text) if text else newest_quarter(root)
