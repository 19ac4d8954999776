"""What each of DuckDB's functions is on Spark: the same, another one that means it, or refused.

sqlglot would pass many through although they mean something else there. A function that is not
`KNOWN` to mean the same stops the model. tests/spark/test_probes.py runs each on both engines.
"""

from collections.abc import Callable

from dbt.adapters.sparkpython import patterns, texts
from sqlglot import exp

# Functions with one meaning on both engines once translated; anything else stops the model.
KNOWN = {
    "Abs", "And", "ArgMax", "ArgMin", "Array", "ArrayAgg", "ArrayContains", "ArrayFilter",
    "ArraySize",
    "ArraySort", "ArrayToString", "Avg", "BitwiseXorAgg", "Case", "Cast", "Ceil", "Chr", "Coalesce",
    "Concat", "ConcatWs", "Count", "DateDiff", "Explode", "Extract", "Floor", "Greatest",
    "GroupConcat", "Grouping", "If", "Lag", "Least", "Left", "Length", "Lower", "MD5", "Map", "Max",
    "Min", "Nullif", "Or", "Pow", "RegexpExtract", "RegexpExtractAll", "RegexpFullMatch",
    "RegexpLike",
    "RegexpReplace", "Replace", "Round", "RowNumber", "Split", "Sqrt", "StartsWith", "Stddev",
    "StddevSamp", "Struct", "Substring", "Sum", "TimeToStr", "TimestampTrunc", "Trim", "TryCast",
    "TsOrDsToTimestamp", "Upper", "Variance", "VariancePop", "Xor",
}  # fmt: skip
# The same of functions that sqlglot does not know: DuckDB's name and how Spark calls it.
RENAMED = {"list_intersect": "array_intersect", "to_json": "to_json"}
PARTS = {"ISODOW": "DAYOFWEEK_ISO"}
SAME_PARTS = {"YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE"}
WHOLE = ("TINYINT", "SMALLINT", "INT", "BIGINT")


class Untranslatable(ValueError):
    """SQL that has no equal on Spark, with the reason as its message."""


def check(function: exp.Func) -> None:
    """Raise Untranslatable for a function that is not known to mean the same."""
    if isinstance(function, exp.Anonymous):
        name = function.name.lower()
        if name not in RENAMED and name not in ANONYMOUS:
            raise Untranslatable(f"the function {name} has no equal on Spark")
    elif type(function).__name__ not in KNOWN:
        raise Untranslatable(f"the function {function.sql_name().lower()} has no equal on Spark")


def changed(tree: exp.Expression) -> exp.Expression:
    """The tree with each function in Spark's form, from the leaves up."""
    root = exp.paren(tree)
    for node in reversed(list(root.bfs())):
        for kind, change in CHANGES:
            if isinstance(node, kind):
                parent, key, index = node.parent, node.arg_key, node.index
                new = change(node)
                if new is not node:
                    parent.set(key, new, index)
                break
    return root.this


