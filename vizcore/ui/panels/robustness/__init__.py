"""The sections of the Robustness page, one file each."""
