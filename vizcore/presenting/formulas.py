"""Which parts of a formula (MathML) may stand in a report?"""

from __future__ import annotations

from html import escape
from xml.etree import ElementTree

LONGEST = 20_000
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
SIGNS = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded"}
    | {"mphantom", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "menclose"}
)
UNWRAPPED = frozenset({"semantics"})  # its first child is the formula, the others say it again in other languages
ATTRIBUTES = frozenset({"display", "displaystyle", "mathvariant", "stretchy", "fence", "accent", "linethickness"})


def safe_formula(mathml: str) -> str:
    """The formula rebuilt from known signs, attributes and text; "" for what is not one."""
    if len(mathml) > LONGEST or "<!" in mathml or "<?" in mathml:
        return ""
    try:
        root = ElementTree.fromstring(mathml)
    except ElementTree.ParseError:
        return ""
    return _written(root) if _name(root) == "math" else ""


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).removeprefix(NAMESPACE)


def _written(element: ElementTree.Element) -> str:
    name = _name(element)
    children = list(element)
    if name in UNWRAPPED:
        return _written(children[0]) if children else ""
    if name not in SIGNS:
        return ""
    kept = "".join(
        f' {key}="{escape(value)}"' for key, value in element.attrib.items() if key in ATTRIBUTES and len(value) < 40
    )
    inside = escape(element.text or "") + "".join(_written(each) + escape(each.tail or "") for each in children)
    return f"<{name}{kept}>{inside}</{name}>"
