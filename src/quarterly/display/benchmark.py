"""The council compared with its statistical neighbours, their mean, its region and the country, over ten years."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from math import ceil, floor, log10

import pandas as pd

from quarterly.core.dates import long_date
from quarterly.core.terms import Unit, in_a_sentence
from quarterly.core.written import format_value
from quarterly.display.figures_frame import ReportFrames
from quarterly.display.html import Html, data_table, folded, paragraph, render
from quarterly.measures.benchmark import MEAN, Benchmark, Standing, benchmarks_for

#: The size of each small chart, in pixels (three fit side by side on the narrowest phone), and the edges of its plot.
SIZE, LEFT, TOP, BOTTOM = (96, 70), 30, 6, 54
_MOST_STEPS = 3
_QUARTILES = {1: "first", 2: "second", 3: "third", 4: "fourth"}


def among_others(report: ReportFrames) -> Html | None:
    """Show the council's rank among others for each indicator that can be compared; None if there are none."""
    benchmarks = benchmarks_for(report._basket, report.scorecard.rows.index)
    if not benchmarks:
        return None
    first, wide = next(iter(benchmarks.values())), any(each.all_standings for each in benchmarks.values())
    head = ["Indicator", "Year", first.council, *first.means, "Among neighbours", *["Among all"] * wide]
    rows = []
    for name, benchmark in benchmarks.items():
        row, last = report.scorecard.rows.loc[name], benchmark.standings[-1]
        newest = benchmark.figures[last.year]
        figures = [_show(row, benchmark, newest[who]) or "x" for who in (benchmark.council, *benchmark.means)]
        places = [_place(last, row)]
        if wide:
            places.append(_place(benchmark.all_standings[-1], row) if benchmark.all_standings else "x")
        rows.append([row["short_name"], last.year, *figures, *places])
    years = max(len(each.figures.columns) for each in benchmarks.values())
    lead = f"Annual figures. The indicators' own pages show {years} years. {_source(first)}"
    return folded("Among other authorities", paragraph(lead) + data_table("Among other authorities", head, rows))


def among_chart(row: pd.Series, benchmark: Benchmark) -> Html:
    """Draw an indicator, a row of the scorecard, alongside other authorities' figures, by year."""
    lead = (
        f"Annual figures. Thick line: {benchmark.council}. Thin line: each of its statistical neighbours "
        f"({benchmark.group}), highest in {benchmark.standings[-1].year} first, then the means. The first quartile has "
        f"the {'best' if row['polarity'] else 'highest'}."
    )
    changes = "; ".join(f"{year}, {in_a_sentence(reason)}" for year, reason in benchmark.changes.items())
    broken = f" The lines are broken where the definition changed: {changes}." if changes else ""
    return paragraph(f"{lead}{broken} {_source(benchmark)}") + _chart(row, benchmark)


def _source(benchmark: Benchmark) -> str:
    return f"Source: {benchmark.source}, extracted on {long_date(date.fromisoformat(benchmark.extracted))}."


def _chart(row: pd.Series, benchmark: Benchmark) -> Html:
    """Draw the council and each other authority in a small chart, all on one scale; the highest neighbour is first."""
    first, latest = benchmark.figures.columns[0], benchmark.standings[-1].year
    others = benchmark.figures.drop(index=benchmark.council)
    single = others.loc[benchmark.neighbours].sort_values(latest, ascending=False, kind="stable")
    ticks = _ticks(float(benchmark.figures.min(axis=None)), float(benchmark.figures.max(axis=None)))
    end = "%" if row["unit"] == Unit.PERCENTAGE else ""
    named = [
        {
            "name": "Their mean" if name == MEAN else name,
            "value": _show(row, benchmark, figures[latest]) or "no figure",
            "path": _path(figures, ticks, benchmark.changes),
        }
        for name, figures in (*single.iterrows(), *others.loc[benchmark.means].iterrows())
    ]
    subtitle = f"{benchmark.measure}. {_standing(row, benchmark)}"
    return render(
        "multiples.html",
        "\n".join([f"{row['short_name']}. {subtitle}", *(f"{one['name']}: {one['value']}" for one in named)]),
        title=row["short_name"],
        subtitle=subtitle,
        charts=named,
        ours=_path(benchmark.figures.loc[benchmark.council], ticks, benchmark.changes),
        ticks=[{"y": _height(tick, ticks), "text": f"{tick:,g}{end}"} for tick in ticks],
        years=[first[2:], benchmark.figures.columns[-1][2:]],
        size=SIZE,
        left=LEFT,
        table=_table(row, benchmark),
    )


