"""Figures go one way: a module imports only from its own room and from the rooms to its left."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from conftest import ROOT

PACKAGE = "quarterly"
ROOMS = ("words", "figures", "judgement", "narrative", "display", "publish", "door")
#: What figures and judgement know nothing of: charts, notebooks, HTML, Word and workbooks.
FOREIGN = {"altair", "docx", "jinja2", "markupsafe", "nbclient", "nbformat", "openpyxl", "papermill", "vl_convert"}
#: Where figures come in, workbooks are what they come in: they are opened here and nowhere else to the left of publish.
DOORWAY = ("quarterly/figures/imports/",)
#: Who may see suppressed figures: those who keep the data, and what decides on them. All else opens `open_basket`.
KEEPERS = {
    "quarterly/judgement/disclosure/publishable.py",
    "quarterly/publish/rehearsal.py",
    "quarterly/publish/rollforward.py",
    "quarterly/publish/starter/__init__.py",
    "quarterly/door/benchmark.py",
    "quarterly/door/importing.py",
}
MODULES = sorted((ROOT / "src" / PACKAGE).rglob("*.py"))


def module_name(relative: str) -> str:
    """Turn ``quarterly/words/terms.py`` into ``quarterly.words.terms``."""
    return relative.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def imports_of(source: str, relative: str) -> Iterator[tuple[int, str]]:
    """List what a module imports, with the line: also inside functions, relative, and for type checks only."""
    package = module_name(relative) if relative.endswith("__init__.py") else module_name(relative).rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            home = ".".join([*base, *([node.module] if node.module else [])])
            # `from quarterly.display import charts` may name a module: both readings are looked at.
            yield from ((node.lineno, f"{home}.{alias.name}") for alias in node.names)


def room_of(module: str) -> str | None:
    """Name the room of a module; None for what belongs to no room."""
    package, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    return room if package == PACKAGE and room in ROOMS else None


def offences(source: str, relative: str) -> list[str]:
    """List the imports of a module that go against the order of the house."""
    room = room_of(module_name(relative))
    found = []
    for line, imported in imports_of(source, relative):
        other = room_of(imported)
        if room and other and ROOMS.index(other) > ROOMS.index(room):
            found.append(f"{relative}:{line} imports {imported}, which stands to the right of {room}")
        foreign = FOREIGN - ({"openpyxl"} if relative.startswith(DOORWAY) else set())
        if room in ("figures", "judgement") and imported.partition(".")[0] in foreign:
            found.append(f"{relative}:{line} imports {imported}, of which {room} knows nothing")
    return found


def test_every_module_stands_in_a_room() -> None:
    modules = [path.relative_to(ROOT / "src").as_posix() for path in MODULES]
    homeless = [module for module in modules if room_of(module_name(module)) is None]
    assert homeless == [f"{PACKAGE}/__init__.py", f"{PACKAGE}/__main__.py"]
    assert {room_of(module_name(module)) for module in modules} - {None} == set(ROOMS)


def test_every_room_imports_only_from_the_rooms_to_its_left() -> None:
    found = [
        offence
        for path in MODULES
        for offence in offences(path.read_text(encoding="utf-8"), path.relative_to(ROOT / "src").as_posix())
    ]
    assert found == []


def test_only_who_keeps_the_data_sees_what_is_suppressed() -> None:
    openers = {
        path.relative_to(ROOT / "src").as_posix()
        for path in MODULES
        for _, name in imports_of(path.read_text(encoding="utf-8"), path.relative_to(ROOT / "src").as_posix())
        if name == "quarterly.figures.sources.load_basket"
    }
    assert openers == KEEPERS


def test_the_rooms_do_depend_on_one_another() -> None:
    """Without this, a check that sees no import at all would pass."""
    pairs = {
        (room_of(module_name(relative)), room_of(imported))
        for path in MODULES
        for relative in [path.relative_to(ROOT / "src").as_posix()]
        for _, imported in imports_of(path.read_text(encoding="utf-8"), relative)
    }
    assert {("figures", "words"), ("judgement", "figures"), ("display", "judgement"), ("door", "publish")} <= pairs


@pytest.mark.parametrize(
    ("source", "relative"),
    [
        ("from quarterly.display.charts import trend", "quarterly/judgement/rating.py"),
        ("import quarterly.publish.site", "quarterly/display/charts.py"),
        ("from quarterly import door", "quarterly/words/terms.py"),
        ("from ..judgement import rating", "quarterly/figures/sources.py"),
        ("from ..judgement.rating import rate", "quarterly/figures/__init__.py"),
        ("from .. import display", "quarterly/narrative/commentary.py"),
        ("def late():\n    from quarterly.narrative import commentary", "quarterly/figures/schema.py"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import quarterly.door.cli",
            "quarterly/publish/runner.py",
        ),
        ("import altair as alt", "quarterly/judgement/trend.py"),
        ("import openpyxl", "quarterly/figures/sources.py"),
        ("from nbformat.v4 import new_notebook", "quarterly/figures/project.py"),
        ("import pandas, papermill", "quarterly/figures/sources.py"),
        ("def late():\n    import jinja2", "quarterly/judgement/scorecard.py"),
        ("import altair", "quarterly/figures/imports/excel.py"),
    ],
)
def test_an_import_against_the_order_is_found(source: str, relative: str) -> None:
    assert len(offences(source, relative)) == 1


@pytest.mark.parametrize(
    ("source", "relative"),
    [
        ("from quarterly.words.terms import Rag", "quarterly/judgement/rating.py"),
        ("from quarterly.judgement import trend", "quarterly/judgement/rating.py"),
        ("from . import terms", "quarterly/words/quarters.py"),
        ("from ..words import terms", "quarterly/figures/__init__.py"),
        ("import altair", "quarterly/display/charts.py"),
        ("import pandas", "quarterly/figures/sources.py"),
        ("import openpyxl", "quarterly/figures/imports/excel.py"),
    ],
)
def test_an_import_in_the_order_is_not_found(source: str, relative: str) -> None:
    assert offences(source, relative) == []


def test_starting_the_command_line_imports_nothing_slow() -> None:
    code = f"import {PACKAGE}.door.cli, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    modules = set(json.loads(done.stdout))
    assert f"{PACKAGE}.door.cli" in modules
    slow = {
        "altair",
        "nbformat",
        "numpy",
        "openpyxl",
        "pandas",
        "pandera",
        "papermill",
        "rapidfuzz",
        "sqlalchemy",
        "vl_convert",
    }
    assert modules & slow == set()
