"""What a page needs is found in the markup of either renderer, in whatever order it writes classes and attributes."""

from __future__ import annotations

import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "theme"))

from landmarks import mend_landmarks
from post_render import with_scripts


@pytest.mark.parametrize(
    "figure",
    [
        '<figure class="chart">',
        '<figure class="chart figure">',
        '<figure class="figure chart">',
        '<figure id="f" class="quarto-float chart wide" aria-label="x">',
        "<figure class='chart figure'>",
    ],
)
def test_a_page_with_a_chart_has_its_script(figure: str) -> None:
    page = f"<body><main>{figure}</figure></main></body>"
    assert '<script src="theme/charts.js" defer></script>' in with_scripts(page, "index.html")


@pytest.mark.parametrize("figure", ['<figure class="charts">', '<figure class="chart-data">', '<p class="chart">', ""])
def test_a_page_without_a_chart_has_none(figure: str) -> None:
    assert "charts.js" not in with_scripts(f"<body>{figure}</body>", "index.html")


@pytest.mark.parametrize(
    "button",
    [
        '<button class="navbar-toggler" type="button" role="menu" aria-expanded="false">',
        '<button role="menu" class="quarto-x navbar-toggler">',
    ],
)
def test_the_switch_of_the_menu_is_a_button(button: str) -> None:
    mended = mend_landmarks(f"<body>{button}</button></body>")
    assert "role=" not in mended
    assert "navbar-toggler" in mended
