"""The life of a council that does not exist: simulated, counted, and written as records."""
