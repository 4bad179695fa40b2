"""Make a new basket: a folder that builds, from the tables of a workbook and the general templates in this folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined

from quarterly.core.errors import FolderInUse
from quarterly.core.quarters import Quarter
from quarterly.data.load import load_basket
from quarterly.data.settings import front_matter_text
from quarterly.ingest.tables import csv_of

_FILES = files("quarterly.project.starter") / "files"
_PLAIN = [
    *("_quarto.yml", "index.qmd", "indicators.qmd", "archive.qmd", "methods.qmd", "glossary.qmd"),
    *("params/disclosure.yml", "params/standing.yml", "reports/_metadata.yml"),
]


@dataclass(frozen=True)
class Names:
    """The texts that describe a new basket."""

    council: str  # who reports
    title: str  # the name of the report
    description: str  # its subject, in a sentence
    credit: str  # where the figures come from


def start_basket(folder: Path, tables: dict[str, pd.DataFrame], names: Names) -> list[str]:
    """Write a new basket.

    The folder is created, or must be empty. Returns the paths of the files in it.

    Raises
    ------
    FolderInUse
        The folder is not empty.
    DataFaults
        The tables have faults; nothing was written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    # All or nothing: the basket is put together in a temporary folder, and moved into place when it is sound.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-basket-") as scratch:
        made = Path(scratch) / folder.name
        written = _write(made, tables, names)
        load_basket(made / "data")
        if folder.exists():
            folder.rmdir()
        shutil.move(made, folder)
    return written


def _write(folder: Path, tables: dict[str, pd.DataFrame], names: Names) -> list[str]:
    quarter = max(tables["observations"]["quarter"])
    noun, official = Quarter.parse(quarter).noun, "benchmarks" in tables
    known: dict[str, Any] = {**vars(names), "quarter": quarter, "subject": names.title, "noun": noun}
    known |= {"official": official, "shown": 5 if official else 4}
    content = {f"data/{name}.csv": csv_of(table) for name, table in tables.items()}
    content |= {name: fill(_template(name), known) for name in _PLAIN}
    content |= {f".{name}": _template(name) for name in ("gitignore", "gitattributes")}
    content[f"params/{quarter}.yml"] = fill(_template("params/quarter.yml"), known)
    for name in ("index", "data-quality"):
        content[f"notebooks/{name}.ipynb"] = fill_notebook(_template(f"notebooks/{name}.json"), known)
    for area in tables["areas"].to_dict("records"):
        notebook = fill_notebook(_template("notebooks/area.json"), {**known, **area})
        content[f"notebooks/{area['area_id']}.ipynb"] = notebook
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return sorted(content)


def _template(name: str) -> str:
    return _FILES.joinpath(name).read_text(encoding="utf-8")


def fill(text: str, known: dict[str, Any]) -> str:
    """Fill in the words in double square brackets: Quarto, Python and front matter use the other brackets."""
    environment = Environment(  # noqa: S701 - what it makes is YAML and Markdown, and is quoted by its filters
        variable_start_string="[[",
        variable_end_string="]]",
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
    )
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    environment.filters["title"] = front_matter_text
    # The front matter of a notebook is filled in again for each quarter.
    environment.filters["front"] = lambda value: front_matter_text(value).replace("{", "{{").replace("}", "}}")
    return environment.from_string(text).render(known)


def fill_notebook(text: str, known: dict[str, Any]) -> str:
    """Fill in the cells of a notebook template, leaving out those that end up empty."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = fill("".join(cell["source"]), known).splitlines(keepends=True)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["source"]]
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
