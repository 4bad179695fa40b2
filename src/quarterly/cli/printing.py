"""The commands that print figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from quarterly.cli.shared import AREAS, FORMAT, QUARTER, chosen_quarter, print_table, project_root, with_plain_errors

if TYPE_CHECKING:
    import pandas as pd

    from quarterly.data.load import Basket
    from quarterly.measures.rules import Fit


@click.command()
@click.argument("quarter")
@AREAS
@FORMAT
@with_plain_errors
def scorecard(quarter: str, areas: tuple[str, ...], form: str) -> None:
    r"""Print the scorecard of a quarter: one row per indicator, as a table or for other programs.

    With --format csv or json a missing value is blank, with the reason in the column note; in a table it is written as
    on the site, with a key to the symbols below.

    \b
    Examples:
      quarterly scorecard 2023-24-Q3 --area workforce
      quarterly scorecard 2023-24-Q3 --format csv > scorecard.csv
    """
    from quarterly.core.quarters import Quarter
    from quarterly.display.tables import kpi_key, kpi_rows
    from quarterly.measures.scorecard import build_scorecard

    basket = _basket_with(areas)
    whole = build_scorecard(basket, Quarter.parse(quarter))
    found = whole.only([str(name) for name, row in whole.rows.iterrows() if not areas or row["area_id"] in areas])
    if form != "table":
        _print_rows(found.export(), form)
    else:
        kpis, quarters = kpi_rows(found), [shown.short_label for shown in found.quarters]
        rows = [[kpi.short_name, kpi.unit, kpi.polarity, *(cell.text for cell in kpi.cells)] for kpi in kpis]
        head = ["Indicator", "Unit", "Polarity", *quarters, "Target", "RAG", "Direction of travel"]
        print_table(f"Scorecard {quarter}", [*head, *found.comparators.values()], rows)
        click.echo(kpi_key(cell for kpi in kpis for cell in kpi.cells))


@click.command()
@click.argument("before", metavar="QUARTER_BEFORE")
@click.argument("after", metavar="QUARTER_AFTER")
@AREAS
@FORMAT
@with_plain_errors
def compare(before: str, after: str, areas: tuple[str, ...], form: str) -> None:
    r"""Show what changed from one quarter to another.

    Lists the ratings that changed, the figures that moved most, and the figures that only one has. A change is measured
    against the target, or against the earlier quarter's figure if there is no target to measure it by. The quarters may
    be given in either order: a change always goes from the first to the second, so swapping them reverses every sign.

    With --format csv or json there is one row per indicator, with the columns of both quarters.

    \b
    Examples:
      quarterly compare 2023-24-Q2 2023-24-Q3
      quarterly compare 2022-23-Q4 2023-24-Q3 --area workforce
      quarterly compare 2023-24-Q2 2023-24-Q3 --format csv > changes.csv
    """
    from quarterly.core.quarters import Quarter
    from quarterly.display.comparison import comparison_lead, comparison_rows
    from quarterly.measures.compare import compare as compare_scorecards
    from quarterly.measures.scorecard import build_scorecard
    from quarterly.outputs.workbook.opendata import changes_table

    basket = _basket_with(areas)
    first, second = Quarter.parse(before), Quarter.parse(after)
    revised = basket.as_revised_at(basket.require_quarter(max(first, second)))
    changes = compare_scorecards(build_scorecard(revised, first), build_scorecard(revised, second))
    changes = changes[changes["area_id"].isin(areas)] if areas else changes
    if form != "table":
        _print_rows(changes_table(changes, first, second), form)
    else:
        click.echo(comparison_lead(changes, first, second) + "\n")
        for part in comparison_rows(changes, first, second):
            if part.rows:
                print_table(part.title, part.head, part.rows)
            else:
                click.echo(part.nothing + "\n")


@click.command()
@QUARTER
@AREAS
@click.option("--rule", "chosen", metavar="ID", multiple=True, help="Only this rule. May be given more than once.")
@click.option("--fit", is_flag=True, help="Show which rule best explains what was published, over all quarters.")
@FORMAT
@with_plain_errors
def rules(quarter: str | None, areas: tuple[str, ...], chosen: tuple[str, ...], form: str, *, fit: bool) -> None:
    r"""Show what each rating would be under other rules, side by side.

    The rules are those in data/rules.csv and some that other councils use. Each is applied to every indicator, with the
    figures and targets as they are. Results that differ from the indicator's own rule are marked with a star and
    counted. Nothing is changed: to adopt a rule, add it to data/rules.csv.

    With --format csv or json there is one row per indicator and rule, the indicator's own rule first.

    \b
    Examples:
      quarterly rules
      quarterly rules 2023-24-Q3 --area workforce --rule five-points --rule no-amber
      quarterly rules 2023-24-Q3 --format csv > rules.csv
      quarterly rules --fit
    """
    import pandas as pd

    from quarterly.data.load import load_common_rules
    from quarterly.measures.rules import OWN, choose_rules, fit_rules, under_rules

    basket = _basket_with(areas)
    available = pd.concat([basket.rules, load_common_rules()], ignore_index=True).drop_duplicates("rule_id")
    wanted = choose_rules(available, list(chosen))
    if fit:
        _print_fit(fit_rules(basket, wanted), "ratings", "Amber within")
        _print_fit(fit_rules(basket, wanted, "dot"), "directions of travel", "Compared with")
        return
    when = chosen_quarter(project_root(), quarter)
    found = under_rules(basket, when, wanted)
    found = found[found["area_id"].isin(areas)] if areas else found
    if form != "table":
        _print_rows(found, form)
    else:
        _print_side_by_side(found, [OWN, *wanted["rule_id"]], str(when))


def _basket_with(areas: tuple[str, ...]) -> Basket:
    """Open the project's basket, and refuse an area that it does not have."""
    from quarterly.disclosure import open_basket

    basket = open_basket(project_root()).basket
    for area in areas:
        basket.require_area(area)
    return basket


