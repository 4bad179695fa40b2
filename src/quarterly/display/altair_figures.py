"""Turn analysts' Altair charts into figures in the house style."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.output_errors import ChartWithoutDescription, ChartWithoutTitle, OutputNotPublishable
from quarterly.core.palette import BLUE, DARK_BLUE, LOOKS
from quarterly.core.terms import listing
from quarterly.display.altair_labels import WIDTH, add_labels, add_tooltips, describe_marks, write_texts
from quarterly.display.chart_words import chart_words
from quarterly.display.charts.style import Picture, figure
from quarterly.display.drawing import FONT, STYLE, Specification
from quarterly.display.drawn_rows import with_drawn_rows
from quarterly.display.frame_tables import frame_table
from quarterly.display.html import Html, paragraph
from quarterly.display.units import Units, with_named_ids
from quarterly.display.vega_views import (
    View,
    column_name,
    frames,
    inner_parts,
    shown_columns,
    take,
    take_title,
    views,
    with_columns_of_shapes,
    without_repeats,
)

#: Colours that colour-blind readers can tell apart, as recommended by the Government Analysis Function.
CATEGORIES = [DARK_BLUE, "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1"]
#: The dashes of lines beyond those that have a colour of their own.
_DASHES = [[1, 0], [7, 3], [2, 2]]
#: The default height of a chart, and of a row in a chart with names at the left, in pixels.
HEIGHT, STEP = 220, 34
#: What JupyterLab 4 draws without contacting another host. It can read our charts, which are for the next version.
LIVE, _SCHEMA = "application/vnd.vegalite.v5+json", "https://vega.github.io/schema/vega-lite/v5.json"
#: A timestamp with a UTC offset.
_ZONE = re.compile(r"\A(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z|[+-]\d\d:\d\d)\Z")
#: What Vega-Lite computes anew each time.
_CHANCE = re.compile(r"random\(\)|now\(\)|sample(?=\": \d)")
#: A strict comparison with a missing figure, as Altair writes it.
_NULL = re.compile(r"([!=]=)= null\b")
#: How many characters of a title fit on a line above a chart.
_LETTERS = 50


@alt.theme.register("quarterly", enable=False)
def _house_theme() -> alt.theme.ThemeConfig:
    """Return the default settings of an analyst's chart: those of the house's own charts."""
    style: Specification = deepcopy(STYLE)
    style["view"] |= {"continuousWidth": WIDTH, "discreteWidth": WIDTH, "continuousHeight": HEIGHT}
    style["view"] |= {"discreteHeight": {"step": STEP}}
    style |= {
        "range": {"category": CATEGORIES},
        "bar": {"color": BLUE},
        "area": {"color": BLUE, "opacity": 0.8, "aria": False},
        "point": {"color": BLUE, "filled": True, "opacity": 1, "size": 60},
        "legend": {"orient": "top", "labelLimit": 300, "labelFontSize": 12, "titleFontSize": 12, "columns": 2},
        "header": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 220},
    }
    style["legend"] |= {"titleFontWeight": "normal", "symbolOpacity": 1, "aria": False}
    style["line"] |= {"color": BLUE, "strokeWidth": 2.5}
    style["axis"] |= {"labelLimit": 220}
    for mark in ("bar", "point"):
        # The name of an indicator without a figure stays in the chart.
        style[mark]["invalid"] = "break-paths-show-domains"
    style["axisX"] = {"tickCount": 5}
    return alt.theme.ThemeConfig(config=style)  # type: ignore[typeddict-item]


def altair_figure(chart: alt.TopLevelMixin, units: Units) -> Html:
    """Return an analyst's chart as a figure: title, picture with an alternative text, and its data as a table.

    A chart without data becomes a sentence that says so. The chart needs a title, and a description unless one can be
    made from its data; ``units`` are those of the indicators that it may show.

    Raises
    ------
    ChartWithoutTitle, ChartWithoutDescription
        The chart has no title, or no description where one is needed.
    OutputNotPublishable
        It fetches data or pictures, has too many rows, or shows columns that cannot be drawn.
    """
    specification = _as_vega_lite(chart)
    title, subtitle = take_title(specification)
    description = take(specification, "description")
    if not title:
        raise ChartWithoutTitle
    specification = without_repeats(specification)
    _refuse_outside_data(specification)
    _refuse_undrawable_columns(specification)
    _show_each_figure(specification)
    _tell_lines_apart(specification)
    _colour_ratings(specification)
    drawn = with_drawn_rows(specification)
    if not _has_figures(drawn):
        return paragraph(f"{title.rstrip('.')}: there are no figures to draw.")
    several = {"hconcat", "vconcat", "concat"} & {*specification}
    alternative = " ".join(str(description or "").split()) or ("" if several else chart_words(drawn, title, units))
    if not alternative:
        raise ChartWithoutDescription(title)
    tables = _tables(drawn, title, units)
    describe_marks(specification, units)
    write_texts(specification, units)
    add_labels(specification, units)
    try:
        return figure(specification, title, subtitle, alternative, tables, wide=True)
    except ValueError as error:
        reason = f"The chart {title!r} cannot be drawn: {' '.join(str(error).splitlines()[:2])}"
        instead = "Check the names of its columns: dots, brackets and quotes have a special meaning in Altair"
        raise OutputNotPublishable(reason, instead) from error


def live(shown: Picture) -> dict[str, Any]:
    """Return an interactive chart for JupyterLab; pages show the usual static figure.

    JupyterLab prefers HTML to a chart, and a chart to Markdown. So the HTML is stored as Markdown, which pages use when
    made from a notebook that JupyterLab saved (`quarterly.outputs.website.pages.plain_words`).
    """
    title = {"text": wrap(shown.title, _LETTERS), "subtitle": wrap(shown.subtitle, _LETTERS), "anchor": "start"}
    chart = {**deepcopy(shown.chart), "$schema": _SCHEMA, "title": title}
    chart["config"] |= {"font": FONT, "mark": {"tooltip": True}}
    for mark in ("bar", "point"):
        # JupyterLab's version does not know the setting, and would draw missing figures at 0.
        chart["config"].get(mark, {}).pop("invalid", None)
    add_tooltips(chart)
    return {LIVE: chart, "text/markdown": str(shown.html), "text/plain": shown.text}


def _as_vega_lite(chart: alt.TopLevelMixin) -> Specification:
    try:
        # Other transformers would write the rows to a file, or leave them elsewhere.
        with alt.data_transformers.enable("default"), alt.theme.enable("quarterly"):
            found: Specification = chart.to_dict()
    except alt.MaxRowsError as error:
        reason = "The chart has more than 5,000 rows, which is more than a page can hold"
        raise OutputNotPublishable(reason, "Count or average them in pandas, and draw the result") from error
    found.pop("$schema", None)
    known = found.setdefault("datasets", {})
    for part in inner_parts(found):
        # Links do not work inside a picture.
        part.get("encoding", {}).pop("href", None)
        rows = (part.get("data") or {}).get("values")
        rows = rows.get("features") if isinstance(rows, dict) else rows
        if isinstance(rows, list) and "name" not in part["data"]:
            part["data"] = {"name": (name := f"rows-{len(known)}")}
            known[name] = rows
    found = with_columns_of_shapes(found)
    computed = [part for part in inner_parts(found) if part.get("transform")]
    for part in computed:
        _without_strict_comparisons(part)
    for rows in known.values():
        for row in rows if isinstance(rows, list) else []:
            if not isinstance(row, dict):
                continue
            # With an offset, a time would be drawn in the machine's time zone instead of the analyst's.
            row.update({key: _ZONE.sub(r"\1", text) for key, text in row.items() if isinstance(text, str)})
            for key in [key for key, given in row.items() if given is None and computed]:
                # Vega-Lite would compute with 0.
                del row[key]
    return found


def _without_strict_comparisons(part: Specification) -> None:
    """Let a chart's transforms tell missing figures, which are left out of its rows."""
    asked = json.loads(_NULL.sub(r"\1 null", json.dumps(part["transform"])))
    part["transform"] = []
    for change in asked:
        known = [{"filter": {"field": change["density"], "valid": True}}] if "density" in change else []
        part["transform"] += [*known, change]


