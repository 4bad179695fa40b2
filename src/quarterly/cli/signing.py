"""The commands that sign off an area and accept a finding."""

from __future__ import annotations

import click

from quarterly.cli.shared import chosen_quarter, print_findings, print_paths, project_root, with_plain_errors
from quarterly.core.commentary_errors import NotReady
from quarterly.core.terms import count_of


@click.command("sign-off")
@click.argument("quarter")
@click.option(
    "--area", "areas", metavar="ID", multiple=True, required=True, help="The service area. May be given more than once."
)
@click.option("--by", metavar="ROLE", required=True, help="The role that signs, such as 'Assistant Director'.")
@click.option("--correction", metavar="REASON", help="What was wrong with the version that readers have seen.")
@click.option("--withdraw", is_flag=True, help="With --correction: that version should no longer be read.")
@click.option("--not-published", is_flag=True, help="The version that was signed off before was never published.")
@with_plain_errors
def sign_off(
    quarter: str, areas: tuple[str, ...], by: str, correction: str | None, *, withdraw: bool, not_published: bool
) -> None:
    r"""Sign off the figures and the words of a service area.

    An area's pages are marked as a draft until it is signed off. A sign-off covers the current figures and words, and
    lapses when either changes, or a cell is run or changed by hand and shows something else. It is refused while
    'quarterly check' has errors for the area. Name a role, not a person: the record is published.

    An area that was signed off, published and changed since is signed off again as a correction, with the reason for
    readers. The version before is kept and can still be read; the page and the paper say when and why it was replaced.

    \b
    Examples:
      quarterly sign-off 2023-24-Q3 --area workforce --by "Assistant Director"
      quarterly sign-off 2023-24-Q3 --area workforce --by Director --correction "There were 17 agency workers, not 18."
    """
    from datetime import UTC, datetime

    from quarterly.commentary.checks import check_edition
    from quarterly.commentary.finding import Level
    from quarterly.commentary.signoff import sign, sign_off_file
    from quarterly.data.params import load_params
    from quarterly.data.project import edition_file
    from quarterly.storage.atomic import replace_files
    from quarterly.storage.lock import project_lock

    root = project_root()
    chosen = chosen_quarter(root, quarter)
    role = _required(by, "--by", "Name the role that signs, such as 'Assistant Director'.")
    if correction is not None:
        correction = _required(correction, "--correction", "Say what was wrong, for readers.")
    if not_published and correction:
        raise click.UsageError("--not-published and --correction contradict each other. Choose one.")
    if withdraw and not correction:
        raise click.UsageError("--withdraw is for a correction. Add --correction with what readers should know.")
    change = "" if not_published else correction
    with project_lock(root):
        load_params(root, chosen)  # pages and paper say what it has: none are made with faults in it
        errors = [finding for finding in check_edition(root, chosen, list(areas)) if finding.level is Level.ERROR]
        if errors:
            print_findings("Nothing was signed off. Correct these first:", errors)
            raise NotReady(count_of(len(errors), "error"))
        at = datetime.now(tz=UTC)
        signed = [edition_file(root, chosen, area) for area in dict.fromkeys(areas)]
        replace_files(
            {file: text for path in signed for file, text in sign(path, role, at, change, withdraw=withdraw).items()}
        )
    print_paths(map(sign_off_file, signed))


@click.command()
@click.argument("finding", metavar="ID")
@click.option("--quarter", default=None, help="The quarter of the finding.  [default: the newest in params/]")
@click.option("--reason", required=True, help="Why it is correct as it is.")
@click.option("--by", metavar="ROLE", required=True, help="The role that accepts it, such as 'Assistant Director'.")
@with_plain_errors
def accept(finding: str, quarter: str | None, reason: str, by: str) -> None:
    r"""Accept a finding of 'quarterly check', with a reason.

    ID is printed with the finding. The reason and the role are kept in data/accepted.csv. The acceptance lapses when
    the words or the figures change.

    \b
    Examples:
      quarterly accept 4f1c02ab9e --reason "Two is the number of workshops." --by "Head of Service"
    """
    from quarterly.commentary.checks import check_edition
    from quarterly.commentary.finding import Level
    from quarterly.core.errors import UnknownFinding
    from quarterly.data.load import read_cells
    from quarterly.data.schema import TABLE
    from quarterly.ingest.tables import csv_of
    from quarterly.storage.atomic import replace_file
    from quarterly.storage.lock import project_lock

    root = project_root()
    chosen = chosen_quarter(root, quarter)
    why = _required(reason, "--reason", "Say why it is correct as it is.")
    role = _required(by, "--by", "Name the role that accepts it, such as 'Assistant Director'.")
    with project_lock(root):
        known = {one.id: one for one in check_edition(root, chosen) if one.id and one.level is not Level.ACCEPTED}
        if finding not in known:
            raise UnknownFinding(finding, list(known))
        table = TABLE["accepted"]
        cells = read_cells(root / table.file, table)
        one = known[finding]
        cells.loc[len(cells)] = [finding, str(chosen), str(one.kind), one.indicator, why, role]
        replace_file(root / table.file, csv_of(cells))
    click.echo(f"Accepted: {one.message}")


def _required(text: str, option: str, message: str) -> str:
    if said := " ".join(text.split()):
        return said
    raise click.BadParameter(message, param_hint=option)
