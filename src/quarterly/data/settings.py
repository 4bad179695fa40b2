"""Read settings as YAML, with errors that say what to do, and write titles for the front matter of a page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from quarterly.core.errors import DataFaults, Fault, unfinished_merge

#: Where a renderer that reads titles as Markdown would see markup. Other renderers show titles as they are, so only a
#: zero-width character that joins its neighbours leaves the title looking the same everywhere.
_MARKUP = re.compile(r"(?<=[<{\[\]`@])|(?<=&)(?=#?\w+;)|(?<=\w)(?=:\S)")
_JOINER = "\N{WORD JOINER}"
#: What is wrong, by a sign in the parser's message, and what to do.
_IN_PLAIN_WORDS = {
    "values are not allowed": "a second colon, or a line indented too far. Put a value with a colon in quotation marks",
    r"'\\t'": "a tab. Indent with spaces",
    "block end|document start": "a line that does not continue those above. Begin keys of one level in one column",
    "expected ':'": "a line without a colon. Write 'key: value', and indent the lines of a longer text",
    "end of stream": "a quotation mark that is not closed. Close it, or delete it",
    "expected ',' or|node content": "a bracket that is not closed. Close it, or put the value in quotation marks",
    "escape": "a backslash between double quotation marks. Use single quotation marks",
    "token|numeric|alias|tag|break|indicator": "a value that begins with a sign. Put it in quotation marks",
    "another document": "a line of dashes. Delete it, and write all keys once",
}


class _Loader(yaml.SafeLoader):
    """A safe YAML loader that rejects repeated keys and aliases."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        try:
            value = super().construct_object(node, deep)
            if isinstance(value, str):
                value.encode("utf-8")
            return value
        except ValueError as error:  # a date such as 2024-13-45, or a lone surrogate
            raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key that is not a word", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value} a second time", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(text: str) -> Any:
    """Read YAML, without repeated keys or aliases.

    Raises
    ------
    yaml.YAMLError
        If the text is not YAML, repeats a key, has an alias, or is nested too deeply.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader, only stricter
    except RecursionError as error:
        raise yaml.YAMLError("it is nested too deeply") from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        mark = yaml.Mark("", error.position, line, column, None, 0)
        raise yaml.MarkedYAMLError(problem="a character that YAML does not allow", problem_mark=mark) from error


def read_settings(path: Path, file: str) -> dict[str, Any]:
    """Read a settings file, which error messages call ``file``.

    Raises
    ------
    DataFaults
        If the file is not UTF-8, not YAML, or not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if faults := unfinished_merge(file, text):
            raise DataFaults(faults)
        content = read_yaml(text) or {}
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at position {error.start}"
        raise DataFaults([Fault(file, None, "", found, "Save the file as UTF-8.")]) from error
    except yaml.YAMLError as error:
        raise DataFaults([_in_plain_words(error, file, text)]) from error
    if not isinstance(content, dict):
        raise DataFaults([Fault(file, 1, "", type(content).__name__, "Write one 'key: value' a line.")])
    return content


def settings_under(content: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the settings under a key; empty if it has none, or something else."""
    found = content.get(key)
    return found if isinstance(found, dict) else {}


def _in_plain_words(error: yaml.YAMLError, file: str, text: str) -> Fault:
    """Return a fault for what is not YAML, with the line: the parser reports the tokens that it expected."""
    said = str(getattr(error, "problem", None) or error)
    begun = re.search("simple key|scalar|flow", getattr(error, "context", None) or "")
    marks = [getattr(error, name, None) for name in ("context_mark", "problem_mark")]
    mark = marks[0] if begun and marks[0] else marks[1]
    line, column = (mark.line + 1, str(mark.column + 1)) if mark else (None, "")
    plain = next((words for sign, words in _IN_PLAIN_WORDS.items() if mark and re.search(sign, said)), "")
    found, _, wanted = (plain or f"{said}. Correct the YAML: one 'key: value' a line, each key once").partition(". ")
    there = [*text.split("\n"), ""][mark.line].strip() if mark and plain else ""
    return Fault(file, line, column, f"{found}: {there}".removesuffix(": "), f"{wanted}.")


def unread_keys(file: str, content: Any, known: tuple[str, ...], under: str = "") -> list[Fault]:
    """Return a fault for each key that nothing reads, usually because it is misspelt."""
    keys = content if isinstance(content, dict) else {}
    expected = f"Correct the spelling or remove it. Known: {', '.join(known)}."
    unknown = [f"{under}.{key}" if under else str(key) for key in keys if key not in known]
    return [Fault(file, None, key, "an unknown key", expected) for key in unknown]


def front_matter_text(text: str) -> str:
    """Write a title as YAML text that no renderer takes for markup."""
    return json.dumps(_MARKUP.sub(_JOINER, text), ensure_ascii=False)


def title_text(setting: Any) -> str:
    """Return a title from settings, without what keeps renderers from taking it for markup."""
    return str(setting or "").replace(_JOINER, "")
