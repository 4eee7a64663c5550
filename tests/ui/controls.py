"""Which controls of a page change nothing? A walk that moves every widget of an opened page, one at a time.

A control is alive if the page then shows something else: another text, number, table, picture or chart, or other
widgets. Its own value does not count, nor does what changes from run to run by itself (times).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import (
    Block,
    Button,
    ButtonGroup,
    Checkbox,
    Dataframe,
    DownloadButton,
    FileUploader,
    MenuButton,
    Multiselect,
    NumberInput,
    Radio,
    Selectbox,
    SelectSlider,
    Slider,
    TextArea,
    TextInput,
    Toggle,
    Widget,
)

from tests.patience import PATIENCE_S

APP = str(Path(__file__).parents[2] / "app.py")
NO_VALUE = (
    Button,
    DownloadButton,
    MenuButton,
    FileUploader,
    Dataframe,
)  # what they do is tried in the tests of their pages
CHOICES = (Selectbox, Radio, SelectSlider)


def open_page(page: str, address: dict[str, str]) -> AppTest:
    """The page at this address, in English, as it stands after its first run."""
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    for name, value in {"lang": "en", **address}.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{page}.py").run()


def elements(block: Any) -> Iterator[Any]:
    """All elements below a block of AppTest's tree, in the order of the page."""
    for child in block.children.values():
        if isinstance(child, Block):
            yield from elements(child)
        else:
            yield child


def outputs(page: AppTest) -> Counter[str]:
    """What the page shows: its elements, and of its widgets which there are and their words, never their values."""
    return Counter(_words(each) for each in elements(page.main))


def _words(element: Any) -> str:
    if isinstance(element, Widget):
        options = [str(getattr(each, "content", each)) for each in getattr(element.proto, "options", [])]
        return f"{element.type}: {element.key} {element.proto.label} {options}"
    return f"{element.type}: {element.proto}"


def controls(page: AppTest) -> dict[str, Widget]:
    """The widgets that hold a value and can be moved, by key."""
    found = [each for each in elements(page.main) if isinstance(each, Widget) and not isinstance(each, NO_VALUE)]
    return {str(each.key or each.id): each for each in found if not getattr(each.proto, "disabled", False)}


def other_values(widget: Any, now: WidgetState) -> list[WidgetState]:
    """States of the widget with another value than it has now, the likeliest to matter first; [] if it has only one."""
    match widget:
        case Toggle() | Checkbox():
            field, values = "bool_value", [not now.bool_value]
        case Selectbox() | Radio():
            field, values = "string_value", _some([each for each in widget.options if each != now.string_value])
        case TextInput() | TextArea():
            field, values = "string_value", [f"{now.string_value} 1"]
        case SelectSlider():
            held = list(now.string_array_value.data)
            field, values = "string_array_value", [[each] for each in widget.options[:: len(widget.options) - 1]]
            values = [each for each in values if each != held]
        case ButtonGroup() | Multiselect():
            field, values = "string_array_value", _other_choices(widget, list(now.string_array_value.data))
        case Slider():
            held = list(now.double_array_value.data)
            low, high = widget.proto.min, widget.proto.max
            values = [[low], [high]] if len(held) == 1 else [[low, (low + high) / 2], [(low + high) / 2, high]]
            field, values = "double_array_value", [each for each in values if each != held]
        case NumberInput():
            field, values = "double_value", _other_numbers(widget.proto, now.double_value)
        case _:
            raise ValueError(f"expected a kind of widget that the walk can move, got {type(widget).__name__}")
    return [_state(widget.id, field, each) for each in values]


def _some(options: list[str]) -> list[str]:
    """The first and the last two."""
    return list(dict.fromkeys([*options[:1], *options[-2:]]))


def _other_choices(widget: Any, held: list[str]) -> list[list[str]]:
    others = [each for each in widget.options if each not in held]
    if isinstance(widget, ButtonGroup) and widget._is_single_select:
        return [[each] for each in _some(others)]
    most = getattr(widget.proto, "max_selections", 0) or len(widget.options)
    fewer = [held[:-1]] if len(held) > 1 else []
    return [*fewer, *([*held, each][-most:] for each in _some(others))]


def _other_numbers(proto: Any, held: float) -> list[float]:
    step = proto.step or 1
    low = proto.min if proto.has_min else held - 10 * step
    high = proto.max if proto.has_max else held + 10 * step
    return [each for each in (held + step, held - step, high, low) if low <= each <= high and each != held]


def _state(widget: str, field: str, value: Any) -> WidgetState:
    state = WidgetState(id=widget)
    if field.endswith("array_value"):
        getattr(state, field).data.extend(value)
    else:
        setattr(state, field, value)
    return state


class Walk:
    """One page at one address. moved: keys of the controls that were tried; dead: of those that changed nothing;
    steady: what two runs have in common.

    press: how the key of a button begins that is pressed after each change; then what it hands to the engine (`handed`,
    which the test fills) is what must differ.
    """

    def __init__(self, page: str, address: dict[str, str], press: str = "", handed: list[str] | None = None) -> None:
        self._open = lambda: open_page(page, address)
        self._press, self._handed = press, handed if handed is not None else []
        self.moved: list[str] = []
        self.dead: list[str] = []
        self.raised: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self.page = self._open()
        first = self._seen()
        self.controls = controls(self.page)
        self._values = {each.id: each for each in self.page._tree.get_widget_states().widgets}
        self._run(None)
        again = self._seen()
        self.steady, self._count = first & again, again.total()

    def _seen(self) -> Counter[str]:
        if not self._press:
            return outputs(self.page)
        self._handed.clear()
        button = next(each for each in self.page.button if str(each.key).startswith(self._press))
        self._run(WidgetState(id=button.id, trigger_value=True), keep=True)
        return Counter(self._handed)

    def _run(self, changed: WidgetState | None, *, keep: bool = False) -> None:
        """The page with every widget at its first value (keep: as it stands), but for this one."""
        states = {each.id: each for each in self.page._tree.get_widget_states().widgets}
        if not keep:
            states |= {each: self._values[each] for each in states if each in self._values}
        if changed is not None:
            states[changed.id] = changed
        self.page = self.page._run(WidgetStates(widgets=list(states.values())))

    def _changes(self, key: str, changed: WidgetState) -> bool:
        if key not in controls(self.page):
            self._run(None)
        if key not in controls(self.page):
            self._begin()
        self._run(changed)
        if self.page.exception:
            self.raised.append(f"{key}: {self.page.exception[0].value}")
        seen = self._seen()
        return bool(self.steady - seen) or seen.total() != self._count

    def move(self, key: str) -> None:
        """Tries the control's other values until one changes what the page shows."""
        widget = self.controls[key]
        values = other_values(widget, self._values[widget.id])
        if values:
            self.moved.append(key)
            if not any(self._changes(key, each) for each in values):
                self.dead.append(key)
