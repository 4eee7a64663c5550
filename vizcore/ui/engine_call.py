"""How does a page get an answer from a model: shown while it waits, shown as one sentence when it fails?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_run_yield_check

from vizcore.errors import TooManyRequests
from vizcore.i18n import _
from vizcore.results import Result
from vizcore.ui import page_record
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.session import engine, session_id, visit
from vizcore.ui.turns import TURNS
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import ResultHandle

QUIET_S = 0.15  # an answer that comes sooner shows no waiting sign
POLL_S = 0.25  # between two looks at the queue; also how soon a newer click ends this wait
PATIENCE_S = 20.0  # for the session's own older requests to end

Answer = TypeVar("Answer", bound=Result)


def answer(
    operation: Callable[[Any, Any, Any], Answer],
    card: ModelCard,
    photo: Any,
    settings: Any = None,
) -> Answer | None:
    """The operation's result for this visitor; None after its error was shown in place.

    photo: a Photo, another result about one (an embedding), or a tuple of photos. A newer click of the visitor ends the
    wait and takes the request back.
    """
    visit()  # whose end takes back what is still waiting
    place = st.empty()
    found: Answer | None = None
    with errors_shown(about=card.title, where=operation.__name__):
        try:
            handle = _submit(place, operation, card, photo, settings)
            found = _wait(handle, place, card)
        except Exception:  # its sentence stands alone, not beside "is working"
            place.empty()
            raise
    if found is not None:
        page_record.note(found)
    return found


def _submit(place: Any, operation: Callable[..., Any], card: ModelCard, photo: Any, settings: Any) -> ResultHandle:
    """Hands the request in; while the session's older ones still end, waits for them."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return engine().submit(operation, card.key, photo, settings, session=session_id())
        except TooManyRequests:
            if time.monotonic() > until:
                raise
        _show_waiting(place, _("Your earlier requests are ending …"))
        with TURNS.given_away():
            time.sleep(POLL_S)


def _wait(handle: ResultHandle, place: Any, card: ModelCard) -> Any:
    try:
        patience = QUIET_S
        while True:
            try:
                result = _result(handle, patience)
                place.empty()
                return result
            except TimeoutError:
                patience = POLL_S
            _show_waiting(place, _waiting_words(handle, card))
    except BaseException:  # streamlit stops a run with exceptions of this kind
        handle.cancel()
        raise


def _result(handle: ResultHandle, patience: float) -> Result:
    """The answer, or TimeoutError. Others draw their pages meanwhile; one that is there already costs no turn."""
    if handle.done():
        return handle.result()
    with TURNS.given_away():
        return handle.result(timeout=patience)


def quiet_answer(operation: Callable[..., Any], model_key: str, photo: Any, settings: Any = None) -> Result:
    """As `answer`, for what stands beside the matter of a page: shows nothing, and raises the operation's errors.

    A newer click of the visitor ends this wait too.
    """
    visit()  # whose end takes back what is still waiting
    handle = engine().submit(operation, model_key, photo, settings, session=session_id())
    may_go_on = get_run_yield_check() or (lambda: None)
    try:
        while True:
            try:
                return _result(handle, POLL_S)
            except TimeoutError:
                may_go_on()
    except BaseException:  # streamlit stops a run with exceptions of this kind
        handle.cancel()
        raise


def _waiting_words(handle: ResultHandle, card: ModelCard) -> str:
    model = escaped(card.title)
    if not (position := handle.position()):
        return _("{model} is working …").format(model=model)
    seconds = max(1, round(handle.expected_wait_s()))
    return _("{model}: place {n} in the queue, about {seconds} s").format(model=model, n=position, seconds=seconds)


def _show_waiting(place: Any, words: str) -> None:
    """Written anew at each look: this is where Streamlit can end an outdated run."""
    place.info(words, icon="spinner")
