"""The lean style sheets leave out only what no page uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterly.outputs.website.pages import lighten


@pytest.mark.parametrize(
    ("css", "lean"),
    [
        (".a{color:red}.b{top:0}", ".a{color:red}"),
        (".a,.b,p{top:0}", ".a,p{top:0}"),
        (".a .b{top:0}.a>.a{top:1px}", ".a>.a{top:1px}"),
        (".a:not(.b){top:0}", ".a:not(.b){top:0}"),
        ('p:is([x="1"], [y="2"]).a,.b{top:0}', 'p:is([x="1"], [y="2"]).a{top:0}'),
        ("@media print{.b{top:0}}@media print{.a{top:0}.b{top:0}}", "@media print{.a{top:0}}"),
        ('@charset "utf-8";@font-face{src:url(x;y.woff)}.b{top:0}', '@charset "utf-8";@font-face{src:url(x;y.woff)}'),
        ('.a{background:url("data:image/svg+xml,{};}")}.b{top:0}', '.a{background:url("data:image/svg+xml,{};}")}'),
        ("@keyframes b{from{top:0}to{top:1px}}", "@keyframes b{from{top:0}to{top:1px}}"),
        (".w-1\\.5{top:0}.a{top:0}", ".a{top:0}"),
        ("#b,b,[b]{top:0}", "#b,b,[b]{top:0}"),
    ],
)
def test_only_rules_for_unknown_classes_are_removed(css: str, lean: str) -> None:
    assert lighten.prune(css, {"a"}) == lean


classes = st.sets(st.sampled_from("abcdef"), max_size=6)
selectors = st.lists(
    st.sampled_from([".a", ".b", "p", ".c:hover", ".d .e", "q:is(.f, .a)", "[x='a,b']", ".e::before"]), min_size=1
)
sheets = st.lists(selectors.map(lambda parts: f"{','.join(parts)}{{top:0}}"), max_size=6).map("".join)


@given(sheets, classes)
def test_pruning_is_idempotent_and_keeps_braces_balanced(sheet: str, known: set[str]) -> None:
    lean = lighten.prune(sheet, known)
    assert lighten.prune(lean, known) == lean
    assert lean.count("{") == lean.count("}")
    assert len(lean) <= len(sheet)


@given(sheets)
def test_a_sheet_whose_classes_are_all_known_is_unchanged(sheet: str) -> None:
    assert lighten.prune(sheet, set("abcdef")) == sheet


def site_with(tmp_path: Path, body: str) -> Path:
    """Make a small site as a renderer leaves it."""
    site = tmp_path / "_site"
    icons = site / "site_libs" / "icons"
    icons.mkdir(parents=True)
    (site / "theme").mkdir()
    (site / "theme" / "report.css").write_text(".bi-search{--icon:url()}", encoding="utf-8")
    (site / "site_libs" / "big.css").write_text(".used{top:0}" + ".idle{top:0}" * 50, encoding="utf-8")
    (icons / "bootstrap-icons.css").write_text("@font-face{src:url(fonts/icons.woff2)}", encoding="utf-8")
    links = "".join(
        f'<link href="site_libs/{name}" rel="stylesheet">\n' for name in ("big.css", "icons/bootstrap-icons.css")
    )
    page = f"<html><head>{links}</head><body>{body}</body></html>"
    (site / "index.html").write_text(page, encoding="utf-8")
    return site


def lightened(site: Path) -> str:
    """Return the page of a small site as it is published."""
    pages = {"index.html": (site / "index.html").read_text(encoding="utf-8")}
    return lighten.lighten_pages(site, pages, site / "theme" / "report.css")["index.html"]


def test_pages_use_the_lean_copy_and_the_original_sheet_is_unchanged(tmp_path: Path) -> None:
    site = site_with(tmp_path, '<p class="used">')
    before = (site / "site_libs" / "big.css").read_bytes()
    page = lightened(site)
    assert 'href="site_libs/big.lean.css"' in page
    assert (site / "site_libs" / "big.lean.css").read_text(encoding="utf-8") == ".used{top:0}"
    assert (site / "site_libs" / "big.css").read_bytes() == before
    (site / "index.html").write_text(page, encoding="utf-8")
    assert lightened(site) == page


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ('<i class="bi bi-search"></i>', False),
        ('<i class="bi bi-trash"></i>', True),
        ('<div class="callout">', True),
    ],
)
def test_the_icon_font_is_removed_if_every_icon_is_drawn_without_it(tmp_path: Path, body: str, *, kept: bool) -> None:
    site = site_with(tmp_path, body)
    assert ("bootstrap-icons" in lightened(site)) == kept


@pytest.mark.parametrize(
    ("body", "kept"), [("<p>Plain.</p>", False), ('<a class="footnote-ref" href="#1">1</a>', True)]
)
def test_scripts_for_hover_notes_are_removed_if_there_are_none(tmp_path: Path, body: str, *, kept: bool) -> None:
    site = site_with(tmp_path, body)
    scripts = '<script src="site_libs/q/popper.min.js"></script>\n<script src="site_libs/q/tippy.umd.min.js"></script>'
    page = site / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("<body>", f"{scripts}<body>"), encoding="utf-8")
    assert ("tippy" in lightened(site)) == kept
    assert ("popper" in lightened(site)) == kept
