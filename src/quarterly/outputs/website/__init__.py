"""The website: what it is rendered from, and by what."""
