"""How do activations and their gradients become a map of evidence? One formula for each published method.

activation, gradient: (C, h, w) of one stage -> (h, w), signed. Sources stand with each formula.
"""

from __future__ import annotations

import torch


def grad_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Channels weighted by their mean gradient (Selvaraju et al. 2017)."""
    weights = gradient.mean(dim=(1, 2), keepdim=True)  # (C, 1, 1)
    return (weights * activation).sum(0)


def grad_cam_plus_plus(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Positive gradients weighted by their share of evidence, for several objects (Chattopadhay et al. 2018)."""
    square, cube = gradient**2, gradient**3
    denominator = 2 * square + activation.sum(dim=(1, 2), keepdim=True) * cube
    share = torch.where(gradient != 0, square / torch.where(denominator != 0, denominator, 1.0), 0.0)
    weights = (share * gradient.relu()).sum(dim=(1, 2), keepdim=True)
    return (weights * activation).sum(0)


def hires_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Gradient times activation at each place, without averaging first (Draelos and Carin 2020)."""
    return (gradient * activation).sum(0)


def layer_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """As HiResCAM with positive gradients only, good on early layers (Jiang et al. 2021)."""
    return (gradient.relu() * activation).sum(0)


def xgrad_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Channels weighted by their gradients' mean, each place counting by its share of the channel (Fu et al. 2020)."""
    total = activation.sum(dim=(1, 2), keepdim=True)  # (C, 1, 1)
    weights = (gradient * activation / (total + 1e-7)).sum(dim=(1, 2), keepdim=True)
    return (weights * activation).sum(0)


def eigen_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """First principal component of the activations, whatever the class (Muhammad and Yeasin 2020).

    Centred over the places, as pytorch-grad-cam does. A component has no sign of its own: ours points to where the
    activations are large.
    """
    places = activation.flatten(1).T.double()  # (h * w, C)
    centred = places - places.mean(0)
    direction = torch.linalg.svd(centred, full_matrices=False).Vh[0]
    projection = centred @ direction
    size = places.norm(dim=1)
    sign = 1.0 if float(projection @ (size - size.mean())) >= 0 else -1.0
    signed: torch.Tensor = sign * projection
    return signed.float().reshape(activation.shape[1:])
