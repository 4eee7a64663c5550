"""The sections of the page "MNIST contest"."""
