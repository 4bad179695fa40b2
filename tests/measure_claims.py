"""Print the scores of the claims check: ``python tests/measure_claims.py``."""

from __future__ import annotations

import time
from collections.abc import Callable

import click
from claim_sets import Case, invented, labels, mirrored, officers, overlap, real, score, score_sentences

from quarterly.commentary.claims import Kind, doubts

SETS: dict[str, Callable[[], tuple[Case, ...]]] = {
    "real commentary, this edition": lambda: real("edition"),
    "real commentary, as published": lambda: real("published"),
    "invented comments, tuned to": lambda: invented("tuned"),
    "invented comments, held out": lambda: invented("held_out"),
}


def mirror_recall(part: str) -> tuple[int, int, int]:
    """Count the supported claims, those doubted with mirrored figures, and the doubts about other words."""
    found = {case.name: mirrored(case).found() for case in real(part)}
    supported = [label for label in labels(part) if label.label == "supported"]
    pairs = [(label, doubt) for label in supported for doubt in found[f"{label.area} {label.cell}"]]
    matched = [(label, doubt) for label, doubt in pairs if overlap(label.quote, doubt)]
    explained = {(label.area, label.cell, doubt) for label, doubt in matched}
    return len(supported), len({label for label, _ in matched}), sum(map(len, found.values())) - len(explained)


def seconds(case: Case, length: int) -> float:
    """Time the check of a comment of some length in characters."""
    words = (case.words + "\n") * (length // len(case.words) + 1)
    start = time.perf_counter()
    doubts(words[:length], case.rows, case.quarters)
    return time.perf_counter() - start


def print_officers() -> None:
    """Print recall and false alarms for possible officers' sentences, by kind, for both halves."""
    halves = {half: officers(half) for half in ("tuned", "kept back")}
    kinds = list(dict.fromkeys(sentence.kind for sentence in halves["tuned"]))
    for half, sentences in halves.items():
        for kind in [*kinds, ""]:
            result = score_sentences([sentence for sentence in sentences if kind in ("", sentence.kind)])
            false = result.hits + result.missed
            click.echo(
                f"{half:10} {kind or 'all':10} false {false:3}, doubted {result.hits:3} ({result.recall:.0%});"
                f" false alarms {result.alarms}; precision {result.precision:.1%}"
            )


def main() -> None:
    """Print the figures."""
    print_officers()
    click.echo(f"{'set':32} {'kind':10} comments claims found  wrong alarms  missed  precision    recall")
    for name, cases in SETS.items():
        for kind in Kind:
            those = cases()
            result = score(those, kind)
            claims, found = result.hits + result.missed, result.hits + result.alarms
            precision = f"{result.precision:.1%}" if found else "no doubt"
            recall = f"{result.recall:.1%}" if claims else "no claim"
            click.echo(
                f"{name:32} {kind:10} {len(those):8} {claims:6} {result.hits:5} {result.alarms:13} {result.missed:7} "
                f"{precision:>10} {recall:>9}"
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
            f"  with mirrored figures {caught} of the {supported} supported are doubted; doubts of other words: {other}"
        )
    case = max(invented("tuned"), key=lambda case: len(case.words))
    times = ", ".join(f"{length // 1000} kB {seconds(case, length):.2f} s" for length in (25_000, 50_000, 100_000))
    click.echo(f"Time for one long comment: {times}")


if __name__ == "__main__":
    main()
