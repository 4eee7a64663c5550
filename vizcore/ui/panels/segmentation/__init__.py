"""The sections of the Segmentation page."""
