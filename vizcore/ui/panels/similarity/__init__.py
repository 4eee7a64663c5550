"""The sections of the Similarity page."""
