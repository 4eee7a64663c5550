"""Parts of the Detection metrics page."""
