"""The sections of the page "Teach it your classes"."""
