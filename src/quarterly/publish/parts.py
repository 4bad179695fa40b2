"""The computed parts of the site's standing pages, which include them: both renderers can, and neither runs code."""

from __future__ import annotations

from pathlib import Path

from quarterly.display.findings import headline
from quarterly.display.html import Html, data_table
from quarterly.display.tables import rag_by_area
from quarterly.figures.project import editions
from quarterly.figures.sources import Basket, load_basket
from quarterly.judgement.counts import rag_counts, rag_sentence
from quarterly.judgement.rules import rule_words
from quarterly.judgement.scorecard import build_scorecard
from quarterly.publish.files import replace_files
from quarterly.publish.theme import place_theme
from quarterly.words.quarters import Quarter
from quarterly.words.terms import MISSING_REASONS

_NOTICE = "<!-- Written by `quarterly`: change data/ or the editions instead. -->"


def write_parts(root: Path) -> None:
    """Write the parts that `index.qmd`, `methods.qmd` and `glossary.qmd` include, into ``_parts/``, and the theme.

    Raises
    ------
    DataFaults
        The data has faults; nothing was written.
    """
    basket = load_basket(root / "data")
    parts = {
        "latest": _latest(basket, editions(root)),
        "rules": _rules(basket),
        "comparators": _comparators(basket),
        "glossary": _glossary(basket),
        "symbols": _symbols(),
    }
    replace_files({root / "_parts" / f"{name}.md": f"{_NOTICE}\n\n{text}\n" for name, text in parts.items()})
    place_theme(root)


def _raw(part: Html) -> str:
    return f"```{{=html}}\n{part.html}\n```"


def _latest(basket: Basket, quarters: list[Quarter]) -> str:
    if not quarters:
        return "No edition has been made yet. Make one with `quarterly run`."
    quarter = quarters[-1]
    scorecard = build_scorecard(basket, quarter)
    folder = f"reports/{quarter}"
    first = headline(
        scorecard, f"{quarter.label}, {quarter.months}", f"{folder}/{{area}}.html#indicator-{{id}}", most=3
    )
    areas = rag_by_area(scorecard, basket.areas, f"Service areas, {quarter.label}", f"{folder}/{{area}}.html")
    summary = f"[Read the summary of {quarter.label}]({folder}/index.ipynb)"
    link = f"{summary} or check its [data quality]({folder}/data-quality.ipynb)."
    return "\n\n".join([_raw(first), "## Service areas", _raw(areas), link + _before(basket, quarter)])


def _before(basket: Basket, quarter: Quarter) -> str:
    before = quarter.previous()
    if before not in basket.quarters:
        return ""
    rows = build_scorecard(basket, before).rows
    return f" By the same rules {before.label} had {rag_sentence(rag_counts(rows))}." if rows["rag"].any() else ""


def _rules(basket: Basket) -> str:
    used = basket.indicators["rule"].replace("", "standard").value_counts()
    # A table for each rule: side by side they are wider than a page.
    tables = []
    for _, rule in basket.rules.iterrows():
        said = [[what, words] for what, words in rule_words(rule).items()]
        said += [
            ["Indicators that it rates", str(used.get(rule["rule_id"], 0))],
            ["Where it comes from", rule["source"]],
        ]
        tables.append(data_table(f"Rule of rating: {rule['rule_id']}", ["What it is about", "What it says"], said))
    return "\n\n".join(map(_raw, tables))


def _comparators(basket: Basket) -> str:
    if basket.comparator_names.empty:
        return "The figures of this report are not compared with those of others."
    rows = [[row.label, row.meaning] for row in basket.comparator_names.itertuples(index=False)]
    return _raw(data_table("Whom the figures are compared with", ["Comparator", "Who or what it is"], rows))


def _symbols() -> str:
    rows = [[symbol, meaning] for symbol, meaning in MISSING_REASONS.items()]
    return _raw(data_table("Symbols for missing figures", ["Symbol", "Meaning"], rows))


def _glossary(basket: Basket) -> str:
    if basket.glossary.empty:
        return "No terms are explained yet: they go into `data/glossary.csv`."
    rows = [[row.term, row.meaning] for row in basket.glossary.itertuples(index=False)]
    return _raw(data_table("Terms and what they mean", ["Term", "Meaning"], rows))
