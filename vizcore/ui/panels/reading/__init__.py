"""Sections of the page Reading."""
