"""What stands in a picture of a document: its lines, its text, its fields."""
