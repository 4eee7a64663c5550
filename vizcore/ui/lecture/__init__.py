"""Holding a lecture with the app: steps that are deep links, questions before results, a second window with notes."""
