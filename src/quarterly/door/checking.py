"""The command that checks a quarter."""

from __future__ import annotations

import click

from quarterly.door.shared import QUARTER, chosen_quarter, for_people, print_table, project_root


@click.command()
@QUARTER
@for_people
def check(quarter: str | None) -> None:
    """Check the figures, and compare every rating with the published one.

    Exit status 1 means that the data has faults. A disagreement with a published rating is not a fault: it is
    listed with its reason, and shown in the report.
    """
    from quarterly.figures.sources import load_basket
    from quarterly.judgement.reconcile import (
        AGREES,
        DISAGREES,
        NOT_COMPARED,
        children_behind_rates,
        counted_by_rates,
        reconcile,
    )
    from quarterly.judgement.scorecard import build_scorecard
    from quarterly.publish.paper.standing import load_standing
    from quarterly.publish.runner import prepare

    root = project_root()
    basket = load_basket(root / "data")
    chosen = chosen_quarter(root, quarter)
    prepare(root, chosen)
    load_standing(root)
    scorecard = build_scorecard(basket, chosen)
    click.echo(f"The data is sound: {len(basket.indicators)} indicators, {len(basket.observations)} observations.")
    found = reconcile(scorecard)
    counts = {outcome: int((found["outcome"] == outcome).sum()) for outcome in (AGREES, DISAGREES, NOT_COMPARED)}
    click.echo(
        f"{chosen}: {counts[AGREES]} of {len(found)} judgements agree with the published ones, "
        f"{counts[DISAGREES]} disagree and {counts[NOT_COMPARED]} cannot be compared."
        if (scorecard.rows["rag_published"] + scorecard.rows["dot_published"]).any()
        else f"{chosen}: no ratings were published, so there is nothing to compare with."
    )
    different = found[found["outcome"] == DISAGREES]
    if len(different):
        head = ["Indicator", "Judgement", "By rule", "Published", "Reason"]
        print_table(
            "Judgements that disagree",
            head,
            different[["name", "judgement", "by_rule", "published", "reason"]].to_numpy().tolist(),
        )
    rates = children_behind_rates(basket.as_known_at(chosen)).dropna(subset=["population"])
    broken = rates[rates["children"].isna()]
    noun = counted_by_rates(basket)
    if len(rates):
        click.echo(
            f"{len(rates) - len(broken)} of {len(rates)} rates with a known population give a whole number of {noun}."
        )
    for row in broken.itertuples(index=False):
        click.echo(
            f"  {row.indicator_id} {row.quarter}: no whole number of {noun} gives {row.value} "
            f"with a population of {row.population:.0f}."
        )
