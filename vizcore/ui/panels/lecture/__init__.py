"""Sections of the page that begins a lecture."""
