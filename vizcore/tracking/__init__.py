"""Who is who from frame to frame? Clips with their truth, trackers, propagation of masks, and what is taken away."""
