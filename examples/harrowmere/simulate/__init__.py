"""The life of an invented council: simulated, counted, and written as records."""
