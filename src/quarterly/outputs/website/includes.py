"""Generated sources of the site: the parts that its standing pages include, and a page for each indicator.

Both renderers publish them unchanged, and neither runs code.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml

from quarterly.commentary.groups import PROGRESS
from quarterly.commentary.progress import edition_progress, progress_table
from quarterly.commentary.promises import edition_promises, in_brief
from quarterly.commentary.signoff import edition_status, published_versions
from quarterly.core.quarters import Quarter
from quarterly.core.terms import MISSING_REASONS
from quarterly.core.written import rating_cell, show
from quarterly.data.load import Basket
from quarterly.data.project import edition_folder, edition_notebooks, editions
from quarterly.disclosure import Publishable, open_basket, unchecked_words
from quarterly.display.attention import attention
from quarterly.display.findings import headline
from quarterly.display.html import data_table, render
from quarterly.display.tables import indicator_table, rag_by_area
from quarterly.measures.attention import NAMED, NOMINATED, Reason
from quarterly.measures.compare import BOTH, changed_ratings, compare, with_moves
from quarterly.measures.rules import rule_words
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.spc_limits import Rule
from quarterly.outputs.website.indicator_pages import NOTICE, computable, indicator_pages, place_pages, raw
from quarterly.outputs.website.theme import place_theme
from quarterly.storage.atomic import replace_files

_NO_EDITION = "No edition has been made yet. Make one with `quarterly run`."
#: The link from the standing pages to an indicator.
_LINK = "indicators/{id}.html"
_ATTENTION = """## Worth members' time this {}

[Selected by stated rules](methods.qmd#what-is-worth-members-time), not by hand."""
_RULES = {
    Reason.WORSENING: "Red, and moved the wrong way since the previous quarter by more than may be chance: the size of "
    "the move, as a proportion of the target.",
    Reason.NOT_NIL: "The target is 0, lower is better, and the figure is above 0: the figure.",
    Reason.FURTHEST: "Red: the distance from the target, as a proportion of it. Targets of 0 are in the rule above.",
    Reason.NEIGHBOURS: "Worse than the first comparator, such as neighbours: the difference, as a proportion of the "
    "comparator's figure.",
    Reason.MOVED: "Got better or worse since the previous quarter by more than may be chance: the size "
    "of the move, as a proportion of the target, or of the earlier figure if there is no target or it is 0.",
}
_CAUSES = {
    Rule.OUTSIDE: "a figure outside the limits",
    Rule.TREND: "a trend: seven figures in a row of which each is higher (or each is lower) than the one before",
    Rule.NEAR_LIMIT: "two of three figures in a row in the third nearest the same limit, or beyond it",
    Rule.RUN: "a run: seven figures in a row on one side of the mean",
}
_COUNTED = (
    "A figure on a limit is within it; a figure on the mean ends a run. In the rule of two of three, a figure beyond "
    "the limit counts too, and the third may lie anywhere, as in Western Electric, *Statistical Quality Control "
    "Handbook*, 1956. The NHS's package [NHSRplotthedots](https://github.com/nhs-r-community/NHSRplotthedots) leaves "
    "out figures beyond the limit, and requires all three to be on one side of the mean."
)


def write_parts(root: Path) -> None:
    """Write the included parts into ``_parts/``, the indicator pages, and the theme.

    Raises `DataFaults` if the data has faults; nothing was written.
    """
    opened, quarters = open_basket(root), editions(root)
    basket = opened.basket
    symbols = [list(known) for known in MISSING_REASONS.items()]
    parts = {
        "latest": _NO_EDITION,
        "indicators": _NO_EDITION,
        "attention": basket.quarters[-1].worded(_attention()),
        "special-causes": _special_causes(),
        "rules": _rules(basket),
        "definitions": _definitions(basket),
        "disclosure": f"{opened.rule.words} {'' if opened.rule.off else unchecked_words(basket)}".rstrip() + "\n",
        "comparators": _comparators(basket),
        "glossary": _glossary(basket),
        "symbols": raw(data_table("Symbols for missing figures", ["Symbol", "Meaning"], symbols)),
    }
    pages = {}
    if quarters:
        newest, scorecard = quarters[-1], opened.scorecard(quarters[-1])
        parts["latest"] = _latest(root, opened, scorecard)
        parts["indicators"] = raw(indicator_table(scorecard, basket.areas, f"All indicators, {newest.label}", _LINK))
        pages = indicator_pages(scorecard, opened.known_at(newest), computable(root))
    files = {root / "_parts" / f"{name}.md": f"{NOTICE}\n\n{text}\n" for name, text in parts.items()}
    replace_files({**files, root / "_parts" / "editions.yml": _editions(root, quarters, basket.area_ids)})
    place_pages(root / "indicators", pages)
    place_theme(root)


def _editions(root: Path, quarters: list[Quarter], areas: list[str]) -> str:
    """Return settings that list the pages to render, and the editions in the sidebar, newest first."""
    names = [path.relative_to(root).as_posix() for path in edition_notebooks(root)]
    versions = [path.relative_to(root).as_posix() for path in published_versions(root)]
    shown = []
    for quarter in reversed(quarters):
        folder = f"reports/{quarter}/"
        front, *ordered = [f"{folder}{name}.ipynb" for name in ("index", *areas)]
        ordered = [name for name in ordered if name in names]
        others = [name for name in names if name.startswith(folder) and name not in (front, *ordered)]
        shown.append({"section": quarter.label, "href": front, "contents": [*ordered, *others]})
    settings = {
        "project": {"render": [*names, *versions, *(["indicators/*.qmd"] if names else [])]},
        "website": {"sidebar": {"contents": shown}},
    }
    return "# Written by `quarterly`.\n" + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)


