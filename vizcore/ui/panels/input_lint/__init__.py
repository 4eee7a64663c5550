"""The sections of the page Input lint, one file each."""