def _refuse_outside_data(specification: Specification) -> None:
    """Refuse data and pictures from elsewhere, and chance: a page fetches nothing, and is the same in every run."""
    parts = list(inner_parts(specification))
    changes = [change for part in parts for change in part.get("transform", [])]
    if found := _CHANCE.search(json.dumps(changes)):
        reason = f"The chart uses {found[0]}, so it would be another one in every run"
        raise OutputNotPublishable(reason, "Compute the column in pandas: np.random.default_rng(1).random(len(frame))")
    for part in [*parts, *(change.get("from", {}) for change in changes)]:
        if "url" in (part.get("data") or {}):
            reason = f"The chart takes its data from {part['data']['url']}, which a page may not fetch"
            raise OutputNotPublishable(reason, "Read the data into a frame and draw that: alt.Chart(frame)")
    if any(view.mark == "image" for view in views(specification)):
        raise OutputNotPublishable("The chart shows pictures from elsewhere", "Draw points, lines or bars")


def _refuse_undrawable_columns(specification: Specification) -> None:
    """Refuse columns missing from the data, names that Vega-Lite reads as a path, and logarithms of 0.

    They would be drawn wrongly, or not at all.
    """
    known = frames(specification)
    for view in views(specification):
        if view.transforms or view.data not in known:
            continue
        for channel, shown in view.encoding.items():
            name, columns = column_name(shown), [str(column) for column in known[view.data]]
            if name and name not in columns:
                reason = f"The chart shows the column {name!r}, which is not in its data"
                raise OutputNotPublishable(reason, f"The columns are {listing(columns)}")
            if name and re.search(r"(?<!\\)[.\[]", shown["field"]):
                reason = f"Altair does not read {name!r} as the name of a column, because it has a dot or bracket"
                raise OutputNotPublishable(reason, "Rename the column: frame.rename(columns={…})")
            if shown.get("aggregate") == "sum" and name and known[view.data][name].isna().any():
                reason = f"The chart adds up {name!r}, of which some figures are missing, so the sums would be too low"
                raise OutputNotPublishable(reason, "Add them up in pandas: .sum(skipna=False)")
            values = known[view.data].get(view.column(channel)) if channel in ("x", "y") else None
            if (shown.get("scale") or {}).get("type") != "log" or values is None:
                continue
            if view.mark in ("bar", "area") or (pd.to_numeric(values, errors="coerce") <= 0).any():
                reason = "A logarithmic scale has no place for bars, areas and figures of 0 or less"
                raise OutputNotPublishable(reason, "Draw points or lines of figures above 0, or leave out the scale")


