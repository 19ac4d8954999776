"""May this run touch what another source made? Decided before any model, said in one sentence."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from likeness.builds.provenance import key
from likeness.builds.provenance.digest import file_digest, text_rows

# The source of a project that names none.
EMBEDDED = "data/loans.csv.gz"
MANIFEST = "manifest.json"
FILE = "file:"
# Sources of one name are one if their rows differ by no more than can be unusable.
MOST_EXCLUDED = 0.1


@dataclass(frozen=True)
class Named:
    """The source as the caller names it: its path, and where the name stands ('' for nowhere).

    A table has a name in the path's place.
    """

    path: str
    where: str
    is_table: bool = False

    @classmethod
    def of(cls, environment: str, variable: str, given: bool, table: str = "") -> "Named":
        """From the table's name, LOANS_PATH, var loans_path, and whether that var was `given`."""
        if table:
            return cls(table, "var source_relation", is_table=True)
        if environment:
            return cls(environment, "LOANS_PATH")
        return cls(variable, "var loans_path" if given or variable != EMBEDDED else "")

    def __str__(self) -> str:
        if self.where:
            return f"{self.where} is {self.path}"
        return f"neither LOANS_PATH nor var loans_path names a source but the embedded {self.path}"


def table_name(relation: Mapping | None) -> str:
    """What the table of var source_relation is called, '' for none; as macro source_name."""
    if not relation:
        return ""
    for kind in ("ref", "source"):
        if kind in relation:
            named = relation[kind]
            quoted = ", ".join(f"'{n}'" for n in ([named] if isinstance(named, str) else named))
            return f"{kind}({quoted})"
    place = str(relation["attach"]).rpartition("/")[2]
    return f"{relation['table']} of {place}"


def answer(request: Mapping, digest_of: Callable[[str], str] = lambda query: "") -> dict[str, str]:
    """`sentence` that stops a run or '', `note` on what it replaces or '', and its `pending` mark.

    `request`: `environment`, `variable`, `given`, `table` (see `Named.of`); `table_digest` (a query
    that `digest_of` answers, '' where this run makes the table); `which` (build, run or test);
    `unselected` (models that this run does not make); `database`, `export_dir`;
    `replace_other_source`; `identity` (name, digest, rows, fingerprint, built_at of the source in
    the database, or None); `tables` (node, source, source_name, pending of each model made).
    """
    named = Named.of(
        *(request[name] for name in ("environment", "variable", "given")), request.get("table", "")
    )
    if named.is_table:
        digest = digest_of(request["table_digest"]) if request["table_digest"] else ""
    else:
        digest = file_digest(named.path)
    identity = request["identity"]
    partial = request["which"] == "test" or bool(request["unselected"])
    other = identity is not None and not is_source(identity, named.path, digest)
    exported = None
    if request["which"] != "test":
        exported = other_export(request["export_dir"], named.path, None if other else identity)
    sentence = ""
    if other and partial:
        sentence = differs(named, identity, request["database"])
    elif (other or exported) and not named.where and not request["replace_other_source"]:
        sentence = _refused(named, identity if other else None, exported, request)
    elif partial and identity is not None:
        sentence = _mixed(request, named, identity, digest)
    note = ""
    if not sentence and not partial:
        note = _note(named, identity if other else None, exported, request["export_dir"])
    return {"sentence": sentence, "note": note, "pending": FILE + (digest or named.path)}


def is_source(identity: Mapping, path: str, digest: str) -> bool:
    """Whether the file at `path`, of content `digest`, is the one that `identity` describes.

    A file that is no longer there counts by its name.
    """
    if digest:
        return digest == identity["digest"]
    return _same_path(identity["name"], path)


