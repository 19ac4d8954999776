"""`make docs`: docs/vars.md from the settings schema and vars, docs/metrics.md from the gates."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from likeness.schema.gates import FILE, Gate, load_gates
from likeness.schema.given import project_vars
from likeness.schema.part import about
from likeness.schema.sentences import may_be
from likeness.schema.settings import PARTS
from likeness.warehouse import atomic_files

PATH = "docs/vars.md"
METRICS_PATH = "docs/metrics.md"
METRIC_COLUMNS = ("metric", "formula", "better", "compared with", "reading")
METRICS = """# Metrics

Written by `make docs` from `seeds/gates.csv`; a test says when it is out of date. Each metric is a
row of `marts.quality_scorecard`, with what it is compared with as `reference`; its limits stand in
[vars.md](vars.md#the-gates). KS is the Kolmogorov-Smirnov statistic, TVD the total variation
distance; p is train's share of a bin, q that of synthetic rows.

What a metric sums up stands in the marts: `comparison_columns` has a row per column,
`comparison_rates` the target's rate by conditions with 95% intervals (Wilson), `comparison_utility`
AUC, Gini (2 AUC - 1), KS of the scores, Brier score and calibration error of the models, with their
ROC and calibration curves, `comparison_detection` pMSE and the accuracy of marginals,
`comparison_privacy` the quantiles of both distances. Where numbers are top and bottom coded or
levels are pooled, the description of the column says so (`comment on column`, in both databases).
"""
HEAD = """# Vars

Written by `make docs` from `python/likeness/schema/` and `seeds/gates.csv`; a test says when it is
out of date. Set vars with `--vars`, in `dbt_project.yml`, or in a file for
`make build VARS=file.yml`. A value that is not what it may be, and a name that neither Likeness nor
a rule knows, stop the command before anything runs. Names are checked on the command line and in
what `dbt_project.yml` gives to Likeness (in another project: the scope `vars: {likeness: ...}`).

*Rows*: it changes which rows come out, and so belongs to `settings_fingerprint` in
`marts.quality_history`. *LLM*: only a language model asks for it.
"""
GATES = """## The gates

Each metric of `marts.quality_scorecard` has its row in `seeds/gates.csv`. `at` is the last value
that is still fine, `by` the largest distance from the reference (what real holdout rows show) to
the worse side; no number, no limit. A failing gate marked *always* fails the build for rows of any
origin; the others fail it for the offline engine and warn for rows of other origin, which this
project cannot correct.

The var `gates` is merged over them, metric by metric and key by key; what it does not name keeps
its limits. Keys: `warn_at`, `warn_by`, `fail_at`, `fail_by`, `always_error`, `advice`.

| `gates:` | what it does |
|---|---|
| `{detection_auc: {fail_at: 0.8}}` | changes one limit |
| `{detection_auc: {fail_at: null}}` | takes one limit away: what would fail only warns |
| `{kl_divergence: {fail_by: null, fail_at: 0.3}}` | a fixed limit in the place of a distance |
| `{detection_auc: null}` | switches the gate off: computed still, its status is `off` |

Scorecard (column `limits`), report and the last lines of a build name every gate that is off or
changed.
"""
VARS = ("var", "default", "may be", "unit", "rows", "LLM", "meaning")
COLUMNS = ("metric", "better", "warns", "fails", "always", "meaning")


def vars_page(project: str | Path = "dbt_project.yml", gates: str | Path = FILE) -> str:
    """The text of docs/vars.md."""
    defaults = project_vars(project)
    parts = [HEAD]
    for part in PARTS:
        lines = [_row(name, field, defaults) for name, field in part.model_fields.items()]
        words = part.__doc__ or ""
        title = words[:1].upper() + words[1:]
        parts.append("\n".join([f"## {title}", "", *_head(VARS), *lines, ""]))
    parts.append("\n".join([GATES, *_head(COLUMNS), *map(_gate_row, load_gates(gates)), ""]))
    return "\n".join(parts)


def _head(names: Sequence[str]) -> list[str]:
    return [_line(names), "|" + "---|" * len(names)]


def _row(name: str, field: FieldInfo, defaults: dict[str, Any]) -> str:
    known = about(field)
    default = yaml.safe_dump(defaults[name], default_flow_style=True, width=10_000, sort_keys=False)
    cells = [
        f"`{name}`",
        f"`{default.removesuffix('...' + chr(10)).strip()}`",
        may_be(field),
        known["unit"],
        "yes" if known["rows"] else "",
        "yes" if known["llm"] else "",
        field.description or "",
    ]
    return _line(cells)


def _gate_row(gate: Gate) -> str:
    always = "yes" if gate.always_error else ""
    limits = [_limit(gate, "warn"), _limit(gate, "fail")]
    return _line([f"`{gate.metric}`", gate.direction, *limits, always, gate.meaning])


def _limit(gate: Gate, level: str) -> str:
    for end in ("at", "by"):
        value = getattr(gate, f"{level}_{end}")
        if value is not None:
            return f"{end} {value:g}"
    return ""


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def metrics_page(gates: str | Path = FILE) -> str:
    """The text of docs/metrics.md."""
    rows = [
        _line([f"`{gate.metric}`", gate.formula, gate.direction, gate.compared_with, gate.reading])
        for gate in load_gates(gates)
    ]
    return "\n".join([METRICS, *_head(METRIC_COLUMNS), *rows, ""])


if __name__ == "__main__":
    atomic_files.write_text(Path(PATH), vars_page())
    atomic_files.write_text(Path(METRICS_PATH), metrics_page())
