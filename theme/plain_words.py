"""Quarto's filter of notebooks: it lets only plain Markdown through, even outside the environment."""

import sys
from pathlib import Path

# The package in the version of this script: the repository's, or a copy in this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
sys.path.insert(0, str(Path(__file__).resolve().with_name("src")))

from quarterly.outputs.website.pages.plain_words import main

if __name__ == "__main__":
    sys.exit(main())
