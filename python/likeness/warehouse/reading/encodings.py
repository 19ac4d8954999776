"""Which encoding do the bytes of a file have? Said only where it is certain."""

import codecs
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Windows-1252 has beside letters and people do write in names, titles and addresses.
WRITTEN = set("€‚„…†‡‰‹›‘’“”•–—™\xa0£©®°")


class CannotRead(ValueError):
    """A file that cannot be read; the message is a sentence naming file and line."""


def is_gzip(path: str | Path) -> bool:
    """Whether the file starts as gzip files do."""
    with open(path, "rb") as handle:
        return handle.read(2) == GZIP


def opened(path: str | Path) -> BinaryIO | gzip.GzipFile:
    """The file's bytes, unpacked."""
    return gzip.open(path, "rb") if is_gzip(path) else open(path, "rb")


def chunks(path: str | Path) -> Iterator[bytes]:
    """The file's bytes, unpacked, in pieces. Raises CannotRead where it is cut off or damaged."""
    try:
        with opened(path) as handle:
            while chunk := handle.read(CHUNK):
                yield chunk
    except EOFError:
        raise CannotRead(
            f"{path} is cut off: its gzip data end too early; copy or download it again."
        ) from None
    except (gzip.BadGzipFile, OSError) as error:
        raise CannotRead(f"{path} cannot be read ({error}); copy it again.") from None
    except Exception as error:
        if type(error).__name__ != "error":
            raise
        raise CannotRead(f"{path} is damaged ({error}); copy or download it again.") from None


def marked(head: bytes) -> str | None:
    """The encoding that a byte order mark at the start of a file names, or None."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    sample = head[:1000]
    if len(sample) > 3 and sample[1::2].count(0) > 0.4 * len(sample):
        return "utf-16-le"
    if len(sample) > 3 and sample[::2].count(0) > 0.4 * len(sample):
        return "utf-16-be"
    return None


def find(path: str | Path) -> str:
    """The encoding of the whole file, as Python names it.

    UTF-8, UTF-16 and UTF-32 are certain. Windows-1252 is said where every byte above 127 is a
    letter or a sign that people write, and none is part of a UTF-8 character. Raises CannotRead
    naming the first line that is neither.
    """
    first = next(chunks(path), b"")
    name = marked(first)
    if name:
        _check(path, name)
        return name
    line = _line_not_decoded(path, "utf-8")
    if line is None:
        return "utf-8"
    text = _uncertain(path)
    if text:
        raise CannotRead(
            f"{path}, line {line}: the text is not UTF-8, and {text}; save the file as UTF-8 or "
            "set var source_encoding."
        )
    return "cp1252"


def _check(path: str | Path, name: str) -> None:
    line = _line_not_decoded(path, name)
    if line is not None:
        raise CannotRead(
            f"{path}, line {line}: the text is not {name.upper()}, as the file's first bytes say; "
            "save it as UTF-8."
        )


def problem_with_encoding(path: str | Path, name: str) -> str:
    """One sentence where the file is not text of the encoding that var source_encoding names."""
    try:
        codecs.lookup(name)
    except LookupError:
        return f"var source_encoding is {name!r}: there is no such encoding (utf-8, windows-1252)."
    line = _line_not_decoded(path, name)
    if line is None:
        return ""
    return f"{path}, line {line}: the text is not {name}, which var source_encoding names."


def _line_not_decoded(path: str | Path, name: str) -> int | None:
    decoder, line = codecs.getincrementaldecoder(name)(), 1
    for chunk in chunks(path):
        try:
            line += decoder.decode(chunk).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _uncertain(path: str | Path) -> str:
    for chunk in chunks(path):
        for piece in chunk.splitlines():
            if piece.isascii():
                continue
            try:
                text = piece.decode("cp1252")
            except UnicodeDecodeError:
                return "not Windows-1252 either"
            odd = [c for c in text if c > "\x7f" and not c.isalpha() and c not in WRITTEN]
            if odd:
                return f"as Windows-1252 it would hold {odd[0]!r}"
            if _holds_utf8(piece):
                return "some of its lines are"
    return ""


def _holds_utf8(piece: bytes) -> bool:
    parts = piece.decode("utf-8", errors="ignore")
    return not parts.isascii()
