"""The sections of the Adversarial page, one file each."""
