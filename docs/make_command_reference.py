"""Write ``docs/commands.qmd``, the command reference, from the commands' own help."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from quarterly.cli.main import main

PAGE = Path(__file__).parent / "commands.qmd"
_HEAD = """---
title: Commands
subtitle: What each command does, with its options
---

<!-- Written by docs/make_command_reference.py from the commands' own help: change that instead. -->

Put `uv run` before each. QUARTER is a reporting year and quarter, such as `2023-24-Q3`; the default is the newest one
in `params/`. The exit status is 0 on success, 1 when something is wrong with the data or a run, and 2 when the command
was used wrongly.
"""


def reference() -> str:
    """Return the page: a section for each command, with its usage, its help and its options.

    Returns
    -------
    str
        Markdown for either renderer.
    """
    return "\n".join([_HEAD, *(_section(path, command) for path, command in _commands(main, "quarterly"))])


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _section(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    records = [
        option.get_help_record(context)
        for option in command.get_params(context)
        if isinstance(option, click.Option) and "--help" not in option.opts
    ]
    options = [
        f"- `{' '.join(flags.split())}`: {_escaped(' '.join(text.split()))}" for flags, text in filter(None, records)
    ]
    return "\n\n".join([f"## `{path}`", f"```\n{usage}\n```", *_paragraphs(command.help or ""), "\n".join(options), ""])


def _paragraphs(text: str) -> Iterator[str]:
    r"""Yield the paragraphs of a help text; those after ``\b`` keep their line breaks, and examples become code."""
    for paragraph in inspect.cleandoc(text).replace("\b\n", "\b").split("\n\n"):
        if not paragraph.startswith("\b"):
            yield _escaped(" ".join(paragraph.split()))
            continue
        first, *rest = paragraph.removeprefix("\b").split("\n")
        yield f"{_escaped(first)}\n\n```\n{inspect.cleandoc(chr(10).join(rest))}\n```" if rest else _escaped(first)


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", r"\*")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8", newline="\n")
