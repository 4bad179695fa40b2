"""Data flows one way: a module imports only from its own package and from those before it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from conftest import ROOT

PACKAGE = "quarterly"
#: The packages in order. Those on one line do not import from one another.
LAYERS = (
    ("core",),
    ("storage", "data"),
    ("ingest",),
    ("records",),
    ("measures",),
    ("disclosure",),
    ("commentary",),
    ("display", "project"),
    ("editions",),
    ("outputs",),
    ("cli",),
)
LAYER_OF = {package: number for number, layer in enumerate(LAYERS) for package in layer}
#: Libraries that data and measures must not import: for charts, notebooks, HTML, Word and workbooks.
FOREIGN = {"altair", "docx", "jinja2", "markupsafe", "nbclient", "nbformat", "openpyxl", "papermill", "vl_convert"}
#: Modules that may see suppressed figures: those that maintain the data or decide on it. All others use `open_basket`.
KEEPERS = {
    "quarterly/disclosure/publishable.py",
    "quarterly/project/next_quarter.py",
    "quarterly/project/starter/__init__.py",
    "quarterly/cli/benchmark.py",
    "quarterly/cli/importing.py",
    "quarterly/cli/records.py",
}
MODULES = sorted((ROOT / "src" / PACKAGE).rglob("*.py"))


def module_name(relative: str) -> str:
    """Turn ``quarterly/core/terms.py`` into ``quarterly.core.terms``."""
    return relative.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def imports_of(source: str, relative: str) -> Iterator[tuple[int, str]]:
    """List a module's imports with lines, including relative ones and those in functions or for type checks."""
    package = module_name(relative) if relative.endswith("__init__.py") else module_name(relative).rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            home = ".".join([*base, *([node.module] if node.module else [])])
            # `from quarterly.display import charts` may name a module, so both readings are checked.
            yield from ((node.lineno, f"{home}.{alias.name}") for alias in node.names)


def package_of(module: str) -> str | None:
    """Return the package of a module of the project; None for any other."""
    top, _, rest = module.partition(".")
    package = rest.partition(".")[0]
    return package if top == PACKAGE and package in LAYER_OF else None


def offences(source: str, relative: str) -> list[str]:
    """List the imports of a module that break the order."""
    package = package_of(module_name(relative))
    found = []
    for line, imported in imports_of(source, relative):
        other = package_of(imported)
        if package and other and other != package and LAYER_OF[other] >= LAYER_OF[package]:
            found.append(f"{relative}:{line} imports {imported}, which does not come before {package}")
        # Figures come from workbooks, so ingest opens them.
        foreign = FOREIGN - ({"openpyxl"} if package == "ingest" else set())
        if package in ("data", "ingest", "measures", "disclosure") and imported.partition(".")[0] in foreign:
            found.append(f"{relative}:{line} imports {imported}, which {package} does not use")
    return found


def test_every_module_is_in_a_package() -> None:
    modules = [path.relative_to(ROOT / "src").as_posix() for path in MODULES]
    outside = [module for module in modules if package_of(module_name(module)) is None]
    assert outside == [f"{PACKAGE}/__init__.py", f"{PACKAGE}/__main__.py"]
    assert {package_of(module_name(module)) for module in modules} - {None} == set(LAYER_OF)


def test_every_package_imports_only_from_those_before_it() -> None:
    found = [
        offence
        for path in MODULES
        for offence in offences(path.read_text(encoding="utf-8"), path.relative_to(ROOT / "src").as_posix())
    ]
    assert found == []


def test_only_modules_that_maintain_the_data_see_suppressed_figures() -> None:
    openers = {
        path.relative_to(ROOT / "src").as_posix()
        for path in MODULES
        for _, name in imports_of(path.read_text(encoding="utf-8"), path.relative_to(ROOT / "src").as_posix())
        if name == "quarterly.data.load.load_basket"
    }
    assert openers == KEEPERS


def test_the_packages_do_depend_on_one_another() -> None:
    """Without this, a check that sees no import at all would pass."""
    pairs = {
        (package_of(module_name(relative)), package_of(imported))
        for path in MODULES
        for relative in [path.relative_to(ROOT / "src").as_posix()]
        for _, imported in imports_of(path.read_text(encoding="utf-8"), relative)
    }
    assert {("data", "core"), ("measures", "data"), ("display", "measures"), ("outputs", "editions")} <= pairs


@pytest.mark.parametrize(
    ("source", "relative"),
    [
        ("from quarterly.display.charts import trend", "quarterly/measures/rag.py"),
        ("import quarterly.outputs.website.render", "quarterly/display/charts.py"),
        ("from quarterly import cli", "quarterly/core/terms.py"),
        ("from ..measures import rag", "quarterly/data/load.py"),
        ("from ..measures.rag import rate", "quarterly/data/__init__.py"),
        ("from .. import display", "quarterly/commentary/format.py"),
        ("def late():\n    from quarterly.commentary import format", "quarterly/data/schema.py"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import quarterly.cli.main",
            "quarterly/editions/runner.py",
        ),
        ("import altair as alt", "quarterly/measures/direction.py"),
        ("import openpyxl", "quarterly/data/load.py"),
        ("from nbformat.v4 import new_notebook", "quarterly/data/project.py"),
        ("import pandas, papermill", "quarterly/data/load.py"),
        ("def late():\n    import jinja2", "quarterly/measures/scorecard.py"),
        ("import altair", "quarterly/ingest/excel.py"),
    ],
)
def test_an_import_against_the_order_is_found(source: str, relative: str) -> None:
    assert len(offences(source, relative)) == 1


@pytest.mark.parametrize(
    ("source", "relative"),
    [
        ("from quarterly.core.terms import Rag", "quarterly/measures/rag.py"),
        ("from quarterly.measures import direction", "quarterly/measures/rag.py"),
        ("from . import terms", "quarterly/core/quarters.py"),
        ("from ..core import terms", "quarterly/data/__init__.py"),
        ("import altair", "quarterly/display/charts.py"),
        ("import pandas", "quarterly/data/load.py"),
        ("import openpyxl", "quarterly/ingest/excel.py"),
    ],
)
def test_an_import_in_the_order_is_not_found(source: str, relative: str) -> None:
    assert offences(source, relative) == []


def test_starting_the_command_line_imports_nothing_slow() -> None:
    code = f"import {PACKAGE}.cli.main, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    modules = set(json.loads(done.stdout))
    assert f"{PACKAGE}.cli.main" in modules
    slow = {
        "altair",
        "nbformat",
        "numpy",
        "openpyxl",
        "pandas",
        "papermill",
        "rapidfuzz",
        "sqlalchemy",
        "vl_convert",
    }
    assert modules & slow == set()
