"""The commands for officers who write their commentary in Word."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterly.cli.shared import (
    AREAS,
    DRY_RUN,
    FOLDER,
    QUARTER,
    chosen_quarter,
    keeping_line_breaks,
    print_paths,
    print_table,
    project_root,
    with_plain_errors,
)

if TYPE_CHECKING:
    from quarterly.core.commentary_errors import CommentaryConflicts


@click.group()
@keeping_line_breaks
def commentary() -> None:
    r"""Send commentary out as Word documents, and bring the words back.

    \b
    Examples:
      quarterly commentary export --area workforce
      quarterly commentary import 2023-24-Q3-workforce.docx
    """


@commentary.command("export")
@QUARTER
@AREAS
@FOLDER
@with_plain_errors
def export(quarter: str | None, areas: tuple[str, ...], folder: Path | None) -> None:
    r"""Write a Word document for each area, with its figures and a box for each comment.

    The boxes already contain what is written in the notebooks. A document that an officer has written in is not
    overwritten.

    \b
    Examples:
      quarterly commentary export
      quarterly commentary export 2023-24-Q3 --area workforce --to outbox
    """
    from quarterly.outputs.forms.export import export_commentary

    root = project_root()
    print_paths(export_commentary(root, chosen_quarter(root, quarter), areas, folder or root / "commentary"))


@commentary.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--quarter", default=None, help="The quarter of the documents.  [default: the newest in params/]")
@click.option(
    "--conflicts",
    type=click.Choice(["show", "keep-notebook", "keep-word", "keep-both"]),
    default="show",
    show_default=True,
    help="What to do with a comment that was also changed in the notebook: show both texts and write nothing, keep one "
    "of them, or keep both, one below the other.",
)
@click.option("--leave-out", is_flag=True, help="Leave out words that are not in a box, and import the rest.")
@DRY_RUN
@with_plain_errors
def import_(files: tuple[Path, ...], quarter: str | None, conflicts: str, *, leave_out: bool, dry_run: bool) -> None:
    r"""Bring words from Word documents into the notebooks of a quarter.

    Words are tied to the figures that the document showed. Nothing is written if anything is wrong, if there are words
    outside the boxes, or if a comment was changed both in the notebook and in Word. Run the quarter again afterwards.

    \b
    Examples:
      quarterly commentary import 2023-24-Q3-workforce.docx
      quarterly commentary import *.docx --conflicts keep-both
    """
    from quarterly.core.commentary_errors import CommentaryConflicts
    from quarterly.outputs.forms.importing import plan_import, write_import
    from quarterly.outputs.forms.merging import Keep

    root = project_root()
    chosen = chosen_quarter(root, quarter)
    try:
        planned = plan_import(root, chosen, files, Keep(conflicts), leave_out=leave_out)
    except CommentaryConflicts as error:
        _show_conflicts(error)
        sys.exit(1)
    if not dry_run:
        write_import(root, planned)
    for note in planned.notes:
        click.echo(f"Note: {note}", err=True)
    for change in planned.changes:
        click.echo(change)
    if not planned.changes and planned.left_out:
        click.echo("Nothing was imported: everything new in the documents was left out.")
    elif not planned.changes:
        click.echo("Nothing has changed: the notebooks and the documents have the same words.")
    elif dry_run:
        click.echo("Nothing was written, because of --dry-run.", err=True)
    else:
        click.echo(f"Run the quarter again: quarterly run {chosen}", err=True)


def _show_conflicts(error: CommentaryConflicts) -> None:
    for conflict in error.conflicts:
        head = [f"In {conflict.here}", f"In {conflict.there}"]
        texts = [conflict.this or "(deleted)", conflict.that or "(deleted)"]
        print_table(f"{conflict.box}: {conflict.what}", head, [texts], err=True)
    click.echo(f"Error: {error}", err=True)
