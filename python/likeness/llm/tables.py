"""What the dbt models of the language-model backends return: relations in, one relation out."""

import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from likeness import warehouse
from likeness.llm.build import Build
from likeness.llm.core.backend import Failed
from likeness.llm.core.examples import BadExample, load_examples, refuse_source_rows
from likeness.llm.core.journal import Journal, JournalError
from likeness.llm.core.options import Options
from likeness.llm.core.prompts import Knowledge, rules_from_rows
from likeness.llm.core.responses import response_columns
from likeness.llm.core.rounds import Work, write_accepted
from likeness.llm.core.runner import ServerDown
from likeness.schema.fields import Field, fields_from_rows
from likeness.warehouse import atomic_files
from likeness.warehouse.dbt_flags import is_empty

FRAME_ROWS = 10_000
LAST_RUN = "last_run.json"
WORKS = """
select seed_text, list(seed_id order by seed_id) as seed_ids, cast(sum(rows_asked) as bigint) as n
from plan where rows_asked > 0 group by seed_text order by min(seed_id)
"""
ACCEPTED_BY_REQUEST = """
select request_id, count(*) filter (where is_accepted) from received
group by request_id order by request_id
"""
# Seeds with one text share its rows, so what is missing is counted by text. A seed that no row is
# asked of can't fail.
MISSING = """
select coalesce(sum(seeds), 0), coalesce(sum(greatest(0, asked - accepted)), 0)
from (
    select
        count(*) filter (rows_asked > 0) as seeds,
        sum(rows_asked) as asked,
        sum(coalesce(n, 0)) as accepted
    from shortfall group by seed_text
)
"""
JUDGEMENT_TYPES = {
    "synthetic_id": "varchar",
    "score": "double",
    "justification": "varchar",
    "judge": "varchar",
    "status": "varchar",
}
RUN_TYPES = {
    "generator": "varchar",
    "model_id": "varchar",
    "seeds": "bigint",
    "seeds_failed": "bigint",
    "seeds_short": "bigint",
    "share_failed": "double",
    "rows_missing": "bigint",
    "answers": "bigint",
    "failed_calls": "bigint",
    "tokens_in": "bigint",
    "tokens_out": "bigint",
    "cost": "double",
    "stopped": "varchar",
    "commonest_failure": "varchar",
}


class Profiles(NamedTuple):
    """What the guidelines are filled from: profiles.source_rules, part_shares, rule_context."""

    rules: warehouse.Relation
    shares: warehouse.Relation
    ranges: warehouse.Relation

    def knowledge(self) -> Knowledge:
        """Shares and ranges, as prompts hold them."""
        return Knowledge.from_rows(
            warehouse.records(self.shares), warehouse.records(self.ranges.order("all"))
        )


class Stopped(RuntimeError):
    """The build can't go on; the message is one sentence for a person."""


EXPECTED = (Stopped, Failed, ServerDown, JournalError, BadExample, ValueError, FileNotFoundError)


class PlanWorks:
    """The works of a synthesis plan, read from the relation anew for each pass."""

    def __init__(self, session: warehouse.Connection, plan: warehouse.Relation) -> None:
        self._session = session
        self._plan = plan.query("plan", WORKS)

    def __iter__(self) -> Iterator[Work]:
        for rows in warehouse.batches(self._session, self._plan):
            for seed_text, seed_ids, count in rows:
                yield Work(seed_text, tuple(seed_ids), count)


def make_build(
    session: warehouse.Connection,
    plan: warehouse.Relation,
    fields: Sequence[Field],
    profiles: Profiles,
    source: warehouse.Relation,
    backend: str,
    given: Mapping,
) -> Build:
    """The build of a plan: `source` is the raw table, `given` the vars.

    Raises BadExample if an example is one of the source's rows, ValueError for a var.
    """
    examples = []
    path = given.get("example_path")
    if path:
        examples = load_examples(path, fields)
        refuse_source_rows(
            examples, fields, lambda numbers: warehouse.matching(source, numbers), path
        )
    return Build(
        backend,
        given,
        fields,
        rules_from_rows(warehouse.records(profiles.rules.order("rule_id")), given),
        [] if is_empty() else PlanWorks(session, plan),
        [dict(example.row) for example in examples],
        knowledge=profiles.knowledge(),
    )


def refuse_disclosing(disclosure: warehouse.Relation) -> None:
    """Raise Stopped if the audit has found anything in what a model would be sent.

    `disclosure`: intermediate.int_disclosure__seeds.
    """
    findings = disclosure.filter("kind = 'finding'")
    n = warehouse.count(findings)
    if not n:
        return
    first = warehouse.records(findings.order("audited_table, audited_row, what"), limit=1)[0]
    more = f", and {n - 1} more" if n > 1 else ""
    raise Stopped(
        "Nothing was sent: what a model would read discloses too few source rows; "
        f"{first['audited_table']} ({first['audited_row']}): {first['what']}: {first['rows']} rows"
        f"{more} in intermediate.int_disclosure__seeds."
    )


