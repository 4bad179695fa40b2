"""Templates into executed notebooks, with what people wrote carried over."""
