"""Run an edition: execute its notebooks side by side and put them in place, all or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from quarterly.figures.sources import Basket, load_basket
from quarterly.judgement.scorecard import Scorecard, build_scorecard
from quarterly.narrative.editions import edition_file
from quarterly.publish.files import Replacement, replace_together
from quarterly.publish.notebooks import assemble, execute, parameter_names
from quarterly.publish.params import Params, load_params, params_file
from quarterly.words.errors import (
    DataFaults,
    EditionChanged,
    EditionFailed,
    Fault,
    NotebookFailed,
    QuarterlyError,
    UnknownArea,
    UnreadableNotebook,
)
from quarterly.words.quarters import Quarter

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """One notebook to run: what it is made from, and the edition's file as it was when the run began."""

    name: str
    target: Path
    before: bytes | None
    notebook: NotebookNode
    parameters: dict[str, Any]


def template_names(root: Path) -> list[str]:
    """List the notebooks of an edition, in the order of their templates' file names."""
    return sorted(path.stem for path in (root / "notebooks").glob("*.ipynb") if parameter_names(_read(path)))


def prepare(root: Path, quarter: Quarter, names: list[str] | None = None) -> list[Job]:
    """Check the figures and the parameters of a quarter, and say what there is to run.

    Parameters
    ----------
    root : Path
        The project's folder.
    quarter : Quarter
        Any quarter for which there are figures.
    names : list of str, optional
        The notebooks to run, by the id of their area (or ``index``, ``data-quality``); all of them by default.

    Raises
    ------
    DataFaults
        The data or the parameters have faults.
    UnknownQuarter, UnknownArea
        There are no figures for the quarter, or there is no such notebook.
    """
    basket = load_basket(root / "data")
    basket.require_quarter(quarter)
    chosen = _chosen(root, names)
    params = load_params(root, quarter)
    scorecard = build_scorecard(basket, quarter)
    return [_job(root, name, basket, scorecard, params) for name in chosen]


def run_jobs(
    root: Path,
    quarter: Quarter,
    jobs: list[Job],
    workers: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Execute notebooks side by side and put them into the edition.

    Parameters
    ----------
    root : Path
        The project's folder.
    quarter : Quarter
        The quarter of the edition.
    jobs : list of Job
        What `prepare` found there is to run.
    workers : int, optional
        How many run at a time; as many as there are cores by default.
    progress : callable
        Is told the name of each notebook that is done.

    Raises
    ------
    EditionFailed
        Some notebooks failed; the edition is as it was.
    EditionChanged
        Someone saved a notebook of the edition during the run; the edition is as it was.
    """
    failures: list[QuarterlyError] = []
    done: dict[str, NotebookNode] = {}
    with (
        tempfile.TemporaryDirectory(prefix="quarterly-") as scratch,
        ThreadPoolExecutor(workers or os.cpu_count()) as pool,
    ):
        running = {
            pool.submit(execute, job.notebook, _shown(root, job), job.parameters, root, Path(scratch)): job
            for job in jobs
        }
        for future in as_completed(running):
            job = running[future]
            try:
                done[job.name] = future.result()
            except NotebookFailed as failure:
                failures.append(failure)
            if progress:
                progress(job.name)
    if failures:
        raise EditionFailed(str(quarter), failures)
    _put_in_place(root, jobs, done)


def _chosen(root: Path, names: list[str] | None) -> list[str]:
    known = template_names(root)
    for name in names or []:
        if name not in known:
            raise UnknownArea(name, known)
    return [name for name in known if not names or name in names]


def _job(root: Path, name: str, basket: Basket, scorecard: Scorecard, params: Params) -> Job:
    template = _read(root / "notebooks" / f"{name}.ipynb")
    parameters = {**params.notebooks, "quarter": str(params.quarter)}
    known = parameter_names(template)
    file = params_file(root, params.quarter).relative_to(root).as_posix()
    unknown = [
        Fault(
            file,
            None,
            f"notebooks.{key}",
            str(value),
            f"notebooks/{name}.ipynb has no such parameter. It has: {', '.join(known)}.",
        )
        for key, value in parameters.items()
        if key not in known
    ]
    if unknown:
        raise DataFaults(unknown)
    target = edition_file(root, params.quarter, name)
    before = target.read_bytes() if target.is_file() else None
    edition = _as_notebook(before, target.relative_to(root).as_posix()) if before else None
    part = scorecard.area(name) if name in basket.area_ids else scorecard
    return Job(name, target, before, assemble(template, edition, part), parameters)


def _as_notebook(content: bytes, name: str) -> NotebookNode:
    try:
        return nbformat.reads(content.decode("utf-8"), as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, ValueError, AttributeError, KeyError) as error:
        raise UnreadableNotebook(name, str(error).splitlines()[0]) from error


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _shown(root: Path, job: Job) -> str:
    return job.target.relative_to(root).as_posix()


def _put_in_place(root: Path, jobs: list[Job], done: dict[str, NotebookNode]) -> None:
    """Replace the edition's files, each in one step, if nobody has saved one of them since the run began."""
    replacements = [
        Replacement(job.target, job.before, f"{nbformat.writes(done[job.name])}\n".encode()) for job in jobs
    ]
    saved = replace_together(replacements)
    if saved:
        raise EditionChanged(saved.relative_to(root).as_posix())
