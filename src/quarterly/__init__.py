"""The quarterly performance report of a council's children's services.

Data goes one way. A module imports only from its own package and those before it::

    core > storage, data > ingest > measures > disclosure > commentary > display, project > editions > outputs > cli

``tests/unit/test_import_order.py`` reads the imports and checks it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterly.display.report import open_report

__all__ = ["open_report"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line starts without pandas and Altair.
    if name == "open_report":
        from quarterly.display.report import open_report

        return open_report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
