"""What models exist, where their weights come from, and how each library's models are asked the same questions."""
