"""Objects that a model wrote as Python prints them: single quotes, trailing commas. Never run.

Only literals are read, and only where the whole text is one: a text that could mean two things
(an apostrophe that ends a string too early, a number with a thousands comma) is none.
"""

import ast
import re
import warnings
from collections.abc import Callable

MAX_LITERAL = 200_000
_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\[\]{}]""", re.DOTALL)
_NAMES = {"null": None, "true": True, "false": False}
_NOT_FINITE = ("NaN", "nan", "Infinity", "inf")


def closing(text: str, start: int) -> int | None:
    """The place after the bracket that closes the one at `start`, quotes of both kinds respected.

    None where nothing closes it within `MAX_LITERAL` characters.
    """
    depth = 0
    for token in _TOKEN.finditer(text, start, start + MAX_LITERAL):
        found = token[0]
        if found in "[{":
            depth += 1
        elif found in "]}":
            depth -= 1
            if not depth:
                return token.end()
    return None


def read_literal(text: str, number: Callable[[str], object]) -> object:
    """The list or dict that `text` writes; `number` makes a value of a number's text.

    Raises ValueError where it is none, or not certainly one.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
        return _Reader(text, number).value(tree.body)
    except (SyntaxError, RecursionError, MemoryError, UnicodeError) as error:
        raise ValueError(str(error)) from None


class _Reader:
    def __init__(self, text: str, number: Callable[[str], object]) -> None:
        self._lines = text.encode("utf-8").split(b"\n")
        self._number = number

    def value(self, node: ast.expr) -> object:
        """The value of a node. Raises ValueError for anything but a literal."""
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            return {self._key(key): self.value(of) for key, of in pairs}
        if isinstance(node, ast.List | ast.Tuple):
            return [self.value(item) for item in node.elts]
        if isinstance(node, ast.Name):
            if node.id in _NOT_FINITE:
                return self._number(node.id)
            if node.id in _NAMES:
                return _NAMES[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            positive = self.value(node.operand)
            if isinstance(positive, type(self._number("0"))):
                return self._number(f"-{positive}")
        if isinstance(node, ast.Constant):
            return self._constant(node)
        raise ValueError("no literal")

    def _key(self, node: ast.expr | None) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise ValueError("a key that is no text")

    def _constant(self, node: ast.Constant) -> object:
        if node.value is None or isinstance(node.value, bool):
            return node.value
        if isinstance(node.value, str):
            # A pair of escaped surrogates is one character in JSON.
            return node.value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(node.value, int | float) and node.lineno == node.end_lineno:
            line = self._lines[node.lineno - 1]
            return self._number(line[node.col_offset : node.end_col_offset].decode("utf-8"))
        raise ValueError("no literal of JSON")
