"""DuckDB's SQL as Spark's, with the same meaning or not at all.

What a model says is DuckDB's SQL. sqlglot translates its syntax, functions.py what it would pass
through although it means something else on Spark; the rest is refused.
"""

from collections.abc import Mapping
from typing import ClassVar

from dbt.adapters.sparkpython import functions
from dbt.adapters.sparkpython.functions import Untranslatable
from sqlglot import exp, parse, parse_one
from sqlglot.dialects import DuckDB, Spark

Relations = Mapping[tuple[str, str], "str | exp.Expression"]


class Models(DuckDB):
    """DuckDB's dialect in which `len` is of lists alone, as the models have it."""

    class Parser(DuckDB.Parser):
        """The parser."""

        FUNCTIONS: ClassVar[dict] = {**DuckDB.Parser.FUNCTIONS, "LEN": exp.ArraySize.from_arg_list}


class Target(Spark):
    """Spark's dialect as of version 4, which takes a `with` wherever a query may stand."""

    class Generator(Spark.Generator):
        """The generator."""

        EXPRESSIONS_WITHOUT_NESTED_CTES: ClassVar[set] = set()


def parsed(sql: str) -> exp.Expression:
    """DuckDB's SQL as a tree."""
    return parse_one(sql, read=Models)


def parsed_all(sql: str) -> list[exp.Expression]:
    """The statements of a text as trees."""
    return [tree for tree in parse(sql, read=Models) if tree is not None]


def spark_sql(tree: exp.Expression, relations: Relations) -> str:
    """A query of DuckDB's as one of Spark's.

    `relations` gives for (schema, name), both in lower case, Spark's name of a table, or the tree
    of the query that stands for it. Raises Untranslatable naming what has no equal.
    """
    tree = _with_relations(tree.copy(), relations)
    for function in tree.find_all(exp.Func):
        functions.check(function)
    tree = functions.changed(tree)
    for select in tree.find_all(exp.Select):
        _without_replace(select)
    for kind in tree.find_all(exp.DataType):
        if kind.this == exp.DType.INT128:
            kind.replace(exp.DataType.build("decimal(38, 0)"))
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", None)
    return tree.sql(dialect=Target)


def _with_relations(tree: exp.Expression, relations: Relations) -> exp.Expression:
    def changed(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Table):
            return node
        found = relations.get((node.db.lower(), node.name.lower()))
        if found is None and not node.db:
            return node
        if found is None:
            raise Untranslatable(f"{node.db}.{node.name} is no table that Spark knows")
        alias = node.alias or node.name
        if isinstance(found, str):
            return exp.alias_(exp.to_table(found, dialect="spark"), alias, table=True, quoted=True)
        return exp.Subquery(
            this=_with_relations(found.copy(), relations),
            alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)),
        )

    return tree.transform(changed)


def _without_replace(select: exp.Select) -> None:
    """`* replace (e as c)` as `* except (c), e as c`: the same columns by name."""
    projections: list[exp.Expression] = []
    for projection in select.expressions:
        star = projection if isinstance(projection, exp.Star) else projection.find(exp.Star)
        replaced = star.args.get("replace") if star and projection.is_star else None
        projections.append(projection)
        if replaced:
            names = [exp.to_identifier(one.alias, quoted=True) for one in replaced]
            key = "except_" if "except_" in exp.Star.arg_types else "except"
            star.set(key, [*(star.args.get(key) or []), *names])
            star.set("replace", None)
            projections += replaced
    select.set("expressions", projections)
