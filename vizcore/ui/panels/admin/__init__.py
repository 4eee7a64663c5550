"""Sections of the pages for administrators."""
