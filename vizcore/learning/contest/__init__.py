"""The MNIST contest: small and large classifiers, and a detector, on the same digits at the same budget."""
