"""How good is a detector on a set of pictures? From pairs of boxes to mAP, with every step kept."""
