"""The last lines of `make build`: what came of it, what to open, and what to do."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from likeness import warehouse
from likeness.report.templating import templates_of
from likeness.report.verdict import verdict
from likeness.schema.outputs import MANIFEST, RED_REPORT, REPORT

MOST_TO_DO = 5


def ending(database: str, given: Mapping, started: datetime) -> str:
    """The text for the build that began after `started` (UTC), or '' where it came to no scorecard.

    `given`: the vars of the build; `database`: the path of its DuckDB file.
    """
    if not Path(database).is_file():
        return ""
    prefix = given.get("schema_prefix") or ""
    with warehouse.read_only(database) as connection:

        def rows(table: str, where: str) -> pd.DataFrame:
            return connection.execute(f"select * from {prefix}{table} where {where}").df()

        try:
            moment = started.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            builds = rows("marts.quality_history", f"built_at >= timestamp '{moment}'")
            generator = f"generator = {warehouse.literal(str(given['generator']))}"
            scorecard = rows("marts.quality_scorecard", generator)
            gates = rows("marts.quality_gates", "true")
            excluded = rows("staging.stg_loans__excluded_counts", "reason = 'all'")
        except warehouse.Error:
            return ""
    if builds.empty:
        return ""
    build = builds.sort_values("built_at").iloc[-1]
    folder = Path(str(given["export_dir"]))
    published = _manifest(folder).get("build_id") == build["build_id"]
    made = templates_of("likeness.cli", autoescape=False)
    return made.get_template("ending.txt.j2").render(
        published=published,
        verdict=verdict(scorecard),
        made=f"{int(build['synthetic_rows']):,}",
        source_rows=f"{int(build['source_rows']):,}",
        many=given["record"].get("many", "rows"),
        left_out=next(iter(excluded["n_shown"]), ""),
        excluded=f"{prefix}staging.stg_loans__excluded",
        folder=folder,
        files=sorted({name.partition("/")[0] for name in _manifest(folder).get("files", {})}),
        opened=folder / (REPORT if published else RED_REPORT),
        gates=gates["message"].tolist()[:MOST_TO_DO],
    )


def _manifest(folder: Path) -> dict:
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
