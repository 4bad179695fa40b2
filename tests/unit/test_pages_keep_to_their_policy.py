"""Inline styles and handlers of renderers become classes or are removed before a page is served under its policy."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from quarterly.outputs.website.pages.markup import start_tags, written
from quarterly.outputs.website.pages.policy import Policy
from quarterly.outputs.website.pages.policy import without_inline_styles as change

HANDLER = "if (window.quartoToggleHeadroom) { window.quartoToggleHeadroom(); }"


NO_STYLE = '<template id="quarto-target-style"></template>'


def without_inline_styles(page: str) -> str:
    tags = start_tags(page)
    change(tags)
    return written(page, tags)


def rules_of(page: str) -> dict[str, str]:
    policy = Policy()
    policy.allow(page, start_tags(page))
    return dict(rule.split(" ", 1) for rule in str(policy).split("; "))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<td style="text-align: right;">1</td>', '<td class="align-right">1</td>'),
        ('<td style="text-align:right">1</td>', '<td class="align-right">1</td>'),
        ("<td style='text-align: center'>1</td>", '<td class="align-center">1</td>'),
        ('<th scope="col" style="text-align: left;">1</th>', '<th scope="col">1</th>'),
        ('<td class="a b" style="text-align: end">1</td>', '<td class="a b align-end">1</td>'),
    ],
)
def test_cells_are_aligned_by_classes(cell: str, expected: str) -> None:
    assert without_inline_styles(cell) == expected


def test_widths_of_columns_are_removed_and_the_rest_of_the_page_stays() -> None:
    page = '<table style="width:100%;"><col style="width: 16%"><tr><td >a & b</td></tr></table><P STYLE=x>&amp;<b/>'
    assert without_inline_styles(page) == "<table><col><tr><td >a & b</td></tr></table><P STYLE=x>&amp;<b/>"


def test_classes_of_alignment_are_in_the_style_sheet() -> None:
    sheet = (ROOT / "theme" / "report.css").read_text(encoding="utf-8")
    assert all(f".align-{name}" in sheet for name in ("center", "right", "end"))


def test_quartos_script_finds_an_element_for_its_style_once() -> None:
    page = '<head><script src="../site_libs/quarto-nav/quarto-nav.js"></script></head>'
    done = without_inline_styles(page)
    assert done == page.replace("<script", f"{NO_STYLE}<script")
    assert without_inline_styles(done) == done
    assert without_inline_styles("<head></head>") == "<head></head>"


def test_handlers_of_the_renderer_are_allowed_by_digest_and_those_in_text_are_not() -> None:
    def page(main: str) -> str:
        return f'<body><button onclick="{HANDLER}"></button>{main}</body>'

    alone = rules_of(page(""))
    assert alone["script-src-attr"].startswith("'unsafe-hashes' 'sha256-")
    assert alone["script-src"] == "'self'"
    words = '<main><p onclick="evil()" style="x">a</p><script>evil()</script><style>a{}</style>'
    assert rules_of(page(f"{words}</main>")) == alone
    assert rules_of(page(f"{words}</main><script>evil()</script></main>")) == alone


def test_an_unclosed_main_part_allows_nothing_after_it() -> None:
    assert "sha256" not in str(rules_of("<main><script>evil()</script>"))


def test_only_changed_tags_are_rewritten() -> None:
    page = "<!DOCTYPE html>\n<svg id='0'><PATH d=x /></svg>\n<script>if (a < b) '<p>'</script><p\nid = a>é &lt;</p>"
    tags = start_tags(page)
    assert [tag.name for tag in tags] == ["svg", "path", "script", "p"]
    assert tags[2].text == "if (a < b) '<p>'"
    assert written(page, tags) == page
    tags[-1].attributes["title"] = '"x" & <y>'
    again = BeautifulSoup(written(page, tags), "html.parser").select("p")
    assert again[0].attrs == {"id": "a", "title": '"x" & <y>'}
    assert written(page, tags).startswith(page[: tags[-1].start])
