"""Quarto renders the pages that a change affects, or the whole site if that is unknown or quicker."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterly.outputs.website.quarto import pages_to_render

PAGES = {
    "index.qmd": "{{< include _parts/latest.md >}}",
    "archive.qmd": "---\ntitle: Editions\nlisting:\n  contents: reports/*/index.ipynb\n---\n",
    "methods.qmd": "See `data/rules.csv`.",
    "notes.qmd": "[Methods](methods.qmd) {{< embed reports/2023-24-Q3/workforce.ipynb#chart >}}",
    "reports/2023-24-Q3/index.ipynb": "{}",
    "reports/2023-24-Q3/workforce.ipynb": '{"cells": ["![](vacancies.png)"]}',
} | {f"indicators/{number}.qmd": "" for number in range(30)}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project of 36 pages with its site."""
    root = tmp_path_factory.mktemp("rendered")
    for name, text in PAGES.items():
        for path, said in ((root / name, text), ((root / "_site" / name).with_suffix(".html"), "")):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(said, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("changed", "pages"),
    [
        ([], []),
        (["methods.qmd"], ["archive.qmd", "methods.qmd"]),
        (["_parts/latest.md"], ["index.qmd"]),
        (["reports/2023-24-Q3/workforce.ipynb"], ["archive.qmd", "notes.qmd", "reports/2023-24-Q3/workforce.ipynb"]),
        (["data/rules.csv", "downloads/2023-24-Q3/summary.pdf", "reports/signed.yml"], ["methods.qmd"]),
        (["data/observations.csv"], []),
        (["reports/2023-24-Q3/vacancies.png"], ["reports/2023-24-Q3/workforce.ipynb"]),
        (["_quarto.yml"], None),
        (["_parts/editions.yml"], None),
        (["theme/report.css", "methods.qmd"], None),
        (["docs/new.qmd"], None),
        (["version of Quarto"], None),
        ([f"indicators/{number}.qmd" for number in range(6)], None),
    ],
)
def test_the_pages_rendered_after_a_change(rendered: Path, changed: list[str], pages: list[str] | None) -> None:
    assert pages_to_render(rendered, changed) == pages