def _latest(root: Path, opened: Publishable, scorecard: Scorecard) -> str:
    """Return the front page, on one screen: counts and changes, what is worth members' time, a line for each area."""
    quarter = scorecard.quarter
    before = opened.scorecard_before(quarter)
    folder = f"reports/{quarter}"
    subject = f"{quarter.label}, {quarter.months}"
    first = headline(scorecard, subject, _LINK, most=0, before=before, listed="indicators.html?rag={rag}")
    short = opened.basket.areas.assign(name=opened.basket.areas["short_name"])
    areas = rag_by_area(scorecard, short, f"Service areas, {quarter.label}", f"{folder}/{{area}}.html")
    named, changed = None, []
    if before:
        changes = with_moves(compare(before, scorecard), scorecard, opened.basket)
        named = attention(scorecard, changes, _LINK)
        changed = _changed(changes, before, scorecard) if scorecard.has_targets else []
    # From the root of the site: one renderer would copy files that match a relative address at any depth.
    summary = f"[Read the summary of {quarter.label}](/{folder}/index.ipynb)"
    data = f"check its [data quality](/{folder}/data-quality.ipynb)"
    more = f"{summary}, see [all indicators in one table](indicators.qmd), or {data}."
    columns = {
        "counts": [raw(first)],
        "attention": [_ATTENTION.format(quarter.noun), raw(named)] if named else [],
        "areas": ["## Service areas", raw(areas), more],
    }
    divs = ["\n\n".join([f"::: {{.front-{name}}}", *column, ":::"]) for name, column in columns.items() if column]
    progress = _progress(root, quarter)
    promised = edition_promises(root, opened.basket.area_ids, scorecard)
    brief = in_brief([promise for promises in promised.values() for promise in promises])
    kept = [f"## {PROGRESS}", f"{brief} [What was said then and now](/{folder}/index.ipynb)."] if brief else []
    return "\n\n".join([":::: {.front}", *divs, "::::", *kept, *changed, *progress])


def _progress(root: Path, quarter: Quarter) -> list[str]:
    """Show the progress of a draft; nothing once it is signed off."""
    if edition_status(edition_folder(root, quarter)).signed:
        return []
    found = edition_progress(root, quarter, public=True)
    return ["## Progress of this draft", raw(data_table(f"Commentary for {quarter.label}", *progress_table(found)))]


