"""The figures: what the files in ``data/`` must hold, and how they become a `Basket`."""
