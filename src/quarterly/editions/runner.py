"""Run an edition: execute the notebooks whose inputs changed, and put all of them in place or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from quarterly.commentary.cells import SHOWN, SUPPRESSED
from quarterly.commentary.contradictions import contradictions
from quarterly.commentary.disclosure_check import cells_with_records
from quarterly.commentary.notebook_files import open_edition, open_template
from quarterly.commentary.promises import area_promises, edition_promises, promises_made
from quarterly.commentary.read import previous_comments, regrouped
from quarterly.core.errors import DataFaults, Fault, RecordsInEdition
from quarterly.core.output_errors import FiguresNotSuppressed
from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import EditionChanged, EditionFailed, NotebookFailed
from quarterly.core.terms import listing
from quarterly.data.load import Basket
from quarterly.data.params import Params, load_params
from quarterly.data.project import params_file
from quarterly.disclosure import Publishable, open_basket
from quarterly.display.seen import Seen
from quarterly.editions.dependencies import executed, files_named, input_digests, inputs_known, with_outputs
from quarterly.editions.limits import AT_A_TIME
from quarterly.editions.notebooks import SEEN, as_published, assemble, parameter_names
from quarterly.editions.published import descriptions
from quarterly.editions.user_cells import as_node
from quarterly.editions.workers import Outcome, Task, run_here, run_on_cluster
from quarterly.measures.scorecard import Scorecard
from quarterly.project import products
from quarterly.storage.atomic import Replacement, replace_together
from quarterly.storage.state import Memory, Product, differences, digest, forget, recall, remember

Progress = Callable[[str], None]
#: What a notebook's outputs depend on, by a readable name, before or after the run.
CommentDigests = Callable[[str], dict[str, str]]
InputDigests = Callable[[Seen, str], dict[str, str]]
_BEFORE, _AFTER = "before", "after"


@dataclass(frozen=True)
class Job:
    """One notebook of an edition."""

    product: Product  # its file, and what that depends on as far as files show
    before: bytes | None  # the file as it was when the run began
    notebook: NotebookNode  # the notebook to execute
    parameters: dict[str, Any]  # the values to inject
    sees: InputDigests  # returns what its outputs depend on, given what it has read, before or after the run
    #: What it read when last executed; None if it never was, or if that is not known.
    seen: Seen | None
    kept: NotebookNode | None  # the result of executing it; None until that is known
    reason: str  # why it has to be executed; blank if it does not
    moved: list[str]  # the comments whose group or indicators were changed since the last run, old → new

    @property
    def target(self) -> Path:
        """The edition's file."""
        return self.product.outputs[0]


def prepare(root: Path, quarter: Quarter, names: list[str] | None = None) -> list[Job]:
    """Check the figures and the parameters of a quarter, and return the notebooks to run.

    ``names`` are the ids of areas, ``index`` or ``data-quality``; all notebooks by default.

    Raises
    ------
    DataFaults
        The data or the parameters have faults.
    UnknownQuarter, UnknownArea
        There are no figures for the quarter, or there is no such notebook.
    """
    # Files are hashed before they are read, so that a later change is found at the next run.
    made = products.notebooks(root, quarter, names)
    opened = open_basket(root)
    known = opened.known_at(quarter)
    no_area_yet = set(opened.basket.area_ids) - set(known.area_ids)
    for name in no_area_yet.intersection(names or ()):
        known.require_area(name)
    params = load_params(root, quarter)
    scorecard = opened.scorecard(quarter)
    comments = _comment_digests(root, known, scorecard)
    made = [product for product in made if product.outputs[0].stem not in no_area_yet]
    return [_job(root, product, opened, known, scorecard, params, comments) for product in made]


def require_parameters(root: Path, quarter: Quarter) -> None:
    """Refuse parameters of a quarter that a template does not have, without assembling notebooks."""
    params = load_params(root, quarter)
    for product in products.notebooks(root, quarter):
        _template(root, product, params)


def _template(root: Path, product: Product, params: Params) -> tuple[NotebookNode, dict[str, Any]]:
    """Return a notebook's template with the values to inject; refuse any that it does not have."""
    name = product.outputs[0].name
    template = as_node(open_template(root / "notebooks" / name))
    parameters = {**params.notebooks, "quarter": str(params.quarter)}
    known = parameter_names(template)
    file = params_file(root, params.quarter).relative_to(root).as_posix()
    expected = f"notebooks/{name} has no such parameter. It has: {', '.join(known)}."
    unknown = [
        Fault(file, None, f"notebooks.{key}", str(value), expected)
        for key, value in parameters.items()
        if key not in known
    ]
    if unknown:
        raise DataFaults(unknown)
    return template, parameters


def _comment_digests(root: Path, basket: Basket, scorecard: Scorecard) -> CommentDigests:
    """Read what the comments of all areas say, which some notebooks show, once before and once after a run."""

    @cache
    def comments(stage: str) -> dict[str, str]:  # noqa: ARG001 - the run may change the comments
        found = contradictions(root, scorecard, basket.area_ids, basket.accepted)
        return {
            "the ratings that commentary contradicts": digest(" ".join(f"{one.id} {one.level}" for one in found)),
            "the promises of all areas": digest(repr(edition_promises(root, basket.area_ids, scorecard))),
        }

    return comments


