"""A project's parameters and products, the next quarter, and a new basket."""
