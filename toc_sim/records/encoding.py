"""In which encoding a text is, seen from all its bytes; and the same text in UTF-8."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.refusal import RecordsError, refused

_CHUNK = 1 << 20
"""How much is looked at at a time [bytes]."""

_LOOKED_AT = 4_096
"""From so many bytes UTF-16 and what is no text are seen."""

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}

_SURE = 3
"""So many times more words must speak for one encoding than for the other."""

_GLOB = re.compile(r"[*?\[\]]")
"""What the database would take for a pattern of names."""


@dataclass(frozen=True, slots=True)
class Utf8Text:
    """A text in UTF-8.

    Attributes
    ----------
    path
        Where it stands: the file itself, or a copy.
    gaps
        Whether there are empty lines before the last row.
    notices
        In which encoding it was.
    """

    path: Path
    gaps: bool
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class _Scan:
    """What all bytes of a file show, gathered chunk by chunk."""

    path: Path
    lines: int = 0
    bad_at: tuple[int, int] | None = None
    lone_returns: bool = False
    gaps: bool = False
    _open_gap: bool = False
    _tail: bytes = b""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )

    def take(self, chunk: bytes, *, last: bool) -> None:
        """Look at the next bytes."""
        if (at := chunk.find(b"\0")) >= 0:
            raise _not_text(self.path, self._place(chunk, at))
        if self.bad_at is None:
            try:
                self._decoder.decode(chunk, last)
            except UnicodeDecodeError as error:
                at = error.start - (len(error.object) - len(chunk))
                self.bad_at = self._place(chunk, max(at, 0))
        self._take_lines(chunk)

    def _take_lines(self, chunk: bytes) -> None:
        """Look for empty lines, and for ends of lines that are not ours."""
        seen = self._tail + chunk
        if b"\r" in seen:
            body = seen[:-1] if seen.endswith(b"\r") else seen
            self.lone_returns |= body.count(b"\r") > body.count(b"\r\n")
            seen = seen.replace(b"\r\n", b"\n")
        if self._open_gap and chunk.strip(b"\r\n"):
            self.gaps = True
        content = seen.rstrip(b"\n")
        self.gaps |= b"\n\n" in content
        self._open_gap |= len(seen) - len(content) > 1
        self.lines += chunk.count(b"\n")
        self._tail = (self._tail + chunk)[-3:]

    def _place(self, chunk: bytes, at: int) -> tuple[int, int]:
        """Return line and column of a byte in a chunk, from 1."""
        before = chunk[:at]
        column = at - (before.rfind(b"\n") + 1)
        return self.lines + before.count(b"\n") + 1, column + 1


def utf8_text(plain: Path, path: Path, folder: Path) -> Utf8Text:
    """Return a text in UTF-8, with ends of lines that a database knows.

    Parameters
    ----------
    plain
        The file, unpacked.
    path
        As it is called in messages.
    folder
        Where a copy may be written.

    Raises
    ------
    RecordsError
        If it is no text in an encoding that is known; the message says in which line.
    """
    with plain.open("rb") as file:
        head = file.read(_LOOKED_AT)
    encoding = _declared(head, path)
    if encoding.startswith("utf-16"):
        return _copied(plain, path, folder, encoding, gaps=True)
    scan = _Scan(path)
    for chunk, last in _chunks(plain):
        scan.take(chunk, last=last)
    if scan.bad_at is None:
        if scan.lone_returns or _GLOB.search(str(plain.resolve())):
            return _copied(plain, path, folder, "utf-8", gaps=True)
        return Utf8Text(plain.resolve(), scan.gaps)
    encoding, notice = _single_byte(plain, path, scan.bad_at)
    text = _copied(plain, path, folder, encoding, gaps=scan.gaps)
    return Utf8Text(text.path, text.gaps or scan.lone_returns, (notice,))


def _declared(head: bytes, path: Path) -> str:
    """Return the encoding that the first bytes show; UTF-8 if they show none."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        what = phrase("is in UTF-32, which is not read")
        raise refused(path, what, hint=phrase("save it as UTF-8"))
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return encoding
    nulls = [head[start::2].count(0) for start in (0, 1)]
    half = len(head) // 2
    if max(nulls) * 3 > half and min(nulls) * 20 < half:
        return "utf-16-be" if nulls[0] > nulls[1] else "utf-16-le"
    if 0 in head:
        at = head.index(0)
        before = head[:at]
        place = before.count(b"\n") + 1, at - before.rfind(b"\n")
        raise _not_text(path, place)
    return "utf-8"


