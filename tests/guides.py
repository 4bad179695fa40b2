"""Access to the code blocks of the guides in `docs/` that show analysts how to add something."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import ROOT

PYTHON, CSV, YAML = "python", "csv", "yaml"


def blocks(page: str, language: str) -> list[str]:
    """Read the blocks of code on a page of the documentation."""
    text = (ROOT / "docs" / f"{page}.qmd").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)\n```", text, re.DOTALL)


def append(project: Path, page: str, *tables: str) -> None:
    """Append a page's rows to the tables of a project."""
    for table, rows in zip(tables, blocks(page, CSV), strict=True):
        path = project / "data" / f"{table}.csv"
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{rows}\n", encoding="utf-8", newline="\n")
