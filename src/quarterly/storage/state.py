"""The inputs and outputs of each product, by content digest: a product is rebuilt only when its inputs change.

Everything that the commands make is a `Product`: it has inputs, each with a readable name and a digest of its content,
and outputs, which are files. It is up to date if the inputs are those that it was last made from and the outputs have
not changed since. This is recorded in ``.quarterly/``, which is not kept in git: versions differ between machines.

Contents are read and hashed every time. Sizes and modification times would be quicker, but a checkout, a copy or a
clock set back makes them wrong, and reading is cheap: the whole worked example takes a twentieth of a second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quarterly.storage.atomic import replace_file

FOLDER = ".quarterly"
_DIGEST = 64


@dataclass(frozen=True)
class Product:
    """Something that a command makes."""

    name: str  # for messages, such as ``reports/2023-24-Q3/workforce.ipynb``
    #: The digest or version of each input, by a readable name.
    inputs: Mapping[str, str]
    outputs: tuple[Path, ...]  # the files made, or a folder with nothing else in it


@dataclass(frozen=True)
class Memory:
    """The record of a product: its inputs and outputs when it was made, and any detail that its maker added."""

    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)


def digest(content: str | bytes) -> str:
    """Return the SHA-256 digest of content, in hexadecimal."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()


def digests(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    """Return the digests of files, and of every file in folders, by path relative to the project."""
    files = [found for path in paths for found in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    return {path.relative_to(root).as_posix(): digest(path.read_bytes()) for path in files if path.is_file()}


def recall(root: Path, name: str) -> Memory | None:
    """Return the record of a product; None if there is none or it cannot be read."""
    try:
        content = json.loads(_file(root, name).read_text(encoding="utf-8"))
        return Memory(content["inputs"], content["outputs"], content["detail"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(root: Path, product: Product, detail: dict[str, Any] | None = None) -> None:
    """Record a product's inputs, outputs and detail."""
    known = {"inputs": product.inputs, "outputs": digests(root, product.outputs), "detail": detail or {}}
    replace_file(_file(root, product.name), json.dumps(known, indent=1, sort_keys=True) + "\n")


def forget(root: Path, product: Product) -> None:
    """Delete the record of a product whose inputs cannot be known, so that it is always rebuilt."""
    _file(root, product.name).unlink(missing_ok=True)


def rebuild_reason(root: Path, product: Product) -> str:
    """Describe why a product must be rebuilt; blank if it is up to date."""
    known = recall(root, product.name)
    if known is None:
        return "it has not been made here before"
    return differences(known.inputs, product.inputs) or output_differences(root, known, product)


def output_differences(root: Path, known: Memory, product: Product) -> str:
    """Describe how a product's files differ from those that were made."""
    found = digests(root, product.outputs)
    if found == known.outputs:
        return ""
    missing = sorted(known.outputs.keys() - found.keys())
    other = sorted(name for name, content in found.items() if known.outputs.get(name) != content)
    return _sentence([f"{name} is missing" for name in missing] + [f"{name} was edited" for name in other])


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Describe how a product's inputs differ from those that it was made from."""
    said = []
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old is None:
            said.append(f"{name} is new")
        elif new is None:
            said.append(f"{name} was removed")
        elif old != new:
            versions = "" if _DIGEST in (len(old), len(new)) else f" from {old} to {new}"
            said.append(f"{name} changed{versions}")
    return _sentence(said)


def _sentence(parts: list[str], most: int = 3) -> str:
    more = f", and {len(parts) - most} more" if len(parts) > most else ""
    return ", ".join(parts[:most]) + more


def _file(root: Path, name: str) -> Path:
    return root / FOLDER / "made" / f"{name.replace('/', '~')}.json"
