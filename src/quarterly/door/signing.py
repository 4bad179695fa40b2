"""The command that signs an area off."""

from __future__ import annotations

import click

from quarterly.door.shared import chosen_quarter, for_people, print_findings, project_root
from quarterly.words.errors import NotReady


@click.command("sign-off")
@click.argument("quarter")
@click.option(
    "--area", "areas", metavar="ID", multiple=True, required=True, help="The service area. May be given more than once."
)
@click.option("--by", metavar="ROLE", required=True, help="The role that answers for it, such as 'Assistant Director'.")
@for_people
def sign_off(quarter: str, areas: tuple[str, ...], by: str) -> None:
    r"""Sign off the figures and the words of a service area.

    Pages of an area are marked as a draft until it is signed off. A sign-off stands for the figures and the words as
    they are now: it lapses when either changes. It is refused while 'quarterly check' has errors for the area. Name a
    role, not a person: the record is published.

    \b
    Examples:
      quarterly sign-off 2023-24-Q3 --area workforce --by "Assistant Director"
    """
    import os
    from datetime import UTC, datetime

    from quarterly.figures.project import edition_file
    from quarterly.narrative.checking import Level, check_edition
    from quarterly.narrative.notebook_files import open_edition
    from quarterly.narrative.signoff import sign_off_file, sign_off_text
    from quarterly.publish.files import replace_file

    root = project_root()
    chosen = chosen_quarter(root, quarter)
    role = " ".join(by.split())
    if not role:
        message = "Name the role that signs, such as 'Assistant Director'."
        raise click.BadParameter(message, param_hint="--by")
    errors = [one for one in check_edition(root, chosen, list(areas)) if one.level is Level.ERROR]
    if errors:
        print_findings("Nothing was signed off: mend these first.", errors)
        raise NotReady(len(errors))
    at = datetime.now(tz=UTC)
    for area in areas:
        path = edition_file(root, chosen, area)
        notebook = open_edition(path)
        assert notebook is not None, "check_edition reports an area without a notebook"  # noqa: S101
        replace_file(sign_off_file(path), sign_off_text(notebook, role, at))
        click.echo(os.path.relpath(sign_off_file(path)))
