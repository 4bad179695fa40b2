"""Measure how long the report takes, compared with an analyst's alternative: a loop of plain papermill commands.

    uv run python benchmarks/run.py                 # all of it; half an hour on two cores
    uv run python benchmarks/run.py --part edition  # one part

Machines differ and are busy, so the ratios matter, measured side by side in one run: each round runs everything once,
in turn, and the medians of the rounds are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from generated import ROOT, generate

from quarterly.data.project import template_names

QUARTER = "2023-24-Q3"
FIGURE = "average-caseload,2023-24-Q3,14.0", "average-caseload,2023-24-Q3,14.5"
PROJECT = ("data", "docs", "notebooks", "params", "reports", "theme", "_parts", "indicators", "_quarto.yml")
OURS = [sys.executable, "-m", "quarterly"]
MEGABYTE = 2**20


@dataclass
class Measured:
    """The seconds and peak memory of each round of one way."""

    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def add(self, commands: list[list[str]], folder: Path) -> None:
        """Run commands one after the other, and record their time and their peak memory, including children."""
        begun, most = time.perf_counter(), 0.0
        for command in commands:
            most = max(most, peak(command, folder))
        self.seconds.append(time.perf_counter() - begun)
        self.megabytes.append(most)

    @property
    def median(self) -> float:
        """Median of the rounds, in seconds."""
        return statistics.median(self.seconds)


def peak(command: list[str], folder: Path) -> float:
    """Run a command; return the peak memory in MB of it and its children, counting shared pages once."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT, env=environment)
        most, done = [0.0], threading.Event()

        def watch() -> None:
            pause = 0.1
            while not done.wait(pause):
                begun = time.perf_counter()
                most[0] = max(most[0], memory(running.pid))
                # Reading shared memory is slow: spend no more than a twentieth of the time on it.
                pause = max(0.1, 20 * (time.perf_counter() - begun))

        watcher = threading.Thread(target=watch)
        watcher.start()
        failed = running.wait()
        done.set()
        watcher.join()
        said.seek(0)
        if failed:
            sys.exit(f"{' '.join(command)} failed:\n{said.read().decode('utf-8', 'replace')}")
    return most[0]


def memory(pid: int) -> float:
    """Return the memory of a process and its children in MB, counting shared pages once."""
    total = 0
    try:
        family = psutil.Process(pid)
        for process in [family, *family.children(recursive=True)]:
            try:
                used = process.memory_full_info()
                total += getattr(used, "pss", used.uss)
            except (psutil.Error, OSError):
                continue
    except psutil.Error:
        pass
    return total / MEGABYTE


def copy_project(to: Path) -> Path:
    """Copy the worked example."""
    for name in (*PROJECT, *(page.name for page in ROOT.glob("*.qmd"))):
        source = ROOT / name
        shutil.copytree(source, to / name) if source.is_dir() else shutil.copy2(source, to / name)
    return to


def turn(root: Path) -> None:
    """Change a figure, or change it back."""
    path = root / "data" / "observations.csv"
    text = path.read_text(encoding="utf-8")
    old, new = FIGURE if FIGURE[0] in text else FIGURE[::-1]
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def names(root: Path) -> list[str]:
    """List the notebooks of an edition."""
    return template_names(root)


def loop(root: Path) -> list[list[str]]:
    """Return the commands of an analyst who has only papermill."""
    out = root / "loop"
    out.mkdir(exist_ok=True)
    return [
        [sys.executable, "-m", "papermill", f"notebooks/{name}.ipynb", f"loop/{name}.ipynb", "-p", "quarter", QUARTER]
        for name in names(root)
    ]


FLOOR = """
import json, sys
from pathlib import Path
shown = 0
for name in sys.argv[1:]:
    known = {}
    for cell in json.loads(Path("notebooks", f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            try:
                result = eval(source, known)
            except SyntaxError:
                exec(source, known)
            else:
                shown += len(result._repr_mimebundle_()["text/html"]) if result is not None else 0
print(shown)
"""


