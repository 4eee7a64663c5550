"""The sections of the page Cost, one file each."""
