"""The sections of the page "Ideal cat": what to dream of, how, the climb itself, and what it came to."""
