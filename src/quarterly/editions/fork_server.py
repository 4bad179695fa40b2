"""What the fork server does before it forks a kernel: import what notebooks use, and open the report once.

Python loads, compiles and looks up a lot when something is done for the first time. Here that is done once for all
kernels, and each still starts in a fresh state. Charts are not drawn: drawing runs in threads, which a fork would lose.
"""

from __future__ import annotations

import contextlib
import gc
import os
from pathlib import Path


def import_kernel() -> None:
    """Import the modules of a kernel."""
    # Otherwise the debugger warns at every start that it cannot see into Python's own modules.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    import ipykernel.debugger
    import ipykernel.ipkernel
    import ipykernel.kernelapp
    import ipykernel.zmqshell  # noqa: F401

    import quarterly.editions.kernel_app  # noqa: F401


def open_a_report(folder: Path) -> None:
    """Do what every notebook does first, with the figures of the project."""
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
    # A new notebook has read nothing yet.
    SEEN.clear()


# Everything loaded here stays. Searching it for garbage would take a tenth of the time, and a kernel that did so would
# first have to copy it.
gc.disable()
import_kernel()
# The command reports faults in the data; kernels must start whatever happens here.
with contextlib.suppress(Exception):
    open_a_report(Path.cwd())
gc.freeze()
gc.enable()
