"""Early help, known here as Family Wellbeing."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.records.define import Form, Parameter, measure
from quarterly.records.expressions import (
    children,
    counting,
    counting_matches,
    during,
    in_last,
    in_working_days,
    paired,
    with_number,
)
from quarterly.records.tables import Records


@measure(
    "family-wellbeing-assessments-45-days",
    counts="early help assessments completed in the quarter",
    numerator="those completed within {limit} working days of their start",
    case="assessment",
    parameters={
        "limit": Parameter(45, "It is the limit of a single assessment, which councils set for early help too.")
    },
    source="Ofsted's Annex A, list 2. The Standard Safeguarding Dataset has only episodes of early help.",
)
def assessments_in_time(r: Records, limit: int) -> Rows:
    return in_working_days(r, during(r, r.early_help_assessments, "completed"), "started", "completed", limit)


@measure(
    "family-wellbeing-transferred-up",
    counts="episodes of early help that ended in the last {days} days",
    numerator="those that ended in a step up to social care, going by the {test}",
    case="episode",
    history=3,
    parameters={
        "days": Parameter(84, "The name of the indicator says 12 weeks.", in_month=30),
        "test": Parameter(
            "reason",
            "The alternative is a referral of the child within 28 days of the end, which gives other results.",
            "referral",
        ),
    },
    source="No return counts it. The council's list of reasons says which are a step up.",
)
def transferred_up(r: Records, days: int, test: str) -> Rows:
    ended = in_last(r, r.early_help_episodes, "ended", days=days)
    if test == "reason":
        return counting(ended, r.means(ended.end_reason, "early_help_end_reason", "step_up"))
    return counting_matches(ended, followed_by(r, ended, r.referrals, "referred"), "episode")


@measure(
    "stepped-down-to-family-wellbeing",
    Form.COUNT,
    counts=(
        "children whose child in need plan ended in the quarter and who began early help on that day or in the "
        "{days} days after it"
    ),
    parameters={"days": Parameter(28, "Four weeks are for the first meeting with the family.")},
    source=(
        "No return counts it: a reason for closing a case (RC9) is given only after an assessment, not after a plan."
    ),
)
def stepped_down(r: Records, days: int) -> Rows:
    return children(r, followed_by(r, during(r, r.need_plans, "ended"), r.early_help_episodes, "started", days))


def followed_by(r: Records, ended: Rows, others: Rows, day: str, days: int = 28) -> Rows:
    """Return the rows whose child has one of ``others`` dated on the day they ended, or up to ``days`` days later."""
    before = with_number(r, ended, "ended", "day_number", "end_number")
    pairs = paired(before, with_number(r, others, day, "day_number", "number"), "person", "next_", "number")
    soon = pairs.filter(pairs.next_number >= pairs.end_number, pairs.next_number <= pairs.end_number + days)
    return soon.drop("next_number", "end_number")
