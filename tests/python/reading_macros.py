"""The cleaning macros, rendered without dbt: SQL for tests that need no build."""

import csv
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import jinja2

from likeness.schema.given import project_vars
from likeness.warehouse.reading.source import source

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "cleaning/*.sql",
    "fields/*.sql",
    "formulas/*.sql",
    "warehouse/text.sql",
    "warehouse/hash_split.sql",
    "checks/*.sql",
    "preflight.sql",
)
MACRO = re.compile(r"{%-?\s*macro (\w+)\(.*?endmacro\s*-?%}", re.DOTALL)


class _Return(Exception):
    pass


class Macros:
    """Each macro as an attribute; `variables` are laid over those of the project.

    `listed` is the field list, the project's own if none is given.
    """

    def __init__(self, listed: Path = ROOT / "seeds" / "fields.csv", **variables: object):
        self.listed = listed
        self.variables = project_vars(ROOT / "dbt_project.yml") | variables
        # A raw loader: the macros are SQL, nothing is escaped for a page.
        environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
        environment.globals.update(
            {
                "return": self._return,
                "var": lambda name, default=None: self.variables.get(name, default),
                "adapter": SimpleNamespace(dispatch=lambda name: getattr(self, f"duckdb__{name}")),
                "run_started_at": datetime(2026, 1, 1),
                "all_fields": self._fields,
                "modules": SimpleNamespace(re=re),
            }
        )
        texts = {
            found[1]: found[0]
            for pattern in FILES
            for file in (ROOT / "macros").glob(pattern)
            for found in MACRO.finditer(file.read_text(encoding="utf-8"))
            if found[1] not in ("all_fields", "fields_of_file")
        }
        # A template copies its globals, so that each name must be known before any is compiled.
        environment.globals.update({name: self._late(name) for name in texts})
        environment.globals["context"] = environment.globals
        for name, text in texts.items():
            setattr(self, name, self._wrapped(getattr(environment.from_string(text).module, name)))

    def _fields(self) -> list[dict]:
        with open(self.listed, newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        extended = self.variables["extend_domains"]
        return [
            {
                **row,
                "roles": row["roles"].split(";"),
                "nullable": row["nullable"] == "true",
                "format": row["format"].replace("\\r", "\r").replace("\\n", "\n"),
                "allowed_values": [v for v in row["allowed_values"].split("|") if v]
                + extended.get(row["name"], []),
            }
            for row in rows
        ]

    def _late(self, name: str):
        return lambda *given, **named: getattr(self, name)(*given, **named)

    @staticmethod
    def _return(value: object) -> None:
        raise _Return(value)

    @staticmethod
    def _wrapped(macro):
        def call(*given, **named):
            try:
                return macro(*given, **named)
            except _Return as returned:
                return returned.args[0]

        return call


@cache
def _macros(variables: str) -> Macros:
    return Macros(**json.loads(variables))


def findings_of_first_rows(**variables: object) -> str:
    """SQL of what is wrong with the form of the first rows of a file of synthetic rows."""
    return _macros(json.dumps(variables, sort_keys=True)).findings_of_first_rows()


def request(path: Path, **variables: object) -> dict:
    """What the macro preflight asks about the source at `path`."""
    macros = _macros(json.dumps(variables, sort_keys=True))
    columns = macros.field_list()
    numbers = [column["name"] for column in columns if column["reader"] == "number"]
    names = [column["name"] for column in columns]
    found = source(str(path), names, numbers, macros.variables)

    def cleaned(column):
        return macros.clean(macros.column_sql(column["name"], "source"), column).strip()

    return {
        "path": str(path),
        "reader": found.relation,
        "problem": found.problem,
        "note": found.note,
        "stated": macros.stated_columns().strip(),
        "reasons": macros.field_reasons("source") + macros.part_reasons(),
        "typed": "(" + macros.typed_rows(macros.stated_rows(found.relation)) + ")",
        "columns": [
            {
                "name": column["name"],
                "type": column["reader"],
                "read": cleaned(column),
            }
            for column in columns
        ],
        "key_column": macros.variables["key_column"],
        "segments": [
            {"name": key, "value": macros.column_sql(key, "source")}
            for key in macros.variables["segment_keys"]
        ],
        "vars": macros.variables,
        "rules": {"rules": [], "columns": []},
    }
