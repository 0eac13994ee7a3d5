"""Names that say how a case has ended, in English and Russian."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toc_sim.errors import TocError, nearest, quoted
from toc_sim.language import joined
from toc_sim.records.shapes.case_facts import single_blanks
from toc_sim.records.shapes.header_names import plain_name

_SURELY_WON = re.compile(
    r"\b(won|closedwon|win|выигран\w*|успешно реализован\w*|успешн\w*|"
    r"сделка заключена|закрыт\w* успешно)\b"
)

_WON = re.compile(
    r"\b(approved|activated|deployed|done|accepted|delivered|paid|shipped|completed?|"
    r"released|signed|sold|successful(ly)?|success|resolved|closed|fulfilled|purchased|"
    r"granted|converted|published|installed|"
    r"одобрен\w*|принят\w*|доставлен\w*|отгружен\w*|оплачен\w*|выполнен\w*|"
    r"завершен\w*|реализован\w*|продан\w*|подписан\w*|выдан\w*|готово|решен\w*)\b"
)

_LOST = re.compile(
    r"\b(lost|closedlost|declined|cancell?ed|rejected|refused|abandoned|withdrawn|"
    r"expired|disqualified|unqualified|no show|dropped|churned|duplicate|invalid|"
    r"failed|dead|denied|aborted|terminated|obsolete|wont|cant|cannot|won t|can t|"
    r"not \w+|no longer \w+|"
    r"отказ\w*|проигран\w*|потерян\w*|отменен\w*|отмена|отклонен\w*|аннулирован\w*|"
    r"не \w+|дубль|спам|брак|просрочен\w*|расторгнут\w*|неуспешн\w*)\b"
)


@dataclass(frozen=True, slots=True)
class EndingNames:
    """Which stages or activities end a case, by number.

    Attributes
    ----------
    won, lost
        At which it has come to its good end, and at which it is lost.
    asked
        Whether somebody said so, of the good end and of the loss.
    """

    won: tuple[int, ...]
    lost: tuple[int, ...]
    asked: tuple[bool, bool]


def ending_names(
    names: Sequence[str], won: Sequence[str] = (), lost: Sequence[str] = ()
) -> EndingNames:
    """Return which names say that a case has ended.

    Parameters
    ----------
    names
        Of stages or activities.
    won, lost
        As somebody has said; empty: by the names themselves. Where a name says
        outright that something is won, one that might mean it (``approved``) does not
        count.

    Raises
    ------
    TocError
        If somebody named what there is not.

    Examples
    --------
    >>> from toc_sim.records.shapes.ending_names import ending_names
    >>> found = ending_names(["Proposal accepted", "Closed won", "Closed lost"])
    >>> found.won, found.lost
    ((1,), (2,))
    """
    plain = [plain_name(name) for name in names]
    is_lost = [bool(_LOST.search(name)) for name in plain]
    surely = _numbers(
        bool(_SURELY_WON.search(name)) and not lost
        for name, lost in zip(plain, is_lost, strict=True)
    )
    maybe = _numbers(
        bool(_WON.search(name)) and not lost
        for name, lost in zip(plain, is_lost, strict=True)
    )
    asked_won, asked_lost = numbers_of(names, won), numbers_of(names, lost)
    by_won = asked_won or tuple(n for n in surely or maybe if n not in asked_lost)
    by_lost = asked_lost or tuple(n for n in _numbers(is_lost) if n not in asked_won)
    return EndingNames(by_won, by_lost, (bool(asked_won), bool(asked_lost)))


def _numbers(flags: Iterable[bool]) -> tuple[int, ...]:
    return tuple(number for number, flag in enumerate(flags) if flag)


def numbers_of(names: Sequence[str], wanted: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of stages that somebody named.

    Parameters
    ----------
    names
        Of all stages.
    wanted
        Of these; capitals and runs of blanks do not count.

    Raises
    ------
    TocError
        If there is no such stage.
    """
    known = {name.casefold(): number for number, name in enumerate(names)}
    found = []
    for word in wanted:
        number = known.get(single_blanks(word.strip()).casefold())
        if number is None:
            raise TocError(
                f"no stage is called {quoted(word)}\n"
                f"    hint: {nearest(word, names) or _every(names)}"
            )
        found.append(number)
    return tuple(found)


_FEW = 12


def _every(names: Sequence[str]) -> str:
    shown = [quoted(name) for name in names[:_FEW]]
    return f"there are {joined(shown)}"
