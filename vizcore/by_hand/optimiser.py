"""How does one step of stochastic gradient descent change the weights?"""

from __future__ import annotations

import numpy as np

from vizcore.by_hand.layers import Parameters


def momentum_step(
    parameters: Parameters, velocity: Parameters, gradients: Parameters, learning_rate: float, momentum: float
) -> None:
    """In place: v = momentum v - learning_rate g, then w = w + v (Polyak 1964)."""
    for name, gradient in gradients.items():
        velocity[name] *= momentum
        velocity[name] -= learning_rate * gradient
        parameters[name] += velocity[name]


def update_ratio(parameters: Parameters, velocity: Parameters) -> float:
    """Mean over the weight tensors of ||update|| / ||weights||; near 1e-3 is healthy (Karpathy's rule of thumb)."""
    names = [name for name in parameters if name.endswith(".weight")]
    return float(np.mean([np.linalg.norm(velocity[name]) / np.linalg.norm(parameters[name]) for name in names]))
