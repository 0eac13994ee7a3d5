"""Modules of JavaScript joined into one, so that a page opens from a file.

A browser does not load modules from files. So those of the lesson are put one after the
other, each after what it imports, without the words `import` and `export`. That is the
same program as long as each name at the top of a module is used once; which is checked.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

_IMPORT = re.compile(
    r'^import \{(?P<names>[^{}]*)\} from "(?P<path>\.{1,2}/[\w./]+\.js)";\n',
    re.MULTILINE,
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)
_NAME = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|const|let|class) "
    r"(?:(\w+)|\[([\w, ]+)\])",
    re.MULTILINE,
)
_LEFT = re.compile(r"^\s*(?:import|export)\b.*$", re.MULTILINE)


def joined(modules: Mapping[str, str], main: str) -> str:
    r"""Return modules as one program.

    Parameters
    ----------
    modules
        Each by its path, with slashes.
    main
        The path of the module that is run.

    Returns
    -------
    What `main` imports, what that imports and so on, each once, and then `main`.

    Raises
    ------
    ValueError
        If a module is missing or imports itself on a way round, if a name is used at
        the top of two, or if something is imported or exported in another form than
        ``import { name } from "./module.js";``.

    Examples
    --------
    >>> from toc_sim.lesson.modules import joined
    >>> parts = {"a.js": "export const one = 1;\n"}
    >>> parts["b.js"] = 'import { one } from "./a.js";\nalert(one);\n'
    >>> print(joined(parts, "b.js"))
    const one = 1;
    <BLANKLINE>
    alert(one);
    <BLANKLINE>
    """
    order = list(dict.fromkeys(_in_order(modules, main, ())))
    owner: dict[str, str] = {}
    for path in order:
        for name in _names(modules[path]):
            if owner.setdefault(name, path) != path:
                raise ValueError(f"{path}: {name} stands in {owner[name]} as well")
    for path in order:
        for each in _IMPORT.finditer(modules[path]):
            source = _beside(path, each["path"])
            for name in re.findall(r"\S+", each["names"].replace(",", " ")):
                if owner.get(name) != source:
                    raise ValueError(f"{path}: {source} has no {name}")
    return "\n".join(_bare(path, modules[path]) for path in order)


def _in_order(
    modules: Mapping[str, str], path: str, above: tuple[str, ...]
) -> Iterator[str]:
    """Yield what a module imports, then the module."""
    if path in above:
        raise ValueError(f"{path} imports itself by way of {above[-1]}")
    if path not in modules:
        raise ValueError(f"{above[-1] if above else 'nothing'}: there is no {path}")
    for each in _IMPORT.finditer(modules[path]):
        yield from _in_order(modules, _beside(path, each["path"]), (*above, path))
    yield path


def _beside(path: str, other: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), other))


def _names(text: str) -> Iterator[str]:
    """Yield the names at the top of a module."""
    for one, several in _NAME.findall(text):
        yield from [one] if one else several.replace(" ", "").split(",")


def _bare(path: str, text: str) -> str:
    """Return a module without the words that tie it to others."""
    bare = _EXPORT.sub("", _IMPORT.sub("", text))
    if left := _LEFT.search(bare):
        raise ValueError(f"{path}: not in the form that is joined: {left[0].strip()}")
    return bare.lstrip("\n")
