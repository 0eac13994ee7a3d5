"""Many words in little memory: their bytes end to end, decoded one at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import overload

FEW_WORDS = 50_000
"""So many words are kept as they are: it is quicker, and takes little memory."""


def packed(words: Iterable[str]) -> Sequence[str]:
    """Return words as a sequence that takes little memory.

    Parameters
    ----------
    words
        In the order in which they are wanted.

    Examples
    --------
    >>> from toc_sim.records.packed_words import packed
    >>> packed(["won", "lost"])[1]
    'lost'
    """
    few: list[str] = []
    every = iter(words)
    for word in every:
        few.append(word)
        if len(few) > FEW_WORDS:
            return PackedWords(few, every)
    return tuple(few)


class PackedWords(Sequence[str]):
    """A sequence of words that are stored as bytes, and decoded when asked for.

    Parameters
    ----------
    first, rest
        The words, in two parts.
    """

    __slots__ = ("_bytes", "_ends")

    def __init__(self, first: Iterable[str], rest: Iterable[str] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])
        for words in (first, rest):
            for word in words:
                self._bytes += word.encode("utf-8", "surrogatepass")
                self._ends.append(len(self._bytes))

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        """Return one word, or a part of them."""
        if isinstance(index, slice):
            return PackedWords(self[at] for at in range(*index.indices(len(self))))
        at = range(len(self))[index]
        return self._bytes[self._ends[at] : self._ends[at + 1]].decode(
            "utf-8", "surrogatepass"
        )