def _print_rows(table: pd.DataFrame, form: str) -> None:
    """Print a table for other programs, as CSV or JSON."""
    from quarterly.outputs.workbook.opendata import csv_text

    if form == "csv":
        click.echo(csv_text(table), nl=False)
    else:
        click.echo(table.to_json(orient="records", indent=2, force_ascii=False))


def _print_fit(found: Fit, judged: str, varied: str) -> None:
    if found.rules.empty:
        click.echo(f"There is nothing to explain: data/published_ratings.csv has no {judged} for these figures.")
        return
    rows = [[row.rule, row.words, f"{row.agrees} of {row.compared}"] for row in found.rules.itertuples(index=False)]
    print_table(f"Rules by the published {judged} that they agree with", ["Rule", varied, "Agrees with"], rows)
    left = [list(map(str, row)) for row in found.unexplained.drop(columns="indicator_id").itertuples(index=False)]
    if left:
        head = ["Indicator", "Quarter", "Published", "By the rules"]
        print_table(f"Published {judged} that no rule explains", head, left)


def _print_side_by_side(found: pd.DataFrame, names: list[str], quarter: str) -> None:
    from quarterly.core.written import judgement_cell, rating_cell

    records = found.to_dict("records")
    ratings = [rating_cell(row).full for row in records]
    directions = [judgement_cell(row["dot"]).full for row in records]
    for judged, title, texts in (("rag", "Ratings", ratings), ("dot", "Directions of travel", directions)):
        changed = found[f"{judged}_changed"].map({True: " *", False: ""})
        cells = found.assign(cell=texts + changed)
        table = cells.pivot(index="indicator_id", columns="rule", values="cell")[names]
        shown = found.drop_duplicates("indicator_id").set_index("indicator_id")["short_name"]
        rows = [[name, *table.loc[indicator]] for indicator, name in shown.items()]
        number = found.groupby("rule")[f"{judged}_changed"].sum()
        rows.append(["Changes", *(str(number[name]) for name in names)])
        print_table(f"{title} of {quarter} under other rules", ["Indicator", *names], rows)
