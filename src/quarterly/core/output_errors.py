"""Errors about what a notebook's cell shows, for the analyst who wrote it."""

from __future__ import annotations

from quarterly.core.errors import QuarterlyError


class OutputRefused(QuarterlyError):
    """Something that a cell shows cannot be published."""


class ChartWithoutTitle(OutputRefused):
    """A chart has no title."""

    message = (
        "The chart has no title, so readers cannot tell what it shows. Give it one: "
        'chart.properties(title=alt.Title("Caseloads fell", subtitle="Children for each social worker"))'
    )


class ChartWithoutDescription(OutputRefused):
    """A chart needs an alternative text that only the analyst can write."""

    title: str

    def __str__(self) -> str:
        return (
            f"The chart {self.title!r} has no description, and one cannot be made from its data: that only works for "
            "a single chart of lines, bars, areas, points, sectors or cells with one column of figures. "
            "Describe the chart for someone who cannot see it: "
            'chart.properties(description="Caseloads fell from 16 in spring to 14 in autumn.")'
        )


class PictureWithoutWords(OutputRefused):
    """A cell shows a picture without an alternative text."""

    message = (
        "A picture needs an alternative text and a title, which only you can write. Show it with: "
        'report.picture(figure, title="…", alt="What it shows, for someone who cannot see it")'
    )


class OutputNotPublishable(OutputRefused):
    """An output that would not work, or not be safe, on the published page."""

    reason: str  # what is wrong with it, as a sentence without a full stop
    instead: str  # what to do, as a sentence without a full stop
    message = "{reason}. {instead}."


class FiguresNotSuppressed(OutputRefused):
    """A cell reads figures that may not be published."""

    file: str
    message = (
        "data/{file} also has the figures that are suppressed wherever they are published, so a cell must not read it. "
        "Take them from the report: report.figures() or report.figures('average-caseload')."
    )


class FiguresDoNotFit(QuarterlyError):
    """Figures that a kind of chart cannot show."""

    reason: str  # what is wrong with them, as a sentence without a full stop
    instead: str  # what to write
    message = "{reason}. Write: {instead}"
