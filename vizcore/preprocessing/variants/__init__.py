"""What if the input is fed wrongly? One table row for each fault of a pipeline, applied to any model's own recipe."""
