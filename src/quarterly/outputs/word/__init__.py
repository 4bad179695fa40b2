"""The Word toolkit shared by the paper and officers' forms."""