def differs(named: Named, identity: Mapping, database: str) -> str:
    """The sentence for a database of another source that is to stay as it is."""
    if named.is_table:
        return (
            f"{_capital(named)}, but the tables of {database} were made from {origin(identity)}"
            f"{_changed(named.path, identity)}: replace them by a whole build, "
            "`dbt build -s package:likeness`, or choose another var schema_prefix."
        )
    again = _way_back(identity)
    if _same_path(identity["name"], named.path):
        again = "bring the old file back to go on with it, "
    return (
        f"{_capital(named)}, but the tables of {database} were made from {origin(identity)}"
        f"{_changed(named.path, identity)}: {again}replace them by a whole `dbt build` with "
        "LOANS_PATH set, or set LIKENESS_DB to another database."
    )


def origin(identity: Mapping) -> str:
    """The name of a source with the date of its tables or files."""
    if identity["name"] is None:
        return "a source whose name an older Likeness did not keep"
    when = str(identity.get("built_at") or "")[:16].replace("T", " ")
    return f"{identity['name']} (built {when})" if when else str(identity["name"])


def _way_back(identity: Mapping) -> str:
    name = identity["name"]
    if not name:
        return ""
    # A manifest names a file without its folder.
    named = f"={name}" if Path(name).exists() else f" to the path of {name}"
    return f"set LOANS_PATH{named} to go on with it, "


def other_export(folder: str, path: str, identity: Mapping | None) -> dict | None:
    """The source that the manifest of `folder` names, if it is another one than that at `path`.

    `identity` is what the database knows of the source at `path`, None if nothing.
    """
    exported = _manifest_source(folder)
    if exported is None:
        return None
    same = key.is_same(exported.get("fingerprint"), (identity or {}).get("fingerprint"))
    if same is None:
        same = _same_path(exported["name"], path) or (
            exported["name"] == Path(path).name and _may_have(path, exported.get("rows"))
        )
    return None if same else exported


def _may_have(path: str, usable: object) -> bool:
    """Whether the file at `path` can have so many usable rows; True where that is unknown."""
    rows = text_rows(path)
    if not rows or not isinstance(usable, int):
        return True
    return rows * (1 - MOST_EXCLUDED) <= usable <= rows


def _manifest_source(folder: str) -> dict | None:
    try:
        manifest = json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
        source = dict(manifest["source"])
        return {"built_at": manifest.get("built_at"), **source} if source["name"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refused(named: Named, made: Mapping | None, exported: Mapping | None, request: Mapping) -> str:
    what = f"the tables of {request['database']} were" if made else f"{request['export_dir']} was"
    other = made or exported
    return (
        f"{_capital(named)}, but {what} made from {origin(other)}: {_way_back(other)}"
        "or var replace_other_source: true to replace its tables and exports "
        "by those of the embedded loans."
    )


def _mixed(request: Mapping, named: Named, identity: Mapping, digest: str) -> str:
    unselected = set(request["unselected"])
    tables = [
        table
        for table in request["tables"]
        if table["node"] in unselected
        and (
            table["source"] not in (None, identity["digest"])
            or table["pending"] not in (None, FILE + digest, FILE + identity["digest"])
        )
    ]
    if not tables:
        return ""
    name = tables[0]["node"].rpartition(".")[2]
    other = tables[0]["source_name"] or "another source"
    whole = f"`dbt build` with LOANS_PATH={identity['name']}"
    if named.is_table:
        whole = "`dbt build -s package:likeness`"
    return (
        f"No whole build of {identity['name']} has ended, and tables of {request['database']} such "
        f"as {name} may still be those of {other}: run a whole {whole} first."
    )


def _note(named: Named, made: Mapping | None, exported: Mapping | None, folder: str) -> str:
    if not made and not exported:
        return ""
    what = "tables" if made else f"the files of {folder}"
    new = f"{named.path}{_changed(named.path, made or exported)}"
    return f"This build replaces {what} made from {origin(made or exported)} by those of {new}."


def _changed(path: str, identity: Mapping) -> str:
    return ", which has changed since" if _same_path(identity["name"], path) else ""


def _same_path(one: str | None, other: str) -> bool:
    return one is not None and Path(one).resolve() == Path(other).resolve()


def _capital(text: object) -> str:
    return str(text)[:1].upper() + str(text)[1:]
