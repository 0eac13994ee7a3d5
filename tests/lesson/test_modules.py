"""Modules of JavaScript are joined into one program, or it is said why not."""

from __future__ import annotations

import pytest

from toc_sim.lesson.modules import joined


def test_each_module_stands_once_after_what_it_imports() -> None:
    """Also where two import the same, and from another folder."""
    modules = {
        "main.js": 'import { two } from "./acts/two.js";\n'
        'import { one } from "./one.js";\ntwo(one);\n',
        "one.js": "export const one = 1;\n",
        "acts/two.js": 'import {\n  one,\n} from "../one.js";\n'
        "export function two(each) {\n  return each + one;\n}\n",
        "unused.js": "export const one = 2;\n",
    }

    assert joined(modules, "main.js") == (
        "const one = 1;\n\nfunction two(each) {\n  return each + one;\n}\n\ntwo(one);\n"
    )


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        ("const each = 1;", "const each = 2;", "each stands in one.js as well"),
        ("const [a, each] = [];", "class each {}", "each stands in one.js as well"),
        ("", 'import { x } from "./none.js";', "there is no none.js"),
        ("", 'import { x } from "./one.js";', "one.js has no x"),
        ("", 'import x from "./one.js";', "not in the form that is joined"),
        ("", 'import { x as y } from "./one.js";', "one.js has no"),
        ("", "export default 1;", "not in the form that is joined"),
        ('import { x } from "./two.js";', "", "imports itself"),
    ],
)
def test_what_cannot_be_joined_is_refused(one: str, two: str, why: str) -> None:
    """It would be another program."""
    modules = {
        "one.js": one + "\n",
        "two.js": f'import {{  }} from "./one.js";\n{two}\n',
    }

    with pytest.raises(ValueError, match=why):
        joined(modules, "two.js")
