"""The website: its generated sources, and the renderers."""
