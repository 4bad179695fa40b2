"""A project's products, the next quarter, and a new basket."""
