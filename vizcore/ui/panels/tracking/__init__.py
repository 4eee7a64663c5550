"""The sections of the Tracking page."""
