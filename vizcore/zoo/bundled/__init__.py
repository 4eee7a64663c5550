"""The small models that ship with the project: their architectures, weights and measured cards."""
