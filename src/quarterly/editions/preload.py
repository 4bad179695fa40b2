"""What the fork server does before the first kernel is forked: import what notebooks use, and open the report once.

Python loads, compiles and looks up much when something is done for the first time. Here it is done once for all
kernels, and each of them still starts in a fresh state of its own. Charts are not drawn: the drawing runs in threads,
which a fork would lose.
"""

from __future__ import annotations

import contextlib
import gc
import os
from pathlib import Path


def import_kernel() -> None:
    """Import what a kernel is made of."""
    # The debugger says on every start that it cannot see into Python's own modules.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    import ipykernel.debugger
    import ipykernel.ipkernel
    import ipykernel.kernelapp
    import ipykernel.zmqshell  # noqa: F401

    import quarterly.editions.kernel_app  # noqa: F401


def open_a_report(folder: Path) -> None:
    """Do what every notebook does first, with the figures of the project at hand."""
    from quarterly.data.load import load_basket
    from quarterly.data.project import find_project
    from quarterly.display.charts import trend_shapes
    from quarterly.display.report import open_report
    from quarterly.display.seen import SEEN

    basket = load_basket(find_project(folder) / "data")
    report = open_report(str(basket.quarters[-1]), basket.area_ids[0])
    report.headline()
    report.table()
    trend_shapes(report.whole)
    # A notebook has seen nothing yet.
    SEEN.clear()


# All that is loaded here stays, so nobody looks for what could be freed: that would take a tenth of the time, and a
# kernel that did so would have to copy it first.
gc.disable()
import_kernel()
# What is wrong with the data is for the command to say; kernels must start whatever happens here.
with contextlib.suppress(Exception):
    open_a_report(Path.cwd())
gc.freeze()
gc.enable()