def call(name: str, *arguments: exp.Expression) -> exp.Anonymous:
    """A call of one of Spark's own functions."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def _anonymous(node: exp.Anonymous) -> exp.Expression:
    name = node.name.lower()
    if name in ANONYMOUS:
        return ANONYMOUS[name](node)
    return call(RENAMED[name], *node.expressions) if name in RENAMED else node


def _pattern(node: exp.Expression) -> str:
    pattern = node.expression
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        raise Untranslatable("a regular expression that is no literal has no equal on Spark")
    if node.args.get("flag") or node.args.get("parameters"):
        raise Untranslatable("options of a regular expression have no equal on Spark")
    try:
        return patterns.java_pattern(pattern.this)
    except ValueError as error:
        raise Untranslatable(f"the regular expression {pattern.this}: {error}") from error


def _like(node: exp.Expression) -> exp.Expression:
    return call("rlike", node.this, exp.Literal.string(_pattern(node)))


def _full_match(node: exp.Expression) -> exp.Expression:
    pattern = patterns.FULL.format(_pattern(node))
    return call("rlike", node.this, exp.Literal.string(pattern))


def _extract_text(node: exp.Expression) -> exp.Expression:
    group = node.args.get("group") or exp.Literal.number(0)
    return call("regexp_extract", node.this, exp.Literal.string(_pattern(node)), group.copy())


def _extract_all(node: exp.Expression) -> exp.Expression:
    group = node.args.get("group") or exp.Literal.number(0)
    return call("regexp_extract_all", node.this, exp.Literal.string(_pattern(node)), group.copy())


def _replaced(node: exp.RegexpReplace) -> exp.Expression:
    pattern, replacement = _pattern(node), node.args.get("replacement")
    options = node.args.get("modifiers")
    if isinstance(replacement, exp.Literal):
        new: exp.Expression = exp.Literal.string(patterns.java_replacement(replacement.this))
    elif replacement is not None and not replacement.find(exp.Column):
        new = replacement  # such as chr(13) || chr(10)
    else:
        raise Untranslatable("a replacement that is no literal has no equal on Spark")
    if options is not None and options.name == "g":
        return call("regexp_replace", node.this, exp.Literal.string(pattern), new)
    if options is not None:
        raise Untranslatable("options of a regular expression have no equal on Spark")
    if isinstance(new, exp.Literal):
        new = exp.Literal.string(patterns.shifted(new.this))
    else:
        new = call("concat", exp.Literal.string("$1"), new)
    first = exp.Literal.string(patterns.FIRST.format(pattern))
    return call("regexp_replace", node.this, first, new)


def _cast(node: exp.Cast) -> exp.Expression:
    kind = node.to.this.name if isinstance(node.to.this, exp.DataType.Type) else ""
    value = node.this
    if isinstance(value, exp.Literal | exp.Null):
        return node
    is_try = isinstance(node, exp.TryCast)
    if kind in ("TEXT", "VARCHAR"):
        return texts.text_of(value)
    if kind in WHOLE:
        return texts.whole_of(value, node.to, is_try=is_try)
    if kind == "DOUBLE" and is_try:
        return texts.number_of(value)
    return node


def _list(node: exp.ArrayAgg) -> exp.Expression:
    """All values, missing ones too, in their order; null where there is no row."""
    value = node.this
    keys: list[exp.Expression] = []
    if isinstance(value, exp.Order):
        if any(key.args.get("desc") for key in value.expressions):
            raise Untranslatable("a list in descending order has no equal on Spark")
        keys = [key.this for key in value.expressions]
        value = value.this
    named: list[exp.Expression] = []
    for i, part in enumerate([*keys, value]):
        named += [exp.Literal.string(f"f{i}" if i < len(keys) else "v"), part.copy()]
    collected: exp.Expression = call("collect_list", call("named_struct", *named))
    if keys:
        collected = call("array_sort", collected)
    one = exp.to_identifier("one_")
    values = call(
        "transform",
        collected,
        exp.Lambda(this=exp.column("v", table="one_"), expressions=[one]),
    )
    return exp.case().when(
        exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0)), values
    )


def _sorted(node: exp.ArraySort) -> exp.Expression:
    if node.args.get("asc") is not None:
        raise Untranslatable("a list in descending order has no equal on Spark")
    return node


def _window(node: exp.Window) -> exp.Expression:
    """An aggregate with a filter over a window: Spark has none, and nulls do the same."""
    inner = node.this
    if not isinstance(inner, exp.Filter):
        return node
    aggregate, condition = inner.this.copy(), inner.expression.this
    value = exp.Literal.number(1) if isinstance(aggregate.this, exp.Star) else aggregate.this
    aggregate.set("this", exp.case().when(condition.copy(), value.copy()))
    node.set("this", aggregate)
    return node


def _unnested(node: exp.Explode) -> exp.Expression:
    return call("inline" if node.expressions else "explode", node.this)


def _rounded(node: exp.Round) -> exp.Expression:
    """Rounded as DuckDB does: scaled, rounded, scaled back; Spark rounds the decimal text."""
    digits = node.args.get("decimals")
    if digits is None:
        return node
    if not (isinstance(digits, exp.Literal) and digits.is_int and int(digits.this) >= 0):
        raise Untranslatable("round takes a whole number of decimals on Spark")
    scale = exp.Literal.number(f"1e{digits.this}")
    return exp.paren(
        exp.Div(
            this=exp.Round(this=exp.Mul(this=exp.paren(node.this.copy()), expression=scale)),
            expression=scale.copy(),
        )
    )


def _part(node: exp.Extract) -> exp.Expression:
    part = node.this.name.upper()
    if part in PARTS:
        node.set("this", exp.var(PARTS[part]))
    elif part not in SAME_PARTS:
        raise Untranslatable(f"the part {part.lower()} of a date has no equal on Spark")
    return node


def _difference(node: exp.DateDiff) -> exp.Expression:
    if node.text("unit").upper() != "DAY":
        raise Untranslatable("only days between dates mean the same on Spark")
    return node


def _extreme(node: exp.Expression) -> exp.Expression:
    if isinstance(node.expression, exp.Tuple):
        node.set("expression", call("struct", *node.expression.expressions))
    return node


def _quotient(node: exp.Div) -> exp.Expression:
    """DuckDB divides as doubles, whole numbers and decimals too, and gives inf or NaN for zero."""
    divisor = node.expression
    if not (isinstance(divisor, exp.Literal) and float(divisor.name) != 0):
        return texts.quotient(node.this, divisor)
    node.set("this", exp.cast(exp.paren(node.this.copy()), "double"))
    return node


def _part_of_list(node: exp.Bracket) -> exp.Expression:
    """`list[2:5]` as a slice, `list[2]` as null where there is none; a key of a map stays."""
    place = node.expressions[0]
    if isinstance(place, exp.Literal) and not place.is_string:
        return call("get", node.this, place)  # sqlglot counts from 0 already
    if isinstance(place, exp.Neg):
        raise Untranslatable("a place counted from the end of a list has no equal on Spark")
    if not isinstance(place, exp.Slice):
        return node
    first, last = place.this, place.expression
    if not all(isinstance(end, exp.Literal) and int(end.name) > 0 for end in (first, last)):
        raise Untranslatable("a part of a list needs its first and last place on Spark")
    length = max(int(last.name) - int(first.name) + 1, 0)
    return call("slice", node.this, first.copy(), exp.Literal.number(length))


def _joined(node: exp.Concat) -> exp.Expression:
    if isinstance(node, exp.ConcatWs):
        return node
    return call("concat_ws", exp.Literal.string(""), *node.expressions)


def _parsed_moment(node: exp.Anonymous) -> exp.Expression:
    return texts.moment_of(*node.expressions)


ANONYMOUS: dict[str, Callable[[exp.Anonymous], exp.Expression]] = {
    "try_strptime": _parsed_moment,
    "md5_number_lower": lambda node: texts.lower_half(*node.expressions),
}
CHANGES: list[tuple[type[exp.Expression], Callable]] = [
    (exp.Anonymous, _anonymous),
    (exp.RegexpLike, _like),
    (exp.RegexpFullMatch, _full_match),
    (exp.RegexpExtract, _extract_text),
    (exp.RegexpExtractAll, _extract_all),
    (exp.RegexpReplace, _replaced),
    (exp.Div, _quotient),
    (exp.Round, _rounded),
    (exp.Extract, _part),
    (exp.DateDiff, _difference),
    (exp.ArgMin, _extreme),
    (exp.ArgMax, _extreme),
    (exp.Concat, _joined),
    (exp.Bracket, _part_of_list),
    (exp.ArrayAgg, _list),
    (exp.ArraySort, _sorted),
    (exp.Window, _window),
    (exp.Explode, _unnested),
    (exp.Cast, _cast),
]
