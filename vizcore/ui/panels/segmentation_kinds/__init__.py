"""The sections of the page "Kinds of segmentation", one file each."""
