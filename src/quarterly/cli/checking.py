"""The commands that check a quarter."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterly.cli.shared import (
    FOLDER,
    QUARTER,
    chosen_quarter,
    counted,
    print_findings,
    print_paths,
    print_table,
    project_root,
    with_plain_errors,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quarterly.commentary.finding import Finding
    from quarterly.commentary.signoff import Status
    from quarterly.core.quarters import Quarter
    from quarterly.data.load import Basket
    from quarterly.disclosure import Publishable
    from quarterly.measures.scorecard import Scorecard


@click.command()
@QUARTER
@click.option("--public", is_flag=True, help="Leave out what may not be published, for a log that others can read.")
@with_plain_errors
def check(quarter: str | None, *, public: bool) -> None:
    """Check the figures and the commentary, and compare every rating with the published one.

    Exit status 1 means that the data has faults or the commentary has errors: a red indicator without a comment, words
    whose figures have changed, a comment in a group that its rating contradicts, words about an indicator that no
    longer exists, a cell that was run or changed by hand, or a second copy of a notebook. Warnings need a person's
    judgement: an amber indicator without a comment, a number or a claim that the figures do not support, or words that
    some output leaves out. A disagreement with a published rating is not a fault: it is listed with its reason, and
    shown in the report.

    The output includes suppressed figures, and officers' words that may reveal one. With --public it only says how many
    there are, and where the words are.
    """
    from quarterly.commentary.checks import check_edition
    from quarterly.commentary.signoff import edition_status
    from quarterly.core.errors import DataFaults
    from quarterly.data.project import edition_folder, editions
    from quarterly.disclosure import open_basket
    from quarterly.editions.runner import require_parameters
    from quarterly.outputs.paper.standing import load_standing

    root = project_root()
    try:
        opened = open_basket(root)
        basket = opened.basket
        chosen = basket.require_quarter(chosen_quarter(root, quarter))
        require_parameters(root, chosen)
        load_standing(root)
    except DataFaults as error:
        if not public:
            raise
        raise DataFaults([replace(fault, found="left out") for fault in error.faults]) from None
    scorecard = opened.scorecard(chosen)
    findings = check_edition(root, chosen) if chosen in editions(root) else None
    status = edition_status(edition_folder(root, chosen))
    click.echo(_verdict(chosen, findings, status))
    click.echo(f"The data is sound: {len(basket.indicators)} indicators, {len(basket.observations)} observations.")
    _print_judgements(scorecard)
    _print_evidence(scorecard, opened.known_at(chosen))
    _print_suppressed(opened, public=public)
    if not public:
        _print_suggested(root, opened)
    _print_commentary(chosen, findings, status, public=public)


def _verdict(quarter: Quarter, findings: Sequence[Finding] | None, status: Status) -> str:
    from quarterly.commentary.finding import Level

    if findings is None:
        return f"{quarter}: the data is sound, and there is no edition yet."
    if any(finding.level is Level.ERROR for finding in findings):
        return f"{quarter}: not ready to be signed off."
    return f"{quarter}: {status.words if status.signed else 'ready to be signed off'}."


def _print_judgements(scorecard: Scorecard) -> None:
    """Print how many judgements agree with the published ones, and explain each that does not."""
    from quarterly.measures.reconcile import AGREES, DISAGREES, NOT_COMPARED, explain, reconcile

    found = reconcile(scorecard)
    counts = {outcome: int((found["outcome"] == outcome).sum()) for outcome in (AGREES, DISAGREES, NOT_COMPARED)}
    click.echo(
        f"{scorecard.quarter}: {counts[AGREES]} of {len(found)} judgements agree with the published ones, "
        f"{counts[DISAGREES]} disagree and {counts[NOT_COMPARED]} cannot be compared."
        if scorecard.has_published
        else f"{scorecard.quarter}: no ratings were published, so there is nothing to compare with."
    )
    different = found[found["outcome"] == DISAGREES]
    rows = []
    for row in different.itertuples(index=False):
        why = explain(scorecard, row.indicator_id, row.judgement, row.published)
        called = scorecard.rows.loc[row.indicator_id, "short_name"]
        rows.append([called, row.judgement, row.by_rule, row.published, why.rule, why.figures, why.cause])
    if rows:
        head = ["Indicator", "Judgement", "By rule", "Published", "The rule", "The figures", "Likely cause"]
        print_table("Judgements that disagree", head, rows)


def _print_evidence(scorecard: Scorecard, known: Basket) -> None:
    """Print the other checks that were made, and each that failed."""
    from quarterly.measures.audit import audit

    head = ["Check", "Agree", "Do not agree", "Cannot be checked", "Why it cannot be checked"]
    checks = audit(scorecard, known)
    rows = [
        [check.name, str(check.agree), str(check.disagree), str(check.unknown), check.unknown_because]
        for check in checks
    ]
    print_table("Results of the checks", head, rows)
    for check in checks:
        for failure in check.failures:
            click.echo(f"  {failure}")


def _print_suppressed(opened: Publishable, *, public: bool) -> None:
    """Print which figures are withheld and why, for the people who make the report; or only how many."""
    from quarterly.core.terms import count_of
    from quarterly.core.written import format_value
    from quarterly.disclosure import unchecked, unchecked_words

    click.echo(opened.rule.words)
    if opened.rule.off:
        return
    lead = f"{count_of(len(opened.withheld), 'figure is', 'figures are')} suppressed."
    names = opened.basket.indicators.set_index("indicator_id")["name"]
    rows = []
    for figure, other in opened.withheld.items():
        why = f"would give away {names[other.indicator]}, {other.quarter}" if other else "about too few cases"
        why += "; it can still be worked out" if figure in opened.exposed else ""
        value = format_value(figure.value, figure.unit, figure.decimals)
        rows.append([names[figure.indicator], figure.quarter, value, why])
    if public or not rows:
        click.echo(lead)
    else:
        lead += " They are listed here: keep the list confidential, and use --public if others can read the output."
        print_table(lead, ["Indicator", "Quarter", "Figure", "Why"], rows)
    unknown = unchecked(opened.basket)
    if len(unknown):
        click.echo(f"{unchecked_words(opened.basket)} Add their numerators and denominators to data/observations.csv:")
        click.echo(f"  {', '.join(unknown['indicator_id'])}")


def _print_suggested(root: Path, opened: Publishable) -> None:
    """Print the relations that the figures suggest: without them a suppressed figure may be worked out."""
    from quarterly.disclosure import relations_to_declare

    found = [] if opened.rule.off else relations_to_declare(root)
    if found:
        rows = [[relation.indicator, relation.relation, relation.of, str(relation.quarters)] for relation in found]
        title = (
            "These figures seem to be about the same cases. If they are, add the rows to data/relations.csv: "
            "otherwise suppressed figures can be worked out from them."
        )
        print_table(title, ["indicator_id", "relation", "of", "Quarters that agree"], rows)


def _print_commentary(quarter: Quarter, findings: Sequence[Finding] | None, status: Status, *, public: bool) -> None:
    from quarterly.commentary.finding import Level

    if findings is None:
        click.echo(f"There is no edition of {quarter} yet, so no commentary to check. Run it: quarterly run {quarter}.")
        return
    shown = [finding for finding in findings if not (public and finding.confidential)]
    print_findings(f"The commentary has {counted(shown)}; it is {status.words}.", shown, only_places=public)
    failed = [finding for finding in findings if finding.level is Level.ERROR]
    if public and any(finding.confidential for finding in failed):
        click.echo("The commentary gives suppressed figures away. `quarterly check` without --public shows where.")
    if failed:
        sys.exit(1)


@click.command()
@QUARTER
@click.option("--letters", is_flag=True, help="Write a message to each officer, with the Word form to send with it.")
@FOLDER
@with_plain_errors
def status(quarter: str | None, *, letters: bool, folder: Path | None) -> None:
    r"""Show how far an edition has got: what is written, missing, out of date or queried, and who signs.

    The columns written_by and signed_by of data/areas.csv name the roles that write and sign.

    \b
    Examples:
      quarterly status
      quarterly status --letters --to outbox
    """
    from quarterly.commentary.progress import edition_progress, progress_table

    root = project_root()
    chosen = chosen_quarter(root, quarter)
    areas = edition_progress(root, chosen)
    signed = sum(area.status.signed for area in areas)
    print_table(f"{chosen}: {signed} of {len(areas)} service areas are signed off.", *progress_table(areas))
    if letters:
        from quarterly.outputs.forms.letters import write_letters

        print_paths(write_letters(root, chosen, areas, folder or root / "commentary"))
