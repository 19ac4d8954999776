"""Which rows of a source cannot be used, and which values no field knows, before a build."""

from collections.abc import Mapping, Sequence

from likeness import warehouse
from likeness.schema.check import OWN_LABELS
from likeness.schema.field_list import FILE, located
from likeness.schema.fields import Field
from likeness.schema.given import shown_file

# A file with fewer rows has too few cells of min_cell_rows to say anything of its distribution.
MIN_CELLS = 15
MIN_READABLE = 0.5
MOST_SHOWN, LONGEST = 5, 40

WORDS = {
    "number": "numbers",
    "months": "a term in months",
    "month": "months like Jan-2015",
    "date": "days like 2015-01-31",
    "timestamp": "days with a time like 2015-01-31 08:30:00",
}


def problem_with_rows(
    connection: warehouse.Connection, request: Mapping, fields: Sequence[Field]
) -> str:
    """One sentence about the source's rows that stops a build, or ''.

    `request`: `path`, `reader` (a relation of texts), `stated` (its columns without missing
    markers), `reasons` and `columns` as the macro preflight gives them, `key_column`, `vars`.
    """
    path, key, values = request["path"], request["key_column"], request["vars"]
    required = _required(request, fields)
    domains = _domains(request, fields)
    rows, keys, reasons, outside, labels = _counted(connection, request, required, domains)
    if rows == 0:
        return f"{path} has a header but no rows."
    if keys < rows:
        return (
            f"{path}: column {key}, which var key_column names, is empty or repeated in some rows."
        )
    wanted = MIN_CELLS * values["min_cell_rows"]
    if rows < wanted:
        return f"{path} has {rows} rows; at least {wanted} are needed (15 x var min_cell_rows)."
    return (
        _unreadable(connection, request, reasons)
        or _labels(path, labels)
        or _outside(connection, request, domains, outside)
        or _excluded(connection, request, rows, reasons, wanted)
    )


def _required(request: Mapping, fields: Sequence[Field]) -> list[dict]:
    """The reason `is missing` of each field that a row must have, in order of names.

    `on_purpose`: var missing asks for it, and the field itself does not.
    """
    nullable = {field.name for field in fields if field.nullable}
    reads = {column["name"]: column["read"] for column in request["columns"]}
    excludes = request["vars"]["missing"] == "exclude"
    return [
        {
            "name": name,
            "reason": f"{name} is missing",
            "when": f"{read} is null",
            "on_purpose": name in nullable,
        }
        for name, read in sorted(reads.items())
        if excludes or name not in nullable
    ]


def _domains(request: Mapping, fields: Sequence[Field]) -> list[dict]:
    """Value (SQL) and allowed values of each field that has a domain, the rest's own labels."""
    sql = {column["name"]: column for column in request["columns"]}
    extended = request["vars"]["extend_domains"]
    return [
        {
            "name": field.name,
            "value": f"cast({sql[field.name]['read']} as varchar)",
            "allowed": [*field.allowed_values, *map(str, extended.get(field.name, []))],
        }
        for field in fields
        if field.allowed_values and field.name in sql
    ]


def _counted(
    connection: warehouse.Connection,
    request: Mapping,
    required: Sequence[Mapping],
    domains: Sequence[Mapping],
) -> tuple[int, int, dict[str, tuple[Mapping, int]], dict[str, int], dict[str, int]]:
    key = request["key_column"]
    reasons = [*request["reasons"], *required]
    first = " ".join(f"when {reason['when']} then {n}" for n, reason in enumerate(reasons))
    first = first or "when false then 0"
    counts = [f"count(distinct source.{warehouse.quoted(key)})" if key else "count(*)"]
    for domain in domains:
        known = ", ".join(warehouse.literal(value) for value in domain["allowed"])
        counts.append(f"count(*) filter (where {domain['value']} not in ({known}))")
    open_texts = _open_columns(request, domains)
    own = ", ".join(map(warehouse.literal, OWN_LABELS))
    counts += [
        f"count(*) filter (where trim(source.{warehouse.quoted(n)}) in ({own}))" for n in open_texts
    ]
    found = connection.execute(
        _read_once(
            request,
            f"select case {first} end as reason, count(*), {', '.join(counts)} "
            "from read_once as source group by 1",
        )
    ).fetchall()
    rows = sum(row[1] for row in found)
    totals = [sum(column) for column in zip(*(row[2:] for row in found), strict=True)]
    totals = totals or [0] * len(counts)
    by_reason = {
        reasons[row[0]]["reason"]: (reasons[row[0]], row[1]) for row in found if row[0] is not None
    }
    if key:
        distinct = f"count(distinct source.{warehouse.quoted(key)})"
        sql = f"select {distinct} from {request['reader']} as source"
        totals[0] = warehouse.row(connection, sql)[0]
    outside = dict(zip((d["name"] for d in domains), totals[1:], strict=False))
    labels = dict(zip(open_texts, totals[1 + len(domains) :], strict=True))
    return rows, totals[0], by_reason, outside, labels


