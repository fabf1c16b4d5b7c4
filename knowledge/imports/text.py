"""Bytes of a file -> text, within limits that are checked before anything is parsed."""

import re

from tools.errors import BadInput

MAX_BYTES = 5_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 64
MAX_CELL = 1_000
MAX_LINE = 2 * MAX_COLUMNS * (MAX_CELL + 3)

_MAGIC = (
    (b"PK\x03\x04", "spreadsheet"),  # xlsx, or any other zip: never unpacked
    (b"PK\x05\x06", "spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "spreadsheet"),
    (b"\x1f\x8b", "compressed"),
    (b"BZh", "compressed"),
    (b"\xfd7zXZ", "compressed"),
    (b"7z\xbc\xaf", "compressed"),
    (b"Rar!", "compressed"),
    (b"%PDF", "not_text"),
    (b"\xff\xfe\x00\x00", "encoding"),  # UTF-32
    (b"\x00\x00\xfe\xff", "encoding"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def decoded(data: bytes) -> str:
    """The text of a file, NFC not applied.

    Raises:
        BadInput: `empty_file`, `too_large`, `spreadsheet`, `compressed`, `not_text`, `encoding`,
            `control_character`, `line_too_long`, `too_many_rows`.
    """
    if len(data) > MAX_BYTES:
        raise BadInput("too_large")
    for magic, code in _MAGIC:
        if data.startswith(magic):
            raise BadInput(code)
    text = _text(data)
    if not text.strip():
        raise BadInput("empty_file")
    if _CONTROL.search(text):
        raise BadInput("control_character")
    lines = re.split(r"\r\n|\n|\r", text)
    if max(map(len, lines)) > MAX_LINE:
        raise BadInput("line_too_long")
    if sum(1 for line in lines if line.strip()) > MAX_ROWS + 200:  # a header and what some brokers put above it
        raise BadInput("too_many_rows")
    return text


def _text(data: bytes) -> str:
    try:
        if data.startswith(b"\xef\xbb\xbf"):
            return data.decode("utf-8-sig")
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        if b"\x00" in data:
            return data.decode(_utf_16(data))
    except UnicodeDecodeError as error:
        raise BadInput("encoding") from error
    for encoding in ("utf-8", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("encoding")


def _utf_16(data: bytes) -> str:
    """Which half of a UTF-16 unit is zero in digits, commas and line ends tells the order of its bytes."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and max(even, odd) > len(data) / 20 and max(even, odd) > 4 * min(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    raise BadInput("not_text")
