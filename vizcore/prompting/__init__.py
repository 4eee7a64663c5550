"""Which objects has a person pointed at in a photo? Clicks, boxes, names and tables, before any model is asked."""
