"""The tables of ``data/``: their schema, loading, checks and revisions."""

import pandas as pd

# Texts are kept as Python keeps them, whether or not pyarrow is installed (the extras `official` and `records` bring
# it): small frames are a quarter slower with its texts, and one thing gives the same everywhere.
pd.set_option("mode.string_storage", "python")