def _read_once(request: Mapping, sql: str) -> str:
    """A query of `read_once`: each value is read in a column of its own, not wherever it occurs.

    DuckDB's optimizer would take seconds over an expression that repeats the readers.
    """
    values = []
    for n, column in enumerate(request["columns"]):
        values.append(f"{column['read']} as likeness_{n}")
        sql = sql.replace(column["read"], f"source.likeness_{n}")
    listed = ", ".join(values)
    return (
        f"with read_once as materialized (select source.*, {listed} "
        f"from {_stated(request)} as source) {sql}"
    )


def _open_columns(request: Mapping, domains: Sequence[Mapping]) -> list[str]:
    """Text columns without a domain that the tables show by their values."""
    known = {domain["name"] for domain in domains}
    shown = {*request["vars"]["categorical_variables"], *request["vars"]["segment_keys"]}
    return [
        column["name"]
        for column in request["columns"]
        if column["type"] == "text" and column["name"] in shown - known
    ]


def _labels(path: str, labels: Mapping[str, int]) -> str:
    for name, n in labels.items():
        if n:
            return (
                f"{path}: column {name} holds {' or '.join(OWN_LABELS)} in {n:,} rows, which the "
                "tables use as labels of their own; write these values in another way."
            )
    return ""


def _unreadable(
    connection: warehouse.Connection, request: Mapping, reasons: Mapping[str, tuple[Mapping, int]]
) -> str:
    kinds = {column["name"]: column for column in request["columns"]}
    for reason, (about, n) in reasons.items():
        if not reason.endswith("cannot be read"):
            continue
        name = about["name"]
        filled = warehouse.row(
            connection,
            f"select count(nullif(trim(source.{warehouse.quoted(name)}), '')) "
            f"from {_stated(request)} as source",
        )[0]
        if n > (1 - MIN_READABLE) * filled:
            example = _example(connection, request, about)
            read_as = WORDS.get(kinds[name]["type"], kinds[name]["type"])
            return (
                f"{request['path']}: column {name} cannot be read as {read_as} in {n} of {filled} "
                f"rows, such as {example}, as {located(FILE, 'name', name)} says; "
                "docs/input-files.md says what can be read."
            )
    return ""


def _outside(
    connection: warehouse.Connection,
    request: Mapping,
    domains: Sequence[Mapping],
    outside: Mapping[str, int],
) -> str:
    for domain in domains:
        if not outside.get(domain["name"]):
            continue
        known = ", ".join(warehouse.literal(value) for value in domain["allowed"])
        found = connection.execute(
            f"select {domain['value']} as value, count(*) as n from {_stated(request)} as source "
            f"where {domain['value']} not in ({known}) group by 1 order by 2 desc, 1"
        ).fetchall()
        named = ", ".join(f"{_shown(v)} in {n:,} rows" for v, n in found[:MOST_SHOWN])
        more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
        given = [str(value) for value, _ in found[:MOST_SHOWN]]
        return (
            f"{request['path']}: column {domain['name']} holds values that {shown_file(FILE)} does "
            f"not allow: {named}{more}; correct the file or "
            f"{located(FILE, 'name', domain['name'])}, or allow them by extend_domains: "
            f"{{{domain['name']}: [{', '.join(given)}]}}."
        )
    return ""


def _excluded(
    connection: warehouse.Connection,
    request: Mapping,
    rows: int,
    reasons: Mapping[str, tuple[Mapping, int]],
    wanted: int,
) -> str:
    left_out = sum(n for _, n in reasons.values())
    faulty = sum(n for about, n in reasons.values() if not about.get("on_purpose"))
    share = request["vars"]["max_excluded_share"]
    if faulty > share * rows:
        named = _named(connection, request, reasons, on_purpose=False)
        return (
            f"{request['path']}: {faulty:,} of {rows:,} rows cannot be used "
            f"({faulty / rows:.1%}; var max_excluded_share allows {share:.0%}): {named}."
        )
    if rows - left_out < wanted:
        purpose = "; var missing is exclude" if left_out > faulty else ""
        return (
            f"{request['path']} has {rows - left_out} usable rows of {rows}; at least {wanted} are "
            f"needed (15 x var min_cell_rows{purpose}): {_named(connection, request, reasons)}."
        )
    return ""


def _named(
    connection: warehouse.Connection,
    request: Mapping,
    reasons: Mapping[str, tuple[Mapping, int]],
    on_purpose: bool = True,
) -> str:
    """The most frequent reasons, each with its count and the first example."""
    given = [r for r in reasons.values() if on_purpose or not r[0].get("on_purpose")]
    top = sorted(given, key=lambda found: -found[1])[:MOST_SHOWN]
    return "; ".join(
        f"{about['reason']} in {n:,}{_such_as(connection, request, about)}" for about, n in top
    )


def _such_as(connection: warehouse.Connection, request: Mapping, about: Mapping) -> str:
    if about["reason"].endswith("is missing"):
        return f" (not nullable in {located(FILE, 'name', about['name'])})"
    return f", such as {_example(connection, request, about)}"


def _example(connection: warehouse.Connection, request: Mapping, about: Mapping) -> str:
    found = connection.execute(
        f"select source.{warehouse.quoted(about['name'])} from {_stated(request)} as source "
        f"where {about['when']} limit 1"
    ).fetchall()
    return _shown(found[0][0]) if found else ""


def _shown(value: object) -> str:
    text = repr(" ".join(str(value).split()))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _stated(request: Mapping) -> str:
    return f"(select * replace ({request['stated']}) from {request['reader']})"