def _changed(changes: pd.DataFrame, before: Scorecard, after: Scorecard) -> list[str]:
    """List the ratings that changed, each with a place for officers' comments of both quarters."""
    rated = changes[changes["rated"] == BOTH]
    if rated.empty:
        return []
    items = []
    for name, row in changed_ratings(rated).iterrows():
        sides = [(rating_cell(at), show(at, at["value"])) for at in (before.rows.loc[name], after.rows.loc[name])]
        items.append({"id": name, "name": row["short_name"], "href": _LINK.format(id=name), "sides": sides})
    text = "\n".join(f"{item['name']}: {', now '.join(rag.text for rag, _ in item['sides'])}" for item in items)
    heading = f"## Ratings that changed since {before.quarter.label}"
    quarters = f"{after.quarter} {before.quarter}"
    return [heading, raw(render("changed.html", text, items=items, quarters=quarters))]


def _attention() -> str:
    """Explain the rules that select the indicators worth members' time."""
    rows = [[str(reason), _RULES[reason]] for reason in Reason]
    table = data_table("Rules for selecting indicators", ["Rule", "What it measures"], rows)
    return (
        f"Each rule nominates the {NOMINATED} indicators to which it applies most. First place scores {NOMINATED} "
        f"points, the next one fewer, and so on; the {NAMED} indicators with the most points are selected. Between "
        "indicators with equal points, the one nominated by the earlier rule in this table comes first, and then the "
        "one that comes first in the report.\n\n"
        f"{raw(table)}"
    )


def _special_causes() -> str:
    """List the rules that detect a special cause, in order of precedence."""
    rules = "\n".join(f"{number}. {_CAUSES[rule]}" for number, rule in enumerate(Rule, start=1))
    return (
        "These rules find a **special cause**. If the latest figure breaks several that point in opposite directions, "
        f"the first of them decides.\n\n{rules}\n\n{_COUNTED}"
    )


def _rules(basket: Basket) -> str:
    used = basket.indicators["rule"].replace("", "standard").value_counts()
    # One table per rule: side by side they would be wider than a page.
    tables = []
    for _, rule in basket.rules.iterrows():
        rows = [[what, words] for what, words in rule_words(rule).items()]
        rows += [["Number of indicators", str(used.get(rule["rule_id"], 0))], ["Source", rule["source"]]]
        tables.append(data_table(f"Rating rule: {rule['rule_id']}", ["Part of the rule", "Detail"], rows))
    return "\n\n".join(map(raw, tables))


def _definitions(basket: Basket) -> str:
    """Describe how figures are computed from records; blank if none are."""
    defined = basket.indicators[["indicator_id", "name"]].merge(basket.definitions, on="indicator_id")
    if defined.empty:
        return ""
    rows = [
        [row.name, f"{row.counts} Official counterpart: {row.official}" if row.official else row.counts]
        for row in defined.itertuples(index=False)
    ]
    table = data_table("Definitions", ["Indicator", "How it is computed"], rows)
    return f"## Figures from records\n\nThese are computed from the case system's records.\n\n{raw(table)}"


def _comparators(basket: Basket) -> str:
    if basket.comparator_names.empty:
        return "The figures in this report are not compared with those of other organisations."
    rows = [[row.label, row.meaning] for row in basket.comparator_names.itertuples(index=False)]
    return raw(data_table("Comparators", ["Comparator", "Description"], rows))


def _glossary(basket: Basket) -> str:
    if basket.glossary.empty:
        return "There are no terms yet. Add them to `data/glossary.csv`."
    columns = {"term": "Term", "meaning": "Meaning", "also": "Also called"}
    used = [name for name in columns if basket.glossary[name].any()]
    rows = basket.glossary[used].to_numpy().tolist()
    return raw(data_table("Terms and meanings", [columns[name] for name in used], rows))
