"""Do the curves show every term with the sign that it has in the loss, at few points and with the last step?"""

from __future__ import annotations

from vizcore.figures.loss_curves import MOST_POINTS, TERM_COLOURS, as_terms, loss_curves, thinned

VALUES = {"activation": 4.0, "certainty": -1.0, "variation": 2.0, "loss": -3.0, "probability": 0.5}


def test_terms_add_up_to_the_loss() -> None:
    terms = as_terms(VALUES)
    assert terms == {"activation": -4.0, "certainty": -1.0, "variation": 2.0, "loss": -3.0}
    assert sum(terms.values()) - terms["loss"] == terms["loss"]
    assert as_terms({}) == {}


def test_one_line_for_each_term_in_a_colour_of_its_own() -> None:
    figure = loss_curves([(1, VALUES), (2, VALUES), (2, {})], {"activation": "−a"})
    assert [line.name for line in figure.data] == ["−a", "certainty", "variation", "loss"]
    assert list(figure.data[0].x) == [1, 2]
    assert list(figure.data[0].y) == [-4.0, -4.0]
    assert len({line.line.color for line in figure.data}) == 4
    assert len(set(TERM_COLOURS.values())) == len(TERM_COLOURS)


def test_nothing_yet_is_an_empty_plot() -> None:
    assert not loss_curves([], {}).data


def test_long_runs_are_thinned_and_keep_their_last_step() -> None:
    points = [(step, {"loss": 0.0}) for step in range(1, 1001)]
    kept = thinned(points)
    assert len(kept) <= MOST_POINTS
    assert kept[-1][0] == 1000
    assert thinned(points[:5]) == points[:5]
    assert thinned([]) == []
