"""Which picture does a network like best? Gradient ascent from noise, grey or a photo."""