def _show_each_figure(specification: Specification) -> None:
    """Keep bars within their axes, and give lines points: a figure between two missing ones has no line."""
    alone = {view.mark for view in views(specification)} - {"rule", "text"} == {"line"}
    for part in inner_parts(specification):
        if "mark" in part:
            mark = part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
            part["mark"] = {"point": True, **mark} if alone and mark["type"] == "line" else mark
            scales = [part.get("encoding", {}).get(channel, {}).get("scale") or {} for channel in ("x", "y")]
            if mark["type"] in ("bar", "area") and any({"domain", "zero"} & {*scale} for scale in scales):
                part["mark"] = {"clip": True, **mark}


def _tell_lines_apart(specification: Specification) -> None:
    """Give lines dashes, too, where there are more of them than colours."""
    known, dashes = frames(specification), [dash for dash in _DASHES for _ in CATEGORIES]
    many = {
        column
        for view in views(specification)
        if (column := view.column("color")) in known.get(view.data, ())
        and known[view.data][column].nunique() > len(CATEGORIES)
    }
    for part in inner_parts(specification):
        encoding = part.get("encoding", {})
        colour, own = encoding.get("color", {}), {"strokeDash", "shape"} & {*encoding}
        drawn = (part.get("mark") or {}).get("type") == "line" and colour.get("type") == "nominal"
        if drawn and not own and not colour.get("scale") and column_name(colour) in many:
            if colour.get("legend", {}) is not None:
                colour["legend"] = {"symbolType": "stroke", "symbolSize": 400, **colour.get("legend", {})}
            encoding["strokeDash"] = {**colour, "scale": {"range": dashes}}


def _colour_ratings(specification: Specification) -> None:
    """Give ratings their own colours: red must not be orange."""
    rated = {rag for frame in frames(specification).values() if "rag" in frame for rag in frame["rag"]}
    looks = {rag: look.colour for rag, look in LOOKS.items() if rag in rated}
    for part in inner_parts(specification):
        for channel in ("color", "fill", "stroke"):
            shown = part.get("encoding", {}).get(channel)
            if isinstance(shown, dict) and column_name(shown) == "rag" and "scale" not in shown:
                shown["scale"] = {"domain": list(looks), "range": list(looks.values())}


def _has_figures(specification: Specification) -> bool:
    """Whether any mark has a figure: Vega draws meaningless bars for a column without a value."""
    known, rows = frames(specification), specification["datasets"]

    def blank(view: View) -> bool:
        frame = known.get(view.data, pd.DataFrame())
        return any(name in frame and frame[name].isna().all() for name in map(view.column, ("x", "y")))

    return any(rows.get(view.data) and not blank(view) for view in views(specification))


def _tables(specification: Specification, title: str, units: Units) -> Html | None:
    """Make a table of each frame that the chart draws."""
    made: Html | None = None
    known = frames(specification)
    summarised = {view.data: view.composite for view in views(specification) if view.data in known}
    for name, each in summarised.items():
        columns = shown_columns(specification, known[name], name)
        if columns:
            caption = f"{title}: further data" if made else title
            written = _written(known[name], list(columns), units, each=each)
            table = frame_table(written, units, caption, columns)
            made = made + table if made else table
    return made


def _written(rows: pd.DataFrame, columns: list[str], units: Units, *, each: bool) -> pd.DataFrame:
    """Write some columns, with the units and the reasons for missing figures that the other columns hold.

    Equal rows are written once, unless ``each`` of them counts.
    """
    known = with_named_ids(rows, columns)
    return pd.DataFrame(units.written(known, columns)).loc[(rows if each else rows[columns].drop_duplicates()).index]
