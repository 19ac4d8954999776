"""The forms that a formula may have, the simplest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

FORMS = (
    "copy", "multiple", "sum", "product", "sum of several", "percent of", "difference", "ratio",
    "percentage",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A form: `write` gives SQL of operands and a factor, `tells` where a row says anything of it.

    A row tells nothing where a simpler formula would give the same, as 0 + x is x.
    """

    name: str
    write: Callable[[Sequence[str], float], str]
    tells: Callable[[Sequence[str]], str]
    is_ordered: bool = False

    def sql(self, operands: Sequence[str], factor: float = 1.0) -> str:
        """The form over these SQL operands."""
        return self.write(operands, factor)


def _all_but(*values: int) -> Callable[[Sequence[str]], str]:
    listed = ", ".join(map(str, values))
    return lambda operands: " and ".join(f"{operand} not in ({listed})" for operand in operands)


def _number(factor: float) -> str:
    return repr(int(factor)) if factor == int(factor) else repr(factor)


COPY = Form("copy", lambda x, _: x[0], _all_but(0))
MULTIPLE = Form("multiple", lambda x, factor: f"{x[0]} * {_number(factor)}", _all_but(0))
OF_TWO = (
    Form("sum", lambda x, _: f"{x[0]} + {x[1]}", _all_but(0)),
    Form("product", lambda x, _: f"{x[0]} * {x[1]}", _all_but(0, 1)),
    Form("percent of", lambda x, _: f"{x[0]} * {x[1]} / 100.0", _all_but(0, 100)),
    Form("difference", lambda x, _: f"{x[0]} - {x[1]}", _all_but(0), is_ordered=True),
    Form("ratio", lambda x, _: f"{x[0]} / nullif({x[1]}, 0)", _all_but(0, 1), is_ordered=True),
    Form(
        "percentage",
        lambda x, _: f"100.0 * {x[0]} / nullif({x[1]}, 0)",
        _all_but(0, 100),
        is_ordered=True,
    ),
)

SEVERAL = Form("sum of several", lambda x, _: " + ".join(x), _all_but(0))