def _ticks(low: float, high: float) -> list[float]:
    """Return two to four round numbers that span all figures: the scale of every small chart.

    Examples
    --------
    >>> _ticks(37.0, 84.0)
    [0.0, 50.0, 100.0]
    """
    power = 10.0 ** floor(log10((high - low) or 1.0))
    for step in (power * part for part in (0.5, 1, 2, 5, 10)):
        first, last = floor(low / step), ceil(high / step)
        if last - first <= _MOST_STEPS:
            break
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def _height(value: float, ticks: list[float]) -> float:
    """Return the position of a value in a small chart, in pixels from its top."""
    return round(TOP + (BOTTOM - TOP) * (ticks[-1] - value) / (ticks[-1] - ticks[0]), 1)


def _path(figures: pd.Series, ticks: list[float], changes: Container[str]) -> str:
    """Draw the years as a line, broken where a figure is missing or the definition changes."""
    step = (SIZE[0] - LEFT) / max(len(figures) - 1, 1)
    path, line = "", False
    for place, (year, value) in enumerate(figures.items()):
        if pd.notna(value):
            on = line and year not in changes
            # A zero-length line shows an isolated year as a dot.
            path += f"{'L' if on else 'M'}{LEFT + step * place:.1f} {_height(value, ticks)}"
            path += "h0" if changes and not on else ""
        line = pd.notna(value)
    return path


def _show(row: pd.Series, benchmark: Benchmark, value: float) -> str:
    return format_value(value, row["unit"], benchmark.decimals)


def _place(standing: Standing, row: pd.Series) -> str:
    from_top = "" if row["polarity"] else "highest first, "
    return f"{standing.rank} of {standing.of}, {from_top}{_QUARTILES[standing.quartile]} quartile"


def _standing(row: pd.Series, benchmark: Benchmark) -> str:
    """State the council's latest rank, and its rank in the first year."""
    first, last = benchmark.standings[0], benchmark.standings[-1]
    text = f"{benchmark.council} ranked {_place(last, row)}, among its neighbours in {last.year}"
    if first.year != last.year:
        text += f" ({first.rank} of {first.of} in {first.year})"
    if benchmark.all_standings:
        text += f"; among all authorities in the extract {_place(benchmark.all_standings[-1], row)}"
    return f"{text}."


def _table(row: pd.Series, benchmark: Benchmark) -> Html:
    years = list(benchmark.figures.columns)
    rows = [
        [name, *(_show(row, benchmark, value) or "x" for value in line)]
        for name, line in zip(benchmark.figures.index, benchmark.figures.to_numpy(), strict=True)
    ]
    ranks = {"Rank among neighbours": benchmark.standings, "Rank among all in the extract": benchmark.all_standings}
    for name, standings in ranks.items():
        by_year = {standing.year: standing for standing in standings}
        if by_year:
            cells = [by_year.get(year) for year in years]
            rows.append([name, *(f"{cell.rank} of {cell.of}" if cell else "x" for cell in cells)])
            rows.append([name.replace("Rank", "Quartile"), *(str(cell.quartile) if cell else "x" for cell in cells)])
    if benchmark.changes:
        rows.append(["Definition", *("New" if year in benchmark.changes else "Unchanged" for year in years)])
    return data_table(f"{benchmark.measure}, by year", ["Authority", *years], rows)