def edition(root: Path, rounds: int) -> None:
    """Compare ways to run the notebooks of the worked example."""
    copy_project(root)
    ways: dict[str, Measured] = {}

    def measure(name: str, commands: list[list[str]]) -> None:
        ways.setdefault(name, Measured()).add(commands, root)

    run, build = [*OURS, "run", QUARTER], [*OURS, "build", QUARTER, "--renderer", "embedded"]
    peak(build, root)  # so that the site exists and files are cached by the system
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        measure("A loop of papermill commands", loop(root))
        shutil.rmtree(root / ".quarterly")
        measure("Ours, cold", [run])
        turn(root)
        measure("Ours, one figure changed", [run])
        turn(root)
        peak(build, root)
        measure("Ours, nothing changed", [build])
        measure("The same cells in one plain Python process", [[sys.executable, "-c", FLOOR, *names(root)]])
        measure("Rendering the site", [[*OURS, "render", "--renderer", "embedded", "--force"]])
    slowest = ways["A loop of papermill commands"].median
    rows = [
        [name, f"{way.median:.2f}", f"{slowest / way.median:.1f} times", f"{max(way.megabytes):.0f}"]
        for name, way in ways.items()
    ]
    show(
        f"The {len(names(root))} notebooks of an edition, medians of {rounds}, {os.cpu_count()} cores",
        ["Way", "Seconds", "Faster than the loop", "Peak memory, MB"],
        rows,
    )
    cold, floor = ways["Ours, cold"].median, ways["The same cells in one plain Python process"].median
    say(f"Cold against the plain process: {cold / floor:.2f} times as long.\n")
    shares(root, slowest)


def shares(root: Path, whole: float) -> None:
    """Show where the time of the loop goes, from the durations that papermill records for each cell."""
    imports = cells = inside = 0.0
    for name in names(root):
        notebook = json.loads((root / "loop" / f"{name}.ipynb").read_text(encoding="utf-8"))
        inside += notebook["metadata"]["papermill"]["duration"]
        for cell in notebook["cells"]:
            took = cell["metadata"].get("papermill", {}).get("duration") or 0.0
            if any("import" in line for line in cell["source"]):
                imports += took
            else:
                cells += took
    parts = {
        "Papermill's own start, once a notebook": whole - inside,
        "Kernels: start and stop": inside - imports - cells,
        "Imports, and opening the report": imports,
        "All other cells": cells,
    }
    show(
        "Where the loop's time goes (the last round, against the median)",
        ["Part", "Seconds", "Share"],
        [[name, f"{part:.1f}", f"{part / whole:.0%}"] for name, part in parts.items()],
    )


def growth(root: Path, sizes: list[int]) -> None:
    """Run 10, 100 and 1,000 notebooks of generated projects, and compare the time for each."""
    rows = []
    for size in sizes:
        project = root / str(size)
        areas = min(size, 25)
        quarters = generate(project, areas, 4, size // areas)
        way = Measured()
        way.add([[sys.executable, str(Path(__file__).with_name("many.py")), *quarters]], project)
        rows.append([f"{size:,}", f"{way.median:.1f}", f"{way.median / size:.2f}", f"{way.megabytes[0]:.0f}"])
        say(" | ".join(rows[-1]))
        shutil.rmtree(project)
    show(
        "Growth: many editions of a generated basket",
        ["Notebooks", "Seconds", "Seconds a notebook", "Peak memory, MB"],
        rows,
    )


def scorecard(root: Path, rounds: int) -> None:
    """Rate the figures of every authority at once."""
    generate(root / "england", 153, 60, 40)
    code = """
import resource, sys, time
from pathlib import Path
from quarterly.data.load import load_basket
from quarterly.measures.scorecard import build_scorecard
begun = time.perf_counter()
basket = load_basket(Path("data"))
loaded = time.perf_counter()
scorecard = build_scorecard(basket, basket.quarters[-1])
print(len(scorecard.rows), len(scorecard.history), loaded - begun, time.perf_counter() - loaded,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
    found = []
    for _ in range(rounds):
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=root / "england", capture_output=True, text=True, encoding="utf-8", check=True
        )
        found.append([float(part) for part in done.stdout.split()])
    rows, history, loading, judging, used = (statistics.median(column) for column in zip(*found, strict=True))
    show(
        f"A scorecard over 153 authorities, 60 indicators and 40 quarters, medians of {rounds}",
        ["Indicators", "Figures judged", "Reading and checking, s", "Judging, s", "Peak memory, MB"],
        [[f"{rows:,.0f}", f"{history:,.0f}", f"{loading:.2f}", f"{judging:.2f}", f"{used:.0f}"]],
    )


def say(text: str) -> None:
    """Print a progress message."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show(title: str, head: list[str], rows: list[list[str]]) -> None:
    """Print a table in Markdown, as in docs/speed.qmd."""
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    say("\n".join(["", f"{title}:", "", *(f"| {' | '.join(line)} |" for line in lines), ""]))


def main() -> None:
    """Run the requested parts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--part", choices=["edition", "growth", "scorecard"], action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    wanted = parser.parse_args()
    parts: dict[str, Callable[[Path], None]] = {
        "edition": lambda root: edition(root, wanted.rounds),
        "growth": lambda root: growth(root, wanted.sizes),
        "scorecard": lambda root: scorecard(root, wanted.rounds),
    }
    for name, part in parts.items():
        if not wanted.part or name in wanted.part:
            with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
                part(Path(folder, "project"))


if __name__ == "__main__":
    main()
