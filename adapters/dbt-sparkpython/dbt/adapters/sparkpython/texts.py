"""Texts, numbers and moments as DuckDB reads and prints them, in Spark's SQL."""

import functools

from sqlglot import exp, parse_one

# Numbers as DuckDB's cast from text reads them, underscores between digits among them.
NUMBER = (
    r"\A[ \t\n\x0B\f\r]*(?:[-+]?(?:[0-9]+(?:_[0-9]+)*(?:[.](?:[0-9]+(?:_[0-9]+)*)?)?"
    r"|[.][0-9]+(?:_[0-9]+)*)(?:[eE][-+]?[0-9]+)?|[-+]?(?i:nan|inf|infinity))[ \t\n\x0B\f\r]*\z"
)
_READ = "case when rlike(value_, pattern_) then try_cast(replace(value_, '_', '') as double) end"
# Java writes 1.0E8 and 1.0E-4 where DuckDB writes 100000000.0 and 0.0001; from 1e16 on and below
# 1e-4 both have an exponent. `typeof` is a constant, so one branch is left.
_PRINT_DOUBLE = """case
    when not contains(cast(value_ as string), 'E')
        then replace(replace(cast(value_ as string), 'NaN', 'nan'), 'Infinity', 'inf')
    when abs(cast(cast(value_ as string) as double)) >= 1e-4 and abs(cast(cast(value_ as string) as double)) < 1e16
        then regexp_replace(regexp_replace(
            cast(cast(cast(value_ as string) as decimal(38, 20)) as string), '0+$', ''
        ), '[.]$', '.0')
    else concat(
        replace(substring_index(cast(value_ as string), 'E', 1), '.0', ''), 'e',
        case when contains(cast(value_ as string), 'E-') then '-' else '+' end,
        format_string('%02d', abs(cast(substring_index(cast(value_ as string), 'E', -1) as int)))
    )
end"""
_PRINT = f"case when typeof(value_) in ('double', 'float') then {_PRINT_DOUBLE} else cast(value_ as string) end"
_NEAREST = (
    "case when typeof(value_) in ('double', 'float') then try_cast(bround(cast(cast(value_ as string) as double)) as int)"
    " when typeof(value_) like 'decimal%' then try_cast(round(cast(cast(value_ as string) as decimal(38, 10))) as int)"
)
_WHOLE = _NEAREST.replace("try_cast", "cast") + " else cast(value_ as int) end"
_TRY_WHOLE = (
    _NEAREST
    + " else coalesce(try_cast(cast(value_ as string) as int),"
    + " try_cast(bround(" + _READ.replace("value_", "cast(value_ as string)") + ") as int)) end"
)  # fmt: skip
_QUOTIENT = """case
    when cast(divisor_ as double) <> 0 then cast(value_ as double) / cast(divisor_ as double)
    when divisor_ is null or value_ is null then null
    when isnan(cast(value_ as double)) or cast(value_ as double) = 0 then cast('NaN' as double)
    when cast(value_ as double) > 0 then cast('Infinity' as double)
    else cast('-Infinity' as double)
end"""
# A moment's parts as Spark reads them, of one digit or two.
MOMENT_PARTS = {
    "Y": "yyyy", "m": "M", "d": "d", "b": "MMM", "B": "MMMM", "H": "H", "M": "m", "S": "s",
    "y": "yy", "j": "D", "p": "a", "I": "h", "f": "SSSSSS",
}  # fmt: skip
# The lower half of an md5 as a number without a sign.
_LOWER_HALF = "cast(conv(substring(md5(value_), 17, 16), 16, 10) as decimal(20, 0))"


@functools.cache
def _read(sql: str) -> exp.Expression:
    return parse_one(sql, read="spark")


def _filled(sql: str, to: exp.DataType | None = None, **parts: exp.Expression) -> exp.Expression:
    """Spark's SQL as a tree in which the columns named as `parts` are those expressions.

    `to` takes the place of the type int.
    """
    tree = _read(sql).copy()
    for node in list(tree.find_all(exp.Column)):
        if node.name in parts:
            node.replace(parts[node.name].copy())
    for node in list(tree.find_all(exp.DataType)) if to is not None else []:
        if node.is_type("int"):
            node.replace(to.copy())
    return exp.paren(tree)


def text_of(value: exp.Expression) -> exp.Expression:
    """A value as text; a double as the shortest decimal, with an exponent from 1e16 on."""
    return _filled(_PRINT, value_=exp.paren(value))


def whole_of(value: exp.Expression, to: exp.DataType, *, is_try: bool) -> exp.Expression:
    """A value as a whole number of type `to`: a double is rounded to even, a text read as one."""
    return _filled(
        _TRY_WHOLE if is_try else _WHOLE,
        to,
        value_=exp.paren(value),
        pattern_=exp.Literal.string(NUMBER),
    )


def number_of(value: exp.Expression) -> exp.Expression:
    """A text as a double, null where DuckDB reads none."""
    said = exp.cast(exp.paren(value), "text")
    return _filled(_READ, value_=said, pattern_=exp.Literal.string(NUMBER))


def quotient(value: exp.Expression, divisor: exp.Expression) -> exp.Expression:
    """A value divided by another as doubles; by zero it is infinite, or no number."""
    return _filled(_QUOTIENT, value_=exp.paren(value), divisor_=exp.paren(divisor))


def lower_half(value: exp.Expression) -> exp.Expression:
    """Half of the md5 of a text as a whole number from 0 on, of 20 digits."""
    return _filled(_LOWER_HALF, value_=exp.paren(value))


def moment_of(text: exp.Expression, formats: exp.Expression) -> exp.Expression:
    """A text as a timestamp in the first of `formats` (strptime's) that it has, else null."""
    listed = formats.expressions if isinstance(formats, exp.Array) else [formats]
    read = [
        exp.Anonymous(
            this="try_to_timestamp",
            expressions=[text.copy(), exp.Literal.string(_java_format(one.name))],
        )
        for one in listed
    ]
    return read[0] if len(read) == 1 else exp.Coalesce(this=read[0], expressions=read[1:])


def _java_format(strptime: str) -> str:
    """A format of strptime's as DateTimeFormatter's. Raises ValueError for what it does not have."""
    parts: list[str] = []
    signs = iter(strptime)
    for sign in signs:
        if sign == "%":
            directive = next(signs, "").replace("-", "") or next(signs, "")
            if directive not in MOMENT_PARTS:
                raise ValueError(f"the part %{directive} of a date has no equal on Spark")
            parts.append(MOMENT_PARTS[directive])
        else:
            parts.append(f"'{sign}'" if sign.isalpha() else "''" if sign == "'" else sign)
    return "".join(parts)
