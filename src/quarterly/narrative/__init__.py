"""The narrative: what officers write about the figures, and how it stays with them."""
