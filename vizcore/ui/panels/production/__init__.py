"""The sections of the page In production, one file each."""
