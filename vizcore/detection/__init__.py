"""What a detector finds in one photo, which of its candidates stay, and how two detectors compare."""
