"""Sections of the page Classification metrics."""
