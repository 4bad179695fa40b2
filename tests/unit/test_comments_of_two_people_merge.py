"""When two people comment on one area and git merges their notebooks, no words are lost, with or without nbdime."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import EXAMPLE, ROOT

from quarterly.commentary.cells import source_of
from quarterly.commentary.notebook_files import open_edition
from quarterly.core.notebook_errors import MarksOfAMerge, UnfinishedMerge

NAME = "reports/2023-24-Q3/workforce.ipynb"
PLACES = [
    ".gitattributes",
    "examples/thornmere-waste/.gitattributes",
    "examples/harrowmere/.gitattributes",
    "src/quarterly/project/starter/files/gitattributes",
]
ANN, BOB = "Eight agency workers left: Ann.", "Two posts are vacant: Bob."
DRIVER = ["git", "config", "merge.jupyternotebook.driver", "git-nbmergedriver merge %O %A %B %L %P"]
needs_nbdime = pytest.mark.skipif(find_spec("nbdime") is None, reason="nbdime is not installed: it is in the group lab")


def said(text: str) -> list[list[str]]:
    """Read the commands quoted in a text; here nbdime is on the path without `uv run`."""
    lines = [line.lstrip("# ") for line in text.splitlines()]
    return [shlex.split(line.replace("uv run ", "")) for line in lines if line.startswith("git ")]


class Clone:
    """A repository with one edition of one area."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / NAME).parent.mkdir(parents=True)
        (root / NAME).write_bytes((EXAMPLE / NAME).read_bytes())
        (root / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
        self.run("git", "init", "-q", "-b", "main")
        self.commit("The edition")

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in it, with no git settings but its own."""
        who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, **who, **alone, "PATH": path}
        done = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", message)

    def write(self, branch: str, place: str, words: str) -> None:
        """Write a comment on a separate branch, as JupyterLab saves it."""
        self.run("git", "switch", "-q", "-C", branch, "main")
        notebook = json.loads((self.root / NAME).read_text(encoding="utf-8"))
        (cell,) = (cell for cell in notebook["cells"] if cell["id"] == place)
        cell["source"] = [*cell["source"][:-1], words]
        text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
        (self.root / NAME).write_text(text, encoding="utf-8", newline="\n")
        self.commit(words)

    def merge(self) -> bool:
        """Merge Ann's branch into Bob's; return whether git could."""
        return self.run("git", "merge", "-q", "--no-edit", "ann", check=False).returncode == 0

    @property
    def words(self) -> str:
        """Return the notebook's text, as a run reads it."""
        notebook = open_edition(self.root / NAME)
        assert notebook is not None
        return "\n".join(map(source_of, notebook["cells"]))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Return a clone as `git clone` makes it, without nbdime's settings."""
    return Clone(tmp_path)


def places(clone: Clone) -> list[str]:
    found = json.loads((clone.root / NAME).read_text(encoding="utf-8"))["cells"]
    return [cell["id"] for cell in found if "commentary" in cell["metadata"].get("tags", [])]


@pytest.mark.parametrize("file", PLACES)
def test_each_project_names_nbdime_for_merging_notebooks(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert said(text) == [DRIVER]
    lines = text.splitlines()
    assert [line.split() for line in lines if line.startswith("*.ipynb")] == [
        ["*.ipynb", "diff=jupyternotebook", "merge=jupyternotebook"]
    ]


@pytest.mark.parametrize("with_nbdime", [False, pytest.param(True, marks=needs_nbdime)])
def test_comments_on_different_indicators_are_both_kept(clone: Clone, *, with_nbdime: bool) -> None:
    first, *_, last = places(clone)
    if with_nbdime:
        clone.run(*DRIVER)
    clone.write("ann", first, ANN)
    clone.write("bob", last, BOB)
    assert BOB in clone.run("git", "diff", "main").stdout
    assert clone.merge()
    assert ANN in clone.words
    assert BOB in clone.words
    assert clone.run("git", "status", "--short").stdout == ""


@needs_nbdime
def test_comments_on_the_same_indicator_are_both_kept_by_following_the_message(clone: Clone) -> None:
    place = places(clone)[1]
    clone.write("ann", place, ANN)
    clone.write("bob", place, BOB)
    assert not clone.merge()
    with pytest.raises(UnfinishedMerge) as refused:
        open_edition(clone.root / NAME)
    assert DRIVER in said(str(refused.value))
    for command in said(str(refused.value)):
        clone.run(*command)
    with pytest.raises(MarksOfAMerge):
        open_edition(clone.root / NAME)
    notebook = json.loads((clone.root / NAME).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = re.sub(r"(?m)^(?:<{7}|={7}|>{7})(?: .*)?\n?", "", source_of(cell))
    (clone.root / NAME).write_text(json.dumps(notebook), encoding="utf-8")
    assert ANN in clone.words
    assert BOB in clone.words
