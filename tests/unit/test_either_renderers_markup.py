"""Elements are found in the markup of either renderer, whatever the order of classes and attributes."""

from __future__ import annotations

import pytest

from quarterly.outputs.website.pages import finish as step
from quarterly.outputs.website.pages.policy import Policy


def finish(page: str, address: str) -> str:
    return step.finish(page, address, "theme", Policy())


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
    assert '<script src="theme/charts.js" defer></script>' in finish(page, "index.html")


@pytest.mark.parametrize("figure", ['<figure class="charts">', '<figure class="chart-data">', '<p class="chart">', ""])
def test_a_page_without_a_chart_has_none(figure: str) -> None:
    assert "charts.js" not in finish(f"<body>{figure}</body>", "index.html")


@pytest.mark.parametrize(
    "button",
    [
        '<button class="navbar-toggler" type="button" role="menu" aria-expanded="false">',
        '<button role="menu" class="quarto-x navbar-toggler">',
    ],
)
def test_the_menu_switch_is_a_button(button: str) -> None:
    finished = finish(f"<body>{button}</button></body>", "index.html")
    assert "role=" not in finished
    assert "navbar-toggler" in finished


@pytest.mark.parametrize(
    ("tag", "script"),
    [
        ('<div id="indicator-agency-workers">', "indicator.js"),
        ("<p data-indicator='x'>", "indicator.js"),
        ("<div data-filter>", "tables.js"),
        ("<table>", "regions.js"),
    ],
)
def test_a_page_has_only_the_scripts_that_it_uses(tag: str, script: str) -> None:
    page = f"<body>{tag}</body>"
    done = finish(page, "reports/2023-24-Q3/workforce.html")
    assert done == page.replace("</body>", f'<script src="../../theme/{script}" defer></script></body>')
    assert finish(done, "reports/2023-24-Q3/workforce.html") == done


def test_text_about_tags_is_not_taken_for_tags() -> None:
    page = "<body><p title='<figure class=\"chart\">'>&lt;td data-filter></p><!-- <nav id='indicator-x'> --></body>"
    assert finish(page, "index.html") == page


@pytest.mark.parametrize("head", ["<tr class='header'><th>A</th>", "<tr><th>A</th>"])
def test_columns_have_scopes_and_the_list_of_editions_a_caption(head: str) -> None:
    body = "<tbody><tr><th>B</th></tr></tbody>"
    done = finish(f"<table class='quarto-listing-table table'><thead>{head}</tr></thead>{body}</table>", "archive.html")
    assert '<caption class="visually-hidden">Editions</caption><thead>' in done
    assert '<th scope="col">A</th>' in done
    assert "<th>B</th>" in done
    assert finish(done, "archive.html") == done
