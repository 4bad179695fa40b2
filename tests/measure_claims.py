"""Print how well the check of claims does: ``python tests/measure_claims.py``."""

from __future__ import annotations

import time

import click
from claim_sets import Case, invented, labels, mirrored, overlap, real, score

from quarterly.narrative.claims import Kind, doubts

SETS = {
    "real commentary, this edition": lambda: real("edition"),
    "real commentary, as published": lambda: real("published"),
    "invented comments, tuned to": lambda: invented("tuned"),
    "invented comments, held out": lambda: invented("held_out"),
}


def mirror_recall(part: str) -> tuple[int, int, int]:
    """Count the supported claims of direction, those doubted with mirrored figures, and other doubts."""
    cases = {case.name: mirrored(case) for case in real(part)}
    supported = [label for label in labels(part) if label.label == "supported"]
    found = {name: case.found() for name, case in cases.items()}
    caught, explained = 0, 0
    for label in supported:
        name = f"{label.area} {label.cell}"
        hits = [doubt for doubt in found[name] if overlap(label.quote, doubt)]
        caught += bool(hits)
    explained = sum(
        any(
            label.label == "supported" and f"{label.area} {label.cell}" == name and overlap(label.quote, doubt)
            for label in labels(part)
        )
        for name, those in found.items()
        for doubt in those
    )
    return len(supported), caught, sum(len(those) for those in found.values()) - explained


def seconds(case: Case, length: int) -> float:
    """Time one comment of a length in characters."""
    words = (case.words + "\n") * (length // len(case.words) + 1)
    start = time.perf_counter()
    doubts(words[:length], case.rows, case.quarters)
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    click.echo(f"{'set':32} {'kind':10} comments claims found  wrong alarms  missed  precision  recall")
    for name, cases in SETS.items():
        for kind in Kind:
            those = cases()
            result = score(those, kind)
            nothing = not result.hits + result.missed
            click.echo(
                f"{name:32} {kind:10} {len(those):8} {result.hits + result.missed:6} {result.hits:5} {result.alarms:13} {result.missed:7} "
                f"{'none found' if not result.hits + result.alarms else f'{result.precision:10.1%}'} "
                f"{'   none' if nothing else f'{result.recall:7.1%}'}"
            )
    for part in ("edition", "published"):
        counts = {
            label: sum(entry.label == label for entry in labels(part))
            for label in ("supported", "contradicted", "unknowable")
        }
        click.echo(
            f"Claims labelled in the real commentary ({part}): "
            + ", ".join(f"{n} {label}" for label, n in counts.items())
        )
        supported, caught, other = mirror_recall(part)
        click.echo(
            f"  with its figures mirrored, {caught} of the {supported} supported claims are doubted, and {other} doubts are of other words"
        )
    case = max(invented("tuned"), key=lambda case: len(case.words))
    times = ", ".join(f"{length // 1000} kB {seconds(case, length):.2f} s" for length in (25_000, 50_000, 100_000))
    click.echo(f"Time for one long comment: {times}")


if __name__ == "__main__":
    main()
