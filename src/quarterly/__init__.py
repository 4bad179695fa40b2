"""The quarterly performance report of a council's children's services.

Data flows one way. A module imports only from its own package and those before it::

core > storage, data > ingest > measures > disclosure > commentary > display, project > editions > outputs > cli

``tests/unit/test_import_order.py`` reads the imports and checks this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterly.display.analysis import against_target, small_multiples, spc, trend
    from quarterly.display.report import open_report

__all__ = ["against_target", "open_report", "small_multiples", "spc", "trend"]


def __getattr__(name: str) -> Any:
    # Loaded on demand, so that the command line starts without pandas and Altair.
    if name == "open_report":
        from quarterly.display.report import open_report

        return open_report
    if name in __all__:
        from quarterly.display import analysis

        return getattr(analysis, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
