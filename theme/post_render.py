"""The site's post-render step, which both renderers run: it finishes every page, even outside the environment."""

import os
import sys
from pathlib import Path

# The package in the version of this script: the repository's, or a copy in this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
sys.path.insert(0, str(Path(__file__).resolve().with_name("src")))

from quarterly.outputs.website.pages.finish import main

# `quarterly render` keeps a copy of Quarto's pages, and then runs this itself.
if __name__ == "__main__" and not os.environ.get("QUARTERLY_FINISH_LATER"):
    main(Path(__file__).resolve().parent.name)
