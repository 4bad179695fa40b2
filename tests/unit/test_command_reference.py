"""The command reference agrees with the commands' own help."""

from __future__ import annotations

import runpy

import pytest
from conftest import ROOT

from quarterly.cli.main import main

PAGE = ROOT / "docs" / "commands.qmd"


def test_the_page_is_generated_from_the_commands_help() -> None:
    reference = runpy.run_path(str(ROOT / "docs" / "make_command_reference.py"))["reference"]
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: uv run python docs/make_command_reference.py"


@pytest.mark.parametrize("name", main.commands)
def test_every_command_is_on_the_page(name: str) -> None:
    assert f"## `quarterly {name}" in PAGE.read_text(encoding="utf-8")
