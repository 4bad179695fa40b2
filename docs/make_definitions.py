"""Write ``docs/definitions.qmd``, which describes the indicators computed from records, from their definitions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from quarterly.data.load import load_basket
from quarterly.records.define import Form, Measure, measures

HERE = Path(__file__).parent
PAGE = HERE / "definitions.qmd"
_HEAD = """---
title: Definitions on records
subtitle: What each indicator counts when it is computed from the case system's records
---

<!-- Written by docs/make_definitions.py from src/quarterly/records/measures/: change those instead. -->

{some} of the {all} indicators can be computed from records, in the layout of the Standard Safeguarding Dataset. A
council that does so has these definitions on its indicator pages. **The figures of the worked example were not
computed in this way**: the council published them, and its report gives no definitions beyond the names. So a figure
from records may differ from a published one.

Each definition is tested with stories of single children and with a simulated council whose true counts are known.
[Figures from records](records.qmd) explains how to use them, and which limits a council can set for itself.
"""


def page() -> str:
    """Return the page: the definitions by service area, and the indicators without one."""
    basket, known = load_basket(HERE.parent / "data"), measures()
    rows = basket.indicators[basket.indicators["indicator_id"].isin(known)]
    parts = [_HEAD.format(some=len(rows), all=len(basket.indicators))]
    for area in basket.areas.itertuples():
        parts.append(f"## {area.name}\n")
        own = rows[rows["area_id"] == area.area_id]
        parts += [_section(row, known[row["indicator_id"]]) for _, row in own.iterrows()]
    others = basket.indicators[~basket.indicators["indicator_id"].isin(known)]
    parts.append("## Not from records\n\nNo return holds what these need:\n")
    parts.append("".join(f"- {name}\n" for name in others["short_name"]))
    return "\n".join(parts)


def _section(row: pd.Series, measure: Measure) -> str:
    said = "\n".join(f"- **{name}**: {text[:1].upper()}{text[1:]}" for name, text in _said(measure) if text)
    return f"### {row['short_name']} {{#{measure.indicator_id}}}\n\n{row['name']}.\n\n{said}\n"


def _said(measure: Measure) -> Iterator[tuple[str, str]]:
    values = measure.values
    counts, numerator = (text.format(**values) for text in (measure.counts, measure.numerator))
    if measure.form in (Form.SHARE, Form.MEAN):
        yield "Denominator", counts
        yield "Numerator", numerator
    else:
        yield "Counted" if measure.form is Form.COUNT else "Numerator", counts
        yield "Denominator", "the population aged 0 to 17, in 10,000s" if measure.form is Form.RATE else ""
    yield "Period basis", measure.basis
    yield "Limits and choices", measure.reasons()
    yield "Source of the definition", measure.source
    yield "Official counterpart", measure.official
    yield "An approximation", measure.proxy


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
