"""A CNN without a framework: every product, forward and backward, in NumPy."""
