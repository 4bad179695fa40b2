"""The page of a figure computed from records shows how, and data quality counts the doubtful records."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from conftest import EXAMPLE, ROOT

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket, load_basket
from quarterly.disclosure.rule import DisclosureRule
from quarterly.display.report import Report
from quarterly.measures.scorecard import build_scorecard
from quarterly.outputs.website.indicator_pages import computable, indicator_pages
from quarterly.records.define import measures
from quarterly.records.intake import definitions

QUARTER = Quarter(2023, 3)


@pytest.fixture(scope="module")
def basket() -> Basket:
    plain = load_basket(EXAMPLE / "data")
    ids = ["single-assessments-45-days", "mash-enquiries"]
    rows = [
        (str(QUARTER), "ssd_cin_assessments", "cina_assessment_id", "duplicate", float("nan")),  # few
        (str(QUARTER), "ssd_contacts", "cont_contact_source_desc", "not mapped", 1204),
        (str(QUARTER.previous()), "ssd_person", "pers_person_id", "duplicate", 77),
    ]
    checks = pd.DataFrame(rows, columns=["quarter", "records", "column", "kind", "rows"])
    known = measures()
    known[ids[0]] = replace(known[ids[0]], chosen={"limit": 50})
    said = definitions(known, plain.indicators[plain.indicators["indicator_id"].isin(ids)])
    return replace(plain, definitions=said, record_checks=checks)


@pytest.fixture(scope="module")
def pages(basket: Basket) -> dict[str, str]:
    return indicator_pages(build_scorecard(basket, QUARTER), basket)


def test_a_definition_is_on_the_page_with_the_councils_settings(pages: dict[str, str]) -> None:
    page = pages["single-assessments-45-days.qmd"]
    assert "counts those authorised within 50 working days of the start of the assessment." in page
    assert "The council chose 50, in place of 45. Working Together: an assessment takes no longer than" in page
    assert "Official counterpart" in page
    assert "gives no further definition" not in page


def test_a_proxy_is_stated(pages: dict[str, str]) -> None:
    assert "<strong>An approximation:</strong>" in pages["mash-enquiries.qmd"]
    assert "<strong>An approximation:</strong>" not in pages["single-assessments-45-days.qmd"]


def test_an_indicator_from_elsewhere_says_that_it_has_no_definition(pages: dict[str, str]) -> None:
    assert "gives no further definition" in pages["case-supervisions-in-time.qmd"]


def test_an_indicator_that_could_be_computed_links_to_its_definition_and_says_that_it_was_not(basket: Basket) -> None:
    plain = replace(basket, definitions=basket.definitions.iloc[:0])
    defined = computable(ROOT)
    assert defined == set(measures())
    pages = indicator_pages(build_scorecard(plain, QUARTER), plain, defined)
    linked = {name for name, page in pages.items() if "The figures here were not computed that way" in page}
    assert linked == {f"{name}.qmd" for name in defined}
    assert "../docs/definitions.html#agency-workers" in pages["agency-workers.qmd"]


def test_doubtful_records_are_counted_and_small_counts_withheld(basket: Basket) -> None:
    scorecard = build_scorecard(basket, QUARTER)
    shown = Report(basket, scorecard, "", scorecard, DisclosureRule(counts_under=5)).record_checks()
    assert shown is not None
    assert "1,204" in shown.text
    assert "Fewer than 5" in shown.text
    assert "77" not in shown.text
    assert " 3" not in shown.text
