"""Which text is in a file's bytes?"""

from __future__ import annotations

from vizcore.errors import TextUnreadable

LIMIT_MB = 5.0


def decode_text(content: bytes, name: str) -> str:
    """UTF-8, or UTF-16 where the file says so. Errors: TextUnreadable for another encoding, or for a file that is no
    text; it is never guessed, since a wrong guess would be counted as reading errors.
    """
    if len(content) > LIMIT_MB * 1e6:
        raise TextUnreadable(file=name, reason="megabytes", limit_mb=LIMIT_MB)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise TextUnreadable(file=name, reason="encoding", limit_mb=LIMIT_MB) from None
    if "\0" in text:
        raise TextUnreadable(file=name, reason="encoding", limit_mb=LIMIT_MB)
    return text
