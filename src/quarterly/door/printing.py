"""The commands that print figures."""

from __future__ import annotations

import click

from quarterly.door.shared import AREAS, FORMAT, for_people, print_table, project_root


@click.command()
@click.argument("quarter")
@AREAS
@FORMAT
@for_people
def scorecard(quarter: str, areas: tuple[str, ...], form: str) -> None:
    r"""Print the scorecard of a quarter: one row per indicator, for people or for other programs.

    A missing value is blank, with the reason in the column note.

    \b
    Examples:
      quarterly scorecard 2023-24-Q3 --area workforce
      quarterly scorecard 2023-24-Q3 --format csv > scorecard.csv
    """
    from quarterly.figures.sources import load_basket
    from quarterly.judgement.scorecard import build_scorecard
    from quarterly.words.quarters import Quarter

    basket = load_basket(project_root() / "data")
    for area in areas:
        basket.require_area(area)
    export = build_scorecard(basket, Quarter.parse(quarter)).export()
    export = export[export["area"].isin(areas)] if areas else export
    if form == "csv":
        click.echo(export.to_csv(index=False, lineterminator="\n"), nl=False)
    elif form == "json":
        click.echo(export.to_json(orient="records", indent=2, force_ascii=False))
    else:
        shown = export.drop(columns=["area", "indicator_id", "note"]).astype(object).where(export.notna(), "")
        rows = [
            [f"{cell:,}" if isinstance(cell, int | float) else str(cell) for cell in row]
            for row in shown.to_numpy().tolist()
        ]
        print_table(f"Scorecard {quarter}", list(shown.columns), rows)


@click.command()
@click.argument("before", metavar="QUARTER_BEFORE")
@click.argument("after", metavar="QUARTER_AFTER")
@AREAS
@FORMAT
@for_people
def compare(before: str, after: str, areas: tuple[str, ...], form: str) -> None:
    r"""Say what changed from one quarter to another.

    Lists the ratings that changed, the figures that moved most, what is new or withdrawn, and what could be rated in
    only one of the two quarters. A change is measured against the target, or against the figure of the earlier
    quarter where there is no target to measure it by. The quarters may be given in either order: a change always
    goes from the first to the second, so turning them round turns every sign.

    With --format csv or json there is one row per indicator, with the columns of both quarters.

    \b
    Examples:
      quarterly compare 2023-24-Q2 2023-24-Q3
      quarterly compare 2022-23-Q4 2023-24-Q3 --area workforce
      quarterly compare 2023-24-Q2 2023-24-Q3 --format csv > changes.csv
    """
    from quarterly.display.comparison import comparison_lead, comparison_rows
    from quarterly.figures.sources import load_basket
    from quarterly.judgement.compare import compare as compare_scorecards
    from quarterly.judgement.scorecard import build_scorecard
    from quarterly.publish.workbook.opendata import changes_table, csv_text
    from quarterly.words.quarters import Quarter

    basket = load_basket(project_root() / "data")
    for area in areas:
        basket.require_area(area)
    first, second = Quarter.parse(before), Quarter.parse(after)
    changes = compare_scorecards(build_scorecard(basket, first), build_scorecard(basket, second))
    changes = changes[changes["area_id"].isin(areas)] if areas else changes
    if form == "csv":
        click.echo(csv_text(changes_table(changes, first, second)), nl=False)
    elif form == "json":
        click.echo(changes_table(changes, first, second).to_json(orient="records", indent=2, force_ascii=False))
    else:
        click.echo(comparison_lead(changes, first, second) + "\n")
        for part in comparison_rows(changes, first, second):
            if part.rows:
                print_table(part.title, part.head, part.rows)
            else:
                click.echo(part.nothing + "\n")
