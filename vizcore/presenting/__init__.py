"""A lecture as a row of steps: each a page with its settings, words for the audience, notes and perhaps a question."""

from vizcore.presenting.plan import Plan, Question, Step, parse_plan
from vizcore.presenting.rooms import Room, Rooms, Tally

__all__ = ["Plan", "Question", "Room", "Rooms", "Step", "Tally", "parse_plan"]
