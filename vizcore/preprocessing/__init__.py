"""From a photo to what a model is given: named steps, the way back to photo pixels, and versioned recipes."""