def responses_table(
    session: warehouse.Connection,
    plan: warehouse.Relation,
    fields: warehouse.Relation,
    profiles: Profiles,
    source: warehouse.Relation,
    backend: str,
    given: Mapping,
    disclosure: warehouse.Relation,
) -> warehouse.Relation:
    """Every row received for the plan, asking for what is missing. Raises Stopped."""
    listed = fields_from_rows(warehouse.records(fields))
    with _one_sentence():
        refuse_disclosing(disclosure)
        build = make_build(session, plan, listed, profiles, source, backend, given)
        names = [field.name for field in listed]
        rows = build.generate()
        relation = warehouse.spread(session, _frames(rows), response_columns(names))
        report = build.report
        last = {
            "source": build.source,
            "seeds_failed": report.failed,
            "seeds_short": report.short,
            "stopped": report.calls.stopped,
            "commonest_failure": report.calls.commonest,
        }
        if not is_empty():
            atomic_files.write_text(Path(build.options.journal_dir) / LAST_RUN, json.dumps(last))
        if report.calls.commonest and not warehouse.count(relation):
            raise Stopped(
                f"No row came: {report.failed:,} of {report.seeds:,} seeds failed. The commonest "
                f"failure: {report.calls.commonest}"
            )
    return relation


def judgements_table(
    session: warehouse.Connection,
    responses: warehouse.Relation,
    format_findings: warehouse.Relation,
    rule_findings: warehouse.Relation,
    plan: warehouse.Relation,
    fields: warehouse.Relation,
    profiles: Profiles,
    source: warehouse.Relation,
    backend: str,
    given: Mapping,
    disclosure: warehouse.Relation,
) -> warehouse.Relation:
    """One judgement per row that no finding rejects, asking for what is missing. Raises Stopped.

    What is rejected for its form or for a rule already is not worth a judge's money.
    """
    listed = fields_from_rows(warehouse.records(fields))
    names = [field.name for field in listed]
    columns = ", ".join(map(warehouse.quoted, ("synthetic_id", *names)))
    of_form = format_findings.filter("rejects").project("synthetic_id")
    rejected = of_form.union(rule_findings.filter("enforced").project("synthetic_id"))
    candidates = responses.join(rejected, "synthetic_id", how="anti")
    wanted = candidates.order("synthetic_id").project(columns)

    def rows() -> Iterator[tuple[str, dict]]:
        for batch in warehouse.batches(session, wanted):
            for synthetic_id, *values in batch:
                yield synthetic_id, dict(zip(names, values, strict=True))

    with _one_sentence():
        refuse_disclosing(disclosure)
        build = make_build(session, plan, listed, profiles, source, backend, given)
        judged = build.judge(tuple if is_empty() else rows)
        return warehouse.spread(session, _frames(judged), JUDGEMENT_TYPES)


def run_table(
    session: warehouse.Connection,
    verdicts: warehouse.Relation,
    responses: warehouse.Relation,
    plan: warehouse.Relation,
    backend: str,
    given: Mapping,
) -> warehouse.Relation:
    """One row on the build's generation; what was accepted of each call is put down on the way.

    `verdicts` has synthetic_id and is_accepted, `responses` synthetic_id, seed_id and request_id,
    `plan` seed_id, seed_text and rows_asked.
    """
    folder = Path(given["journal_dir"])
    received = responses.project("synthetic_id, seed_id, request_id").set_alias("received")
    judged = verdicts.project("synthetic_id, is_accepted").set_alias("judged")
    rows = received.join(judged, "synthetic_id")
    by_request = rows.query("received", ACCEPTED_BY_REQUEST)
    if not is_empty():
        counts = itertools.chain.from_iterable(warehouse.batches(session, by_request))
        write_accepted(folder, counts)
    by_seed = rows.aggregate("seed_id, count(*) filter (where is_accepted) as n", "seed_id")
    shortfall = plan.project("seed_id as planned_id, seed_text, rows_asked").join(
        by_seed, "planned_id = seed_id", how="left"
    )
    seeds, missing = shortfall.query("shortfall", MISSING).fetchall()[0]
    last = _last_run(folder)
    paid = Journal(folder).totals(last["source"])
    row = {
        "generator": backend,
        "model_id": given["model_id"],
        "seeds": seeds,
        "seeds_failed": last["seeds_failed"],
        "seeds_short": last["seeds_short"],
        "share_failed": last["seeds_failed"] / seeds if seeds else 0.0,
        "rows_missing": missing,
        "answers": paid["answers"],
        "failed_calls": paid["calls"] - paid["answers"],
        "tokens_in": paid["tokens_in"],
        "tokens_out": paid["tokens_out"],
        "cost": Options.from_vars(given).limits.cost(paid["tokens_in"], paid["tokens_out"]),
        "stopped": last["stopped"] or None,
        "commonest_failure": last.get("commonest_failure") or None,
    }
    return warehouse.back(session, pd.DataFrame([row]).astype(object), RUN_TYPES)


def _last_run(folder: Path) -> dict:
    path = folder / LAST_RUN
    if not path.exists():
        return {"source": "", "seeds_failed": 0, "seeds_short": 0, "stopped": ""}
    return json.loads(path.read_text(encoding="utf-8"))


def _frames(rows: Iterable[dict]) -> Iterator[pd.DataFrame]:
    rows = iter(rows)
    while part := list(itertools.islice(rows, FRAME_ROWS)):
        yield pd.DataFrame(part).astype(object)


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except EXPECTED as error:
        # dbt shows a traceback around it; this line stands alone.
        print(str(error), file=sys.stderr, flush=True)
        raise Stopped(str(error)) from None