def run_jobs(
    root: Path,
    quarter: Quarter,
    jobs: list[Job],
    workers: int = AT_A_TIME,
    progress: Progress | None = None,
    *,
    scheduler: str | None = None,
    force: bool = False,
) -> None:
    """Execute the notebooks that need it in parallel, and put all of them into the edition.

    ``progress`` is called with the name of each notebook that is done. ``scheduler`` is the address of a Dask cluster
    to run them on, and ``force`` executes all of them.

    Raises
    ------
    EditionFailed
        Some notebooks failed; the edition is as it was.
    EditionChanged
        Someone saved a notebook of the edition during the run; the edition is as it was.
    NoCluster
        There is no such cluster.
    """
    failures: list[NotebookFailed] = []
    done = {job.product.name: job for job in jobs}
    # The longest first, so that it does not run alone at the end while the other cores wait.
    due = sorted((job for job in jobs if force or job.kept is None), key=lambda job: -len(job.before or b""))
    tasks = [Task(job.product.name, job.notebook, job.parameters) for job in due]
    outcomes: Iterable[Outcome] = ()
    if tasks and scheduler:
        outcomes = run_on_cluster(root, tasks, scheduler, products.read_by_notebooks(root, quarter))
    elif tasks:
        outcomes = run_here(root, tasks, workers)
    for name, outcome in outcomes:
        if isinstance(outcome, NotebookFailed):
            failures.append(outcome)
        else:
            seen = Seen.from_json(outcome.metadata.pop(SEEN))
            done[name] = replace(done[name], seen=seen, kept=outcome)
        if progress:
            progress(Path(name).stem)
    if failures:
        raise EditionFailed(str(quarter), list(failures))
    _put_in_place(root, quarter, list(done.values()))


def _job(
    root: Path,
    product: Product,
    opened: Publishable,
    known: Basket,
    scorecard: Scorecard,
    params: Params,
    comments: CommentDigests,
) -> Job:
    basket, known, name = opened.basket, opened.known_at(params.quarter), product.outputs[0].stem
    template, parameters = _template(root, product, params)
    before = product.outputs[0].read_bytes() if product.outputs[0].is_file() else None
    found = open_edition(product.outputs[0])
    edition = as_node(found) if found else None
    part = scorecard.area(name) if name in basket.area_ids else scorecard
    promised = area_promises(root, name, scorecard) if name in basket.area_ids else []
    for file, one in ((f"notebooks/{name}.ipynb", template), (product.outputs[0].relative_to(root).as_posix(), found)):
        if shown := cells_with_records(one) if one else []:
            raise RecordsInEdition([f"{file}, cell {cell}" for cell in shown])
        for cell, named in files_named(one["cells"]) if one and not opened.rule.off else ():
            raise FiguresNotSuppressed(f"{named} (named in {file}, cell {cell})")
    notebook = assemble(template, edition, part, promised)
    if name in basket.area_ids and SHOWN in notebook.metadata:
        notebook.metadata[SHOWN]["described"] = nbformat.from_dict(descriptions(known, part, name))
    if suppressed := opened.suppressed_at(params.quarter):
        notebook.metadata[SUPPRESSED] = suppressed
    rule = {"the rule on small numbers": digest(opened.rule.words)}
    here = promises_made(root, name, part) if name in basket.area_ids else []
    said = previous_comments(root, name, scorecard) if name in basket.area_ids else []
    words = {"the promises of its area": digest(repr((promised, here))), "its earlier comments": digest(repr(said))}
    rest = {**rule, **words, **products.environment()}

    def sees(seen: Seen, stage: str) -> dict[str, str]:
        said = comments(stage) if seen.comments else {}
        return {**input_digests(notebook, parameters, known, seen), **rest, **said}

    made = recall(root, product.name)
    seen = Seen.from_json(made.detail["seen"]) if made and "seen" in made.detail else None
    reason = _why(made, seen, sees, notebook, edition)
    kept = None if reason or edition is None else as_published(with_outputs(notebook, edition))
    moved = regrouped(edition, part) if edition else []
    return Job(product, before, notebook, parameters, sees, seen, kept, reason, moved)


def _why(
    known: Memory | None, seen: Seen | None, sees: InputDigests, notebook: NotebookNode, edition: NotebookNode | None
) -> str:
    """State why a notebook has to be executed; blank if its outputs are up to date."""
    if edition is None:
        return "it has not been made yet"
    if not inputs_known(notebook):
        return "it has code of its own, so its inputs cannot be known"
    if known is None or seen is None:
        return "it has not been made here before"
    if seen.files:
        return f"its cells open {listing(sorted(seen.files))}, so its inputs cannot be known"
    changed = differences(known.detail["sees"], sees(seen, _BEFORE))
    return changed or ("" if executed(edition) == known.detail["executed"] else "its code or outputs were changed")


def _put_in_place(root: Path, quarter: Quarter, jobs: list[Job]) -> None:
    """Replace the edition's files, unless one of them was saved since the run began."""
    texts = {job.target: f"{nbformat.writes(job.kept)}\n" for job in jobs}
    made = [Replacement(job.target, job.before, texts[job.target].encode("utf-8")) for job in jobs]
    # Unchanged files are not written: JupyterLab would report that they had changed.
    saved = replace_together([each for each in made if each.content != each.before])
    if saved:
        raise EditionChanged(saved.relative_to(root).as_posix())
    words = products.words_here(root, quarter)
    for job in jobs:
        if job.seen is None or not inputs_known(job.notebook):
            forget(root, job.product)
            continue
        # Without inputs it is never up to date. ``words``: a run removes confirmations from people's words.
        inputs = {} if job.seen.files else {**job.product.inputs, **words}
        product = replace(job.product, inputs=inputs)
        result = executed(nbformat.reads(texts[job.target], as_version=4))
        remember(root, product, {"sees": job.sees(job.seen, _AFTER), "seen": job.seen.as_json(), "executed": result})
