"""Does a formula keep its signs and lose everything that could do something?"""

from __future__ import annotations

import pytest

from vizcore.presenting.formulas import LONGEST, safe_formula

MATH = "http://www.w3.org/1998/Math/MathML"


def test_a_formula_keeps_its_signs_and_loses_what_says_it_again() -> None:
    found = safe_formula(
        f'<math xmlns="{MATH}" display="block"><semantics><mrow><mi>a</mi><mo>&lt;</mo><mfrac><mn>1</mn><mn>2</mn>'
        '</mfrac></mrow><annotation encoding="application/x-tex">a &lt; 1/2</annotation></semantics></math>'
    )
    assert found == (
        '<math display="block"><mrow><mi>a</mi><mo>&lt;</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow></math>'
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<math><script>alert(1)</script><mi>x</mi></math>", "<math><mi>x</mi></math>"),
        ('<math onclick="alert(1)" href="javascript:x"><mi>x</mi></math>', "<math><mi>x</mi></math>"),
        ("<math><mtext>&lt;b&gt;</mtext></math>", "<math><mtext>&lt;b&gt;</mtext></math>"),
        ("<svg><mi>x</mi></svg>", ""),
        ("<math><mi>x</math>", ""),
        ('<!DOCTYPE m [<!ENTITY a "aaaa">]><math><mi>&a;</mi></math>', ""),
        ("<math>" + " " * LONGEST + "</math>", ""),
        ("", ""),
    ],
    ids=["script", "attributes", "text stays text", "not a formula", "broken", "entities", "too long", "empty"],
)
def test_nothing_else_comes_through(given: str, expected: str) -> None:
    assert safe_formula(given) == expected
