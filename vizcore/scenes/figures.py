"""What does each class look like? One function per class: a colouring in, painted parts back to front.

A figure stands in a frame of its own, y down, feet at 1, top at about -1. Adding a class is adding a row to `FIGURES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vizcore.scenes.curves import Points, blob, ellipse, mirrored, ribbon, rounded, star

Colour = tuple[int, int, int]
Colouring = Mapping[str, Colour]

INK: Colour = (52, 46, 56)
WHITE: Colour = (255, 255, 255)
PINK: Colour = (236, 150, 152)


@dataclass(frozen=True, eq=False)
class Part:
    """One painted polygon of a figure."""

    points: Points
    colour: Colour


@dataclass(frozen=True)
class Figure:
    """How a class is drawn: its parts, the colourings it may wear, and how far it may tilt from upright."""

    parts: Callable[[Colouring], list[Part]]
    colourings: tuple[Colouring, ...]
    tilt_degrees: float


def _both(points: Points, colour: Colour) -> list[Part]:
    return [Part(points, colour), Part(mirrored(points), colour)]


def disc(look: Colouring) -> list[Part]:
    return [
        Part(ellipse((0, 0), (1, 1)), look["main"]),
        Part(ellipse((-0.1, -0.12), (0.78, 0.76)), look["light"]),
        Part(ellipse((0.03, 0.02), (0.74, 0.72)), look["main"]),
    ]


def square(look: Colouring) -> list[Part]:
    outer, inner = 1.0, 0.62
    return [
        Part(rounded([(-outer, -outer), (outer, -outer), (outer, outer), (-outer, outer)], 0.3), look["main"]),
        Part(rounded([(-inner, -inner), (inner, -inner), (inner, inner), (-inner, inner)], 0.2), look["light"]),
    ]


def triangle(look: Colouring) -> list[Part]:
    return [
        Part(rounded([(0, -1.15), (1.12, 1), (-1.12, 1)], 0.3), look["main"]),
        Part(rounded([(0, -0.42), (0.57, 0.66), (-0.57, 0.66)], 0.16), look["light"]),
    ]


def star_figure(look: Colouring) -> list[Part]:
    return [
        Part(rounded(star((0, 0), 1.1, 0.53), 0.16), look["main"]),
        Part(rounded(star((0, 0), 0.66, 0.32), 0.1), look["light"]),
    ]


def cat(look: Colouring) -> list[Part]:
    """A sitting cat, seen from the front."""
    ear = rounded([(-0.52, -0.42), (-0.5, -1.06), (-0.06, -0.76)], 0.1)
    inner_ear = rounded([(-0.44, -0.55), (-0.43, -0.9), (-0.18, -0.74)], 0.07)
    body = [(0, -0.25), (0.3, 0.02), (0.46, 0.52), (0.43, 0.9), (0, 0.99), (-0.43, 0.9), (-0.46, 0.52), (-0.3, 0.02)]
    return [
        Part(ribbon([(0.3, 0.86), (0.66, 0.84), (0.8, 0.5), (0.66, 0.2), (0.74, 0.0)], 0.17), look["dark"]),
        Part(blob(body), look["main"]),
        Part(ellipse((0, 0.26), (0.2, 0.25)), look["light"]),
        *_both(blob([(-0.22, 0.45), (-0.07, 0.6), (-0.04, 0.92), (-0.3, 0.94), (-0.33, 0.7)]), look["main"]),
        Part(ribbon([(0, 0.6), (0, 0.9)], 0.022), look["dark"]),
        *_both(ellipse((-0.19, 0.92), (0.17, 0.085)), look["light"]),
        *_both(ear, look["main"]),
        *_both(inner_ear, PINK),
        Part(blob([(0, -0.86), (0.4, -0.72), (0.57, -0.4), (0.36, -0.1), (0, -0.03), (-0.36, -0.1), (-0.57, -0.4),
                   (-0.4, -0.72)]), look["main"]),
        *_both(ribbon([(-0.13, -0.82), (-0.1, -0.68)], 0.055), look["dark"]),
        Part(ribbon([(0, -0.84), (0, -0.64)], 0.06), look["dark"]),
        *_both(ribbon([(-0.51, -0.36), (-0.38, -0.33)], 0.045), look["dark"]),
        *_both(ribbon([(-0.47, -0.24), (-0.35, -0.24)], 0.045), look["dark"]),
        *_both(ellipse((-0.105, -0.2), (0.15, 0.105)), look["light"]),
        *_both(ellipse((-0.225, -0.44), (0.105, 0.115)), look["eyes"]),
        *_both(ellipse((-0.225, -0.44), (0.042, 0.1)), INK),
        Part(ellipse((-0.2, -0.485), (0.026, 0.03)), WHITE),
        Part(ellipse((0.25, -0.485), (0.026, 0.03)), WHITE),
        Part(rounded([(-0.075, -0.305), (0.075, -0.305), (0, -0.22)], 0.03), PINK),
        *_both(ribbon([(0, -0.21), (-0.05, -0.15), (-0.12, -0.165)], 0.022), INK),
    ]  # fmt: skip


def dog(look: Colouring) -> list[Part]:
    """A sitting dog with hanging ears, seen from the front."""
    ear = blob([(-0.36, -0.82), (-0.56, -0.72), (-0.68, -0.38), (-0.62, -0.08), (-0.48, -0.06), (-0.4, -0.34)])
    body = [(0, -0.2), (0.32, 0.05), (0.5, 0.55), (0.48, 0.92), (0, 0.99), (-0.48, 0.92), (-0.5, 0.55), (-0.32, 0.05)]
    return [
        Part(ribbon([(0.36, 0.8), (0.62, 0.62), (0.74, 0.32)], 0.19, end_width=0.11), look["main"]),
        Part(blob(body), look["main"]),
        Part(ellipse((0, 0.26), (0.24, 0.26)), look["light"]),
        *_both(rounded([(-0.3, 0.3), (-0.06, 0.3), (-0.04, 0.96), (-0.32, 0.96)], 0.1), look["main"]),
        Part(ribbon([(0, 0.56), (0, 0.92)], 0.024), look["dark"]),
        *_both(ellipse((-0.2, 0.92), (0.19, 0.09)), look["light"]),
        Part(ribbon([(-0.25, 0.0), (0, 0.1), (0.25, 0.0)], 0.1), look["collar"]),
        Part(blob([(0, -0.9), (0.34, -0.82), (0.47, -0.5), (0.38, -0.14), (0, 0.03), (-0.38, -0.14), (-0.47, -0.5),
                   (-0.34, -0.82)]), look["main"]),
        Part(ellipse((0.2, -0.52), (0.19, 0.21), tilt_degrees=-15), look["dark"]),
        *_both(ear, look["dark"]),
        Part(blob([(-0.1, -0.09), (0.1, -0.09), (0.09, 0.08), (0, 0.13), (-0.09, 0.08)]), PINK),
        Part(blob([(0, -0.44), (0.17, -0.36), (0.27, -0.18), (0.16, -0.04), (0, -0.06), (-0.16, -0.04), (-0.27, -0.18),
                   (-0.17, -0.36)]), look["light"]),
        *_both(ellipse((-0.2, -0.52), (0.07, 0.08)), INK),
        Part(ellipse((-0.178, -0.552), (0.024, 0.026)), WHITE),
        Part(ellipse((0.222, -0.552), (0.024, 0.026)), WHITE),
        Part(blob([(0, -0.38), (0.11, -0.36), (0.09, -0.26), (0, -0.21), (-0.09, -0.26), (-0.11, -0.36)]), INK),
        *_both(ribbon([(0, -0.22), (0, -0.15), (-0.08, -0.1), (-0.17, -0.13)], 0.024), INK),
        Part(ellipse((0, 0.18), (0.065, 0.065)), (245, 200, 92)),
    ]  # fmt: skip


def person(look: Colouring) -> list[Part]:
    """A standing person who waves."""
    torso = [(-0.2, -0.5), (0.2, -0.5), (0.25, -0.3), (0.21, 0.12), (-0.21, 0.12), (-0.25, -0.3)]
    hair = [(-0.21, -0.66), (-0.22, -0.84), (-0.12, -1.0), (0.06, -1.03), (0.2, -0.92), (0.21, -0.68), (0.15, -0.58),
            (-0.15, -0.58)]  # fmt: skip
    return [
        Part(blob(hair), look["hair"]),
        Part(ribbon([(0.21, -0.4), (0.36, -0.46), (0.42, -0.66)], 0.1), look["skin"]),
        Part(ellipse((0.42, -0.7), (0.065, 0.07)), look["skin"]),
        Part(ribbon([(-0.2, -0.4), (-0.29, -0.16), (-0.27, 0.1)], 0.1), look["skin"]),
        Part(ellipse((-0.27, 0.12), (0.06, 0.07)), look["skin"]),
        *_both(ribbon([(-0.11, 0.1), (-0.12, 0.5), (-0.13, 0.9)], 0.19, end_width=0.16), look["legs"]),
        *_both(rounded([(-0.24, 0.88), (-0.04, 0.88), (-0.04, 1.0), (-0.27, 1.0)], 0.05), INK),
        Part(ribbon([(0, -0.6), (0, -0.46)], 0.13), look["skin"]),
        Part(blob(torso), look["shirt"]),
        Part(ribbon([(-0.19, -0.41), (-0.26, -0.23)], 0.15), look["shirt"]),
        Part(ribbon([(0.19, -0.41), (0.31, -0.44)], 0.15), look["shirt"]),
        Part(ellipse((0, -0.78), (0.165, 0.19)), look["skin"]),
        Part(blob([(-0.18, -0.78), (-0.16, -0.97), (0.02, -1.02), (0.18, -0.94), (0.18, -0.78), (0.13, -0.88),
                   (0.0, -0.9), (-0.1, -0.88)]), look["hair"]),
        *_both(ellipse((-0.065, -0.77), (0.019, 0.023)), INK),
        Part(ribbon([(-0.06, -0.68), (0, -0.655), (0.06, -0.68)], 0.02), INK),
    ]  # fmt: skip


def _plain(*pairs: tuple[Colour, Colour]) -> tuple[Colouring, ...]:
    return tuple({"main": main, "light": light} for main, light in pairs)


CATS: tuple[Colouring, ...] = (
    {"main": (232, 158, 92), "dark": (199, 118, 58), "light": (252, 231, 207), "eyes": (126, 178, 110)},
    {"main": (138, 146, 160), "dark": (104, 112, 128), "light": (223, 228, 235), "eyes": (240, 197, 88)},
    {"main": (84, 80, 92), "dark": (58, 54, 66), "light": (176, 172, 182), "eyes": (236, 205, 92)},
    {"main": (240, 222, 194), "dark": (196, 160, 122), "light": (255, 248, 238), "eyes": (112, 166, 206)},
)
DOGS: tuple[Colouring, ...] = (
    {"main": (190, 136, 88), "dark": (139, 92, 58), "light": (246, 226, 201), "collar": (206, 84, 76)},
    {"main": (238, 214, 176), "dark": (204, 162, 110), "light": (255, 246, 231), "collar": (86, 146, 158)},
    {"main": (122, 92, 78), "dark": (84, 62, 54), "light": (222, 196, 172), "collar": (226, 168, 74)},
    {"main": (236, 234, 232), "dark": (96, 90, 98), "light": (255, 255, 255), "collar": (92, 128, 196)},
)
PEOPLE: tuple[Colouring, ...] = (
    {"skin": (244, 205, 174), "hair": (110, 76, 58), "shirt": (88, 150, 164), "legs": (70, 82, 112)},
    {"skin": (164, 112, 80), "hair": (52, 42, 44), "shirt": (232, 166, 82), "legs": (74, 94, 96)},
    {"skin": (224, 172, 132), "hair": (66, 54, 60), "shirt": (196, 98, 94), "legs": (86, 82, 100)},
    {"skin": (112, 76, 58), "hair": (44, 38, 42), "shirt": (142, 168, 112), "legs": (92, 84, 78)},
)

FIGURES: dict[str, Figure] = {
    "disc": Figure(disc, _plain(((226, 118, 102), (240, 160, 144)), ((214, 100, 122), (234, 150, 164))), 180),
    "square": Figure(square, _plain(((92, 138, 186), (138, 176, 214)), ((84, 120, 160), (132, 164, 198))), 40),
    "triangle": Figure(triangle, _plain(((94, 164, 140), (146, 200, 180)), ((128, 160, 96), (172, 198, 144))), 25),
    "star": Figure(star_figure, _plain(((240, 188, 84), (250, 216, 142)), ((226, 160, 72), (244, 196, 128))), 30),
    "cat": Figure(cat, CATS, 6),
    "dog": Figure(dog, DOGS, 6),
    "person": Figure(person, PEOPLE, 5),
}
