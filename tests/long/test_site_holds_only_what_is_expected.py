"""The site holds only what this build makes: no older site, no file of another basket, no copy."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml
from conftest import ROOT, Project

from quarterly.data.project import edition_notebooks

SETTINGS = [
    "_quarto.yml",
    "examples/thornmere-waste/_quarto.yml",
    "examples/harrowmere/_quarto.yml",
    "src/quarterly/project/starter/files/_quarto.yml",
]


def site_files(project: Project) -> set[str]:
    """List the files of the site."""
    site = project.root / "_site"
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


@pytest.mark.parametrize("file", SETTINGS)
def test_resources_are_named_from_the_root(file: str) -> None:
    """Quarto matches a pattern without a leading slash at any depth, and takes an older site for a source."""
    text = (ROOT / file).read_text(encoding="utf-8").replace("[[", '"').replace("]]", '"')
    resources = yaml.safe_load(text.replace('"" ', '"').replace(' ""', '"'))["project"]["resources"]
    assert resources
    assert all(pattern.startswith("/") for pattern in resources)


@pytest.mark.parametrize(
    "file", [".gitignore", "examples/thornmere-waste/.gitignore", "examples/harrowmere/.gitignore"]
)
def test_quarto_need_not_change_what_git_ignores(file: str) -> None:
    assert "**/*.quarto_ipynb\n" in (ROOT / file).read_text(encoding="utf-8")


def test_three_builds_and_strange_folders_add_nothing(project: Project, renderer: str) -> None:
    def render() -> set[str]:
        done = project("render", "--renderer", renderer, "--force")
        assert done.returncode == 0, done.stderr
        return site_files(project)

    downloads = project.root / "downloads" / "2023-24-Q3"
    downloads.mkdir(parents=True)
    (downloads / "scorecard.csv").write_text("a\n", encoding="utf-8")
    first = render()
    assert "downloads/2023-24-Q3/scorecard.csv" in first
    for folder in (".venv/lib/x", "examples/other", "_site/downloads/old", "src/x/theme", "reports/downloads"):
        for name in ("downloads/secret.csv", "docs/guide/secret.png", "theme/secret.js"):
            (project.root / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (project.root / folder / name).write_text("secret", encoding="utf-8")
    assert render() == first
    shutil.rmtree(downloads)
    assert render() == first - {"downloads/2023-24-Q3/scorecard.csv"}


def test_a_build_names_what_it_leaves_out_and_publishes_no_copy(project: Project) -> None:
    edition = project.root / "reports/2023-24-Q3"
    copies = ["workforce-Copy1.ipynb", "workforce (A's conflicted copy 2024-02-01).ipynb", "notes.ipynb"]
    notebook = json.loads((edition / "workforce.ipynb").read_text(encoding="utf-8"))
    notebook["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "An analyst's remark."})
    (edition / "workforce.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for name in copies:
        shutil.copy(edition / "workforce.ipynb", edition / name)
    done = project("render", "--renderer", "embedded")
    assert done.returncode == 0, done.stderr
    place = f"reports/2023-24-Q3/workforce.ipynb, cell {len(notebook['cells'])}"
    assert f"Warning in {place}\n    Only the website shows this" in done.stderr
    assert all(f"Error in reports/2023-24-Q3/{name}" in done.stderr for name in copies)
    pages = {path.stem for path in (project.root / "_site/reports/2023-24-Q3").glob("*.html")}
    assert pages == {path.stem for path in edition_notebooks(project.root)}
