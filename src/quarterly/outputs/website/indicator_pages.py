"""The indicator pages, written from the scorecard of the newest edition for either renderer."""

from __future__ import annotations

import re
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from quarterly.data.load import Basket
from quarterly.data.settings import front_matter_text
from quarterly.display.benchmark import among_chart
from quarterly.display.findings import finding
from quarterly.display.html import Html
from quarterly.display.indicator_page import indicator_page
from quarterly.display.spc import xmr_chart
from quarterly.display.tables import KpiRow, kpi_rows
from quarterly.measures.benchmark import benchmarks_for
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.spc import vary
from quarterly.storage.atomic import replace_files

NOTICE = "<!-- Written by `quarterly`: change data/ or the editions instead. -->"


def raw(part: Html) -> str:
    """Write HTML as a block that both renderers publish unchanged."""
    return f"```{{=html}}\n{part.html}\n```"


def computable(root: Path) -> set[str]:
    """Return the ids of indicators that `docs/definitions.qmd` defines on records, whether or not they are in use."""
    page = root / "docs" / "definitions.qmd"
    return set(re.findall(r"\{#([a-z0-9-]+)\}", page.read_text(encoding="utf-8"))) if page.exists() else set()


def indicator_pages(scorecard: Scorecard, basket: Basket, defined: Collection[str] = ()) -> dict[str, str]:
    """Return the text of each indicator's page, by file name.

    Parameters
    ----------
    scorecard : Scorecard
        The scorecard of all areas, for the newest quarter that has an edition.
    basket : Basket
        The basket, with other authorities' figures as known at that quarter.
    defined : collection of str
        The indicators from `computable`.
    """
    areas = basket.areas
    definitions = basket.definitions.set_index("indicator_id").to_dict("index")
    varied, benchmarks = vary(scorecard), benchmarks_for(basket, scorecard.rows.index)
    names = dict(zip(areas["area_id"], areas["short_name"], strict=True))
    kpis = kpi_rows(scorecard)

    def page(before: KpiRow | None, kpi: KpiRow, after: KpiRow | None) -> str:
        row = scorecard.rows.loc[kpi.id]
        area = {
            "id": row["area_id"],
            "name": names[row["area_id"]],
            "href": f"../reports/{scorecard.quarter}/{row['area_id']}.html",
        }
        alike = (scorecard.rows["short_name"] == kpi.short_name).sum() > 1
        settings = {
            "title": f"{kpi.short_name} ({area['name']})" if alike else kpi.short_name,
            "description": f"{kpi.short_name}, {scorecard.quarter.label}: {finding(row)}.",
        }
        front = "\n".join(f"{name}: {front_matter_text(text)}" for name, text in settings.items())
        others = among_chart(row, benchmarks[kpi.id]) if kpi.id in benchmarks else None
        definition, variation = definitions.get(kpi.id), varied.get(kpi.id)
        control = xmr_chart(row, variation) if variation and variation.limits else None
        could = kpi.id in defined
        body = raw(indicator_page(scorecard, kpi, area, before, after, others, definition, control, computable=could))
        return f"---\n{front}\ntoc: false\npage-layout: full\n---\n\n{NOTICE}\n\n{body}\n"

    # While one page's chart is drawn in another process, the next page is written.
    with ThreadPoolExecutor(2) as pool:
        pages = pool.map(page, [None, *kpis], kpis, [*kpis[1:], None])
        return {f"{kpi.id}.qmd": text for kpi, text in zip(kpis, pages, strict=True)}


def place_pages(folder: Path, pages: dict[str, str]) -> None:
    """Write the pages and delete those of removed indicators, leaving files that were not generated here."""
    replace_files({folder / name: page for name, page in pages.items()})
    for path in folder.glob("*.qmd"):
        if path.name not in pages and NOTICE in path.read_text(encoding="utf-8"):
            path.unlink()
