"""Under which keys does a session hold the lecture that goes on in it? What a reload of the page must not lose."""

ROOM = "lecture.room"
REVEALED = "lecture.revealed"  # the steps whose result was asked for