def _not_text(path: Path, at: tuple[int, int]) -> RecordsError:
    what = phrase("is not a text that can be read: a byte that is 0 stands here")
    hint = phrase("export the records as CSV, xlsx, Parquet or XES")
    return refused(path, what, at=at, hint=hint)


def _chunks(plain: Path) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes of a file part by part, and whether it was the last part."""
    with plain.open("rb") as file:
        chunk = file.read(_CHUNK)
        while chunk:
            coming = file.read(_CHUNK)
            yield chunk, not coming
            chunk = coming


_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]{2,}")
_HIGH = re.compile(rb"[\xa8\xb8\xc0-\xff]+")
_UTF8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def _single_byte(
    plain: Path, path: Path, bad_at: tuple[int, int]
) -> tuple[str, Notice]:
    """Return the encoding of one byte a letter that makes words, and how it was seen.

    A Russian word is all letters above 127; a word of another language that has such a
    letter mostly has others too.
    """
    whole, mixed, in_utf8, high = Counter[bytes](), Counter[bytes](), 0, 0
    for chunk, _ in _chunks(plain):
        if chunk.isascii():
            continue
        in_utf8 += sum(map(len, _UTF8.findall(chunk)))
        high += len(chunk) - len(chunk.translate(None, bytes(range(128, 256))))
        for word in _LETTERS.findall(chunk):
            if not word.isascii():
                (whole if _HIGH.fullmatch(word) else mixed)[word] += 1
    if in_utf8 * 10 > high * 9:
        what = phrase("is in UTF-8, but bytes in this line are not")
        hint = phrase("mend that line, or save the file as UTF-8 again")
        raise refused(path, what, at=bad_at, hint=hint)
    russian, other = whole.total(), mixed.total()
    encoding = "cp1251" if russian > other else "cp1252"
    word = next(iter((whole if russian > other else mixed).most_common(1)), None)
    shown = "" if word is None else word[0].decode(encoding, "replace")
    sure = max(russian, other) >= _SURE * max(1, min(russian, other))
    sentence = (
        phrase(
            "The text is not UTF-8; it is read as {encoding}, in which '{word}' is a "
            "word. If names look wrong, save the file as UTF-8.",
            encoding=encoding,
            word=shown,
        )
        if shown
        else phrase(
            "The text is not UTF-8; it is read as {encoding}, though no word in it "
            "tells. If signs look wrong, save the file as UTF-8.",
            encoding=encoding,
        )
    )
    evidence = {"words for cp1251": russian, "words for cp1252": other}
    weight = "note" if sure else "doubt"
    return encoding, Notice("encoding", sentence, weight, evidence)  # type: ignore[arg-type]


def _copied(
    plain: Path, path: Path, folder: Path, encoding: str, *, gaps: bool
) -> Utf8Text:
    """Return a copy in UTF-8 whose lines end in a line feed."""
    copy = folder / "text"
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, held, begun = 0, "", False
    with copy.open("w", encoding="utf-8", newline="") as file:
        for chunk, last in _chunks(plain):
            try:
                text = held + decoder.decode(chunk, last)
            except UnicodeDecodeError as error:
                what = phrase("is in {encoding}, but here it is not", encoding=encoding)
                line = lines + error.object[: error.start].count(b"\n") + 1
                found = " ".join(
                    f"0x{byte:02X}" for byte in error.object[error.start : error.end]
                )
                hint = phrase("save the file as UTF-8")
                raise refused(path, what, at=(line,), found=found, hint=hint) from error
            held = "\r" if text.endswith("\r") and not last else ""
            text = text.removesuffix("\r") if held else text
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            if (at := text.find("\0")) >= 0:
                line = lines + text.count("\n", 0, at) + 1
                raise _not_text(path, (line, at - text.rfind("\n", 0, at)))
            lines += text.count("\n")
            file.write(text if begun else text.removeprefix("\ufeff"))
            begun = True
    name = encoding.upper()
    sentence = phrase("The text is read as {encoding}.", encoding=name)
    notices = () if encoding == "utf-8" else (Notice("encoding", sentence),)
    return Utf8Text(copy, gaps, notices)
