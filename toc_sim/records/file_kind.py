"""What a file is, by its first bytes: its name may say anything."""

from __future__ import annotations

import gzip
import re
import shutil
import zlib
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile, ZipFile

from toc_sim.language import phrase
from toc_sim.records.refusal import RecordsError, refused, unopened

FileKind = Literal["text", "excel", "parquet", "xml"]

_HEAD = 8_192
"""So many bytes show what a file is."""

_LINE_OF_WRITING = 1 << 20
"""How much is unpacked at a time [bytes]."""

_GZIP = b"\x1f\x8b"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKERS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
}
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[{\[\"\d]")
_HTML = re.compile(r"<!doctype\s+html|<html|<head|<body|<table|<meta", re.IGNORECASE)


def plain_file(path: Path, folder: Path) -> Path:
    """Return the file itself, or what was packed in it by gzip.

    Parameters
    ----------
    path
        Of the file.
    folder
        Where to unpack it.

    Raises
    ------
    RecordsError
        If it cannot be opened, or is damaged.
    """
    if _head(path)[:2] != _GZIP:
        return path
    plain = folder / "unpacked"
    try:
        with gzip.open(path) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file, _LINE_OF_WRITING)
    except EOFError as error:
        what = phrase("is packed by gzip, and ends too early: its end was cut off")
        hint = phrase("copy or download it again")
        raise refused(path, what, hint=hint) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        what = phrase("is packed by gzip, and damaged")
        raise refused(path, what, hint=phrase("copy or download it again")) from error
    except OSError as error:
        raise unopened(path, error) from error
    return plain


def kind_of(plain: Path, path: Path) -> FileKind:
    """Return what a file is.

    Parameters
    ----------
    plain
        The file, unpacked.
    path
        As it is called in messages.

    Raises
    ------
    RecordsError
        If it is none that can be read.
    """
    head = _head(plain, path)
    if not head:
        raise refused(path, phrase("is empty"))
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _packed_kind(plain, path)
    if head.startswith(_OLE):
        raise _old_office(plain, path)
    for magic, name in _PACKERS.items():
        if head.startswith(magic):
            what = phrase("is packed by {program}", program=name)
            raise refused(path, what, hint=phrase("unpack it first, or use gzip"))
    return _written_kind(_as_text(head), path)


def _head(path: Path, shown: Path | None = None) -> bytes:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise refused(shown or path, phrase("is no file that can be read twice"))
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise unopened(shown or path, error) from error


def _packed_kind(plain: Path, path: Path) -> FileKind:
    """Return what a file in the format of zip is."""
    try:
        with ZipFile(plain) as book:
            names = set(book.namelist())
    except (BadZipFile, OSError, ValueError) as error:
        what = phrase("is a workbook or a zip archive, and damaged")
        raise refused(path, what, hint=phrase("copy or download it again")) from error
    if "xl/workbook.xml" in names:
        return "excel"
    hint = phrase("save it as an Excel workbook (.xlsx) or as CSV")
    if "xl/workbook.bin" in names:
        raise refused(path, phrase("is a binary workbook (.xlsb)"), hint=hint)
    if "mimetype" in names:
        raise refused(path, phrase("is an OpenDocument file"), hint=hint)
    what = phrase("is a zip archive, not a table")
    raise refused(path, what, hint=phrase("unpack it first"))


def _old_office(plain: Path, path: Path) -> RecordsError:
    """Return the error of a file of old Office, or of new one with a password."""
    if "EncryptedPackage".encode("utf-16-le") in plain.read_bytes():
        what = phrase("is protected by a password")
        hint = phrase("save it in Excel without a password")
        return refused(path, what, hint=hint)
    what = phrase("is a workbook of old Excel (.xls)")
    hint = phrase("save it as an Excel workbook (.xlsx) or as CSV")
    return refused(path, what, hint=hint)


def _as_text(head: bytes) -> str:
    """Return the first characters, whatever the encoding, for a look at them."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").lstrip("\ufeff \t\r\n")
    return head.decode("latin-1").removeprefix("ï»¿").lstrip(" \t\r\n")


def _written_kind(text: str, path: Path) -> FileKind:
    """Return what a text is."""
    if text.startswith("<"):
        if _HTML.search(text[:2_000]):
            what = phrase("is a web page (HTML), not a table")
            hint = phrase("open it in Excel and save it as CSV")
            raise refused(path, what, hint=hint)
        return "xml"
    if _JSON.match(text):
        what = phrase("is JSON, not a table")
        hint = phrase("export it as CSV, one row for each record")
        raise refused(path, what, hint=hint)
    return "text"
