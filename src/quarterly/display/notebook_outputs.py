"""The display formatter of notebooks: it decides how a cell shows any object.

`open_report` installs it. Altair charts become figures in the house style, frames become accessible tables, and the
package's own parts are shown as they are. Anything else is shown if it is safe on a page, and otherwise refused with a
reason. So JupyterLab shows what is published, except that Altair charts are interactive there.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from IPython.core.formatters import DisplayFormatter
from IPython.core.getipython import get_ipython
from pandas.api.extensions import ExtensionArray
from pandas.io.formats.style import Styler

from quarterly.core.output_errors import OutputNotPublishable
from quarterly.display.altair_figures import LIVE, altair_figure, live
from quarterly.display.charts.style import Picture
from quarterly.display.frame_tables import frame_table, styled_table
from quarterly.display.great_tables import great_table, is_great_table
from quarterly.display.html import Html, paragraph
from quarterly.display.other_outputs import checked
from quarterly.display.units import Units, are_years

#: The variable that Jupyter's server sets in the kernels of open notebooks.
SESSION = "JPY_SESSION_NAME"
_SHOWN_AT_ONCE = ("display_data", "update_display_data")


def house_style(shown: Any, units: Units) -> Html | None:
    """Return an object as pages show it; None if the house has no style for it.

    ``units`` are those of the indicators that it may hold.

    Raises
    ------
    OutputRefused
        It cannot be published as it is.
    """
    match shown:
        case Html():
            return shown
        case alt.TopLevelMixin():
            return altair_figure(shown, units)
        case pd.DataFrame():
            return frame_table(shown, units)
        case pd.Series():
            # A row of a frame is named by its number.
            unnamed = shown.name is None or (pd.api.types.is_integer(shown.name) and not are_years([shown.name]))
            return frame_table(shown.to_frame("value" if unnamed else shown.name), units)
        case Styler():
            return styled_table(shown, units)
        case dict():
            return house_style(list(shown.values()), units)
        case list() | tuple() if any(house_style(one, units) is not None for one in shown):
            # As text, frames would lose their middle columns, and charts everything.
            reason = "The output is a list of several parts"
            raise OutputNotPublishable(reason, "Show each part separately: display(first, second)")
    return great_table(shown, units) if is_great_table(shown) else None


class HouseFormatter(DisplayFormatter):
    """Jupyter's display formatter, with the house style tried first."""

    units = Units()

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return an object's representations by MIME type, and their metadata."""
        obj = _for_readers(obj)
        made = house_style(obj, self.units)
        if isinstance(made, Picture) and isinstance(obj, alt.TopLevelMixin) and SESSION in os.environ:
            return live(made), {}
        if made is not None:
            return made._repr_mimebundle_(), {}
        data, metadata = super().format(obj, include, exclude)  # type: ignore[no-untyped-call]
        return checked(data), metadata


def _for_readers(shown: Any) -> Any:
    """Return text, moments, numbers, arrays and indexes as something that is not shown as code, such as 'text'."""
    match shown:
        case str():
            return paragraph(shown)
        case date() | pd.Period() | pd.Interval() if not pd.isna(shown):
            return paragraph(Units().column(pd.DataFrame({"": [shown]}), 0)[0])
        case np.generic():
            return shown.item()
        case np.ndarray() if shown.ndim == 1 and shown.dtype.kind in "biufUM":
            return pd.Series(shown)
        case ExtensionArray():
            return pd.Series(shown)
        case pd.MultiIndex():
            return shown.to_frame(index=False)
        case pd.Index():
            return shown.to_series(index=range(len(shown)))
    return shown


def install(units: Units) -> None:
    """Show objects in the house style in the running notebook; do nothing outside one."""
    shell = get_ipython()
    if shell is None:
        return
    house = shell.display_formatter
    if not isinstance(house, HouseFormatter):
        before, house = house, HouseFormatter(parent=shell)
        if before is not None:
            # Keep the formatters that libraries have registered.
            house.formatters, house.mimebundle_formatter = before.formatters, before.mimebundle_formatter
            house.ipython_display_formatter = before.ipython_display_formatter
        shell.display_formatter = house
        if hasattr(shell.display_pub, "register_hook"):
            shell.display_pub.register_hook(_check_message)
    house.units = units


def work_in(root: Path) -> None:
    """Change to the project's folder if a notebook is running, wherever Jupyter opened it."""
    if get_ipython() is not None:
        os.chdir(root)


def _check_message(message: dict[str, Any]) -> dict[str, Any]:
    """Check output that libraries such as plotly send to the page directly."""
    if message["header"]["msg_type"] in _SHOWN_AT_ONCE:
        data = dict(message["content"]["data"])
        if SESSION in os.environ:
            data.pop(LIVE, None)
        checked(data)
    return message
