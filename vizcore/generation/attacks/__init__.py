"""The smallest change that makes a network see something else: attacks and what they leave behind."""
