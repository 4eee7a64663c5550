"""Does the log of a hosted server hold one line a record, and nothing that a visitor wrote?"""

from __future__ import annotations

import logging

import pytest

from vizcore.settings import Settings
from vizcore.ui.server.hosted_log import one_line, with_hosted_log


@pytest.fixture
def hosted_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "_logRecordFactory", logging.getLogRecordFactory())  # put back afterwards
    with_hosted_log(Settings(hosted=True))


def test_a_laptop_keeps_its_tracebacks() -> None:
    before = logging.getLogRecordFactory()
    with_hosted_log(Settings())
    assert logging.getLogRecordFactory() is before


def test_an_error_is_told_by_its_kind_and_place(hosted_record: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("ERROR"):
        try:
            raise ValueError("expected a name, got ann's holiday.jpg\nin /srv/private")
        except ValueError:
            logging.getLogger("any.library").exception("mistake in %s", "page\n2026 ERROR forged")
    (record,) = (each for each in caplog.records if each.name == "any.library")
    assert record.exc_info is None
    said = logging.Formatter("%(message)s").format(record)
    assert said.startswith("mistake in page\\n2026 ERROR forged (ValueError at test_hosted_log.py:")
    assert "holiday" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Élève, 3 × 4", "Élève, 3 × 4"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\x1b[2J\u2028\u202e", "\\x1b[2J\\u2028\\u202e"),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown
