"""A real `dbt build` with a language model: killed, finished, refreshed; and what it leaves."""

import csv
import gzip
import itertools
import json
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forked
from fakes.faults import Faults
from fakes.openai_server import FakeOpenAI
from fakes.project import NAMES, ROOT, seed_text
from likeness import warehouse
from likeness.llm.core.journal import Journal

SEEDS, LOANS, KEY = 24, 4000, "sk-never-to-be-seen-4711"
FAULTS = ("http_500", "http_429", "html_200", "disconnect", "cut_body", "refusal", "truncated")
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
FAULTS += ("prose", "fewer", "more", "text_items", "wrong_keys", "nan")


class Project:
    """The project with all that a build writes in a folder of its own."""

    def __init__(self, folder: Path, source: Path, server: FakeOpenAI):
        self.folder = folder
        self.journal = folder / "journal"
        self.database = folder / "likeness.duckdb"
        seeds = [json.loads(seed_text(number)) for number in range(SEEDS)]
        (folder / "seeds.json").write_text(json.dumps(seeds))
        self.vars = {
            "generator": "openai",
            "judge": "openai",
            "base_url": server.base_url,
            "model_id": "fake-model",
            "seeds_path": str(folder / "seeds.json"),
            "journal_dir": str(self.journal),
            "export_dir": str(folder / "exports"),
            "concurrency": 2,
        }
        self._environment = os.environ | {
            "DBT_PROFILES_DIR": ".",
            "LIKENESS_DB": str(self.database),
            "LOANS_PATH": str(source),
            "OPENAI_API_KEY": KEY,
            "OMP_NUM_THREADS": "1",
            "DBT_LOG_LEVEL_FILE": "debug",
        }

    def start(self, *arguments: str, **changed: object) -> forked.Run:
        """dbt with `arguments`, in a process that may be killed."""
        places = ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder)]
        command = [*arguments, *places, "--vars", json.dumps(self.vars | changed)]
        return forked.start("dbt.cli.main", command, cwd=ROOT, env=self._environment)

    def run(self, *arguments: str, **changed: object) -> str:
        """What dbt says; the exit code has to be 0."""
        process = self.start(*arguments, **changed)
        said = process.communicate()[0]
        assert process.returncode == 0, said
        return said

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a query on what the build made."""
        with warehouse.read_only(str(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def answered(self) -> set[str]:
        """Names of the calls in the journal."""
        return {entry["key"] for entry in Journal(self.journal).answers()}


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """Some of the embedded loans: a build of all of them takes longer and shows no more here."""
    path = tmp_path_factory.mktemp("source") / "loans.csv"
    with (
        gzip.open(ROOT / "data" / "loans.csv.gz", "rt", newline="") as whole,
        open(path, "w", newline="") as part,
    ):
        csv.writer(part).writerows(itertools.islice(csv.reader(whole), LOANS + 1))
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory, source):
    """A project whose build was killed twice and then went through; and the server it asked."""
    faults = Faults(rates=dict.fromkeys(FAULTS, 0.2 / len(FAULTS)), seed=5)
    with FakeOpenAI(faults, delay=0.15) as server:
        project = Project(tmp_path_factory.mktemp("project"), source, server)
        kills, answered = 0, set()
        for seen_at_kill in (7, 15, None):
            before = len(server.seen)
            process = project.start(
                "build", "-s", "+generation_run", "+generation_funnel", *NO_TESTS
            )
            while seen_at_kill and process.poll() is None and len(server.seen) < seen_at_kill:
                time.sleep(0.01)
            if seen_at_kill and process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
            project.said = process.communicate()[0]
            asked = {seen.name for seen in server.seen[before:]}
            assert not answered & asked, "an answered call was asked again"
            answered = project.answered()
        assert process.returncode == 0, project.said
        assert kills == 2
        yield project, server


def test_all_rows_are_there_and_the_funnel_adds_up(built):
    project, server = built
    funnel = dict(
        project.rows("select stage, rows from marts.generation_funnel where counted = 'all'")
    )
    responses = "from synthetic.synthetic_responses"
    complete = "count(*) filter (where missing_fields = '')"
    (received, complete, seeds), *_ = project.rows(
        f"select count(*), {complete}, count(distinct seed_id) {responses}"
    )
    print(f"\n{funnel}; calls {len(server.seen)}, faults {dict(server.counts())}")
    assert complete >= funnel["asked"] == 5 * SEEDS
    assert funnel["received"] == received == funnel["accepted"] + funnel["rejected"]
    assert funnel["accepted"] > funnel["rejected"]
    assert seeds == SEEDS
    judged = project.rows("select judge, status, score from synthetic.judgements group by all")
    assert judged == [("openai", "judged", 9.0)]


def test_the_run_is_counted(built):
    project, _ = built
    names = "seeds, seeds_short, rows_missing, answers, stopped"
    seeds, short, missing, answers, stopped = project.rows(
        f"select {names} from synthetic.generation_run"
    )[0]
    assert (seeds, short, stopped) == (SEEDS, 0, None)
    assert answers == len(project.answered())
    (accepted,) = project.rows(
        "select count(*) filter (where is_accepted) from intermediate.int_synthetic__verdicts"
    )[0]
    assert missing >= 5 * SEEDS - accepted


def test_the_key_is_nowhere(built):
    project, server = built
    assert {seen.authorization for seen in server.seen} == {f"Bearer {KEY}"}
    assert KEY not in project.said
    for path in project.folder.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


def test_a_full_refresh_keeps_paid_answers_and_asks_nothing(built):
    project, server = built
    asked, rows = len(server.seen), project.rows("from synthetic.int_responses__llm order by all")
    # The next round asks for what was rejected; here only what was there before is of interest.
    (project.journal / "accepted.tsv").unlink()
    project.run("build", "--full-refresh", "-s", "int_responses__llm")
    assert len(server.seen) == asked
    assert project.rows("from synthetic.int_responses__llm order by all") == rows


def test_empty_asks_nothing(built):
    project, server = built
    asked = len(server.seen)
    project.run(
        "run", "--empty", "-s", "int_responses__llm", journal_dir=str(project.folder / "new")
    )
    assert len(server.seen) == asked
    assert project.rows("select count(*) from synthetic.int_responses__llm") == [(0,)]


def test_a_dead_server_is_one_sentence(built):
    project, _ = built
    dead = {"base_url": "http://127.0.0.1:9/v1", "journal_dir": str(project.folder / "other")}
    process = project.start("run", "-s", "int_responses__llm", **dead)
    said = process.communicate()[0]
    assert process.returncode == 1
    assert "refuses connections: nothing listens there. Is the server running" in said


@pytest.fixture(scope="module")
def with_few(tmp_path_factory, source) -> Path:
    """The same loans, of which six have a zip code that no other row has."""
    path = tmp_path_factory.mktemp("few") / "loans.csv"
    with open(source, newline="") as whole, open(path, "w", newline="") as changed:
        reader = csv.DictReader(whole)
        writer = csv.DictWriter(changed, reader.fieldnames)
        writer.writeheader()
        for number, row in enumerate(reader):
            if number < 6:
                row["address"] = row["address"][:-5] + "99999"
            writer.writerow(row)
    return path


@pytest.mark.parametrize("asking", ["generator", "judge"])
def test_nothing_is_sent_while_the_seeds_name_what_few_borrowers_have(tmp_path, with_few, asking):
    with FakeOpenAI(Faults(), delay=0.0) as server:
        project = Project(tmp_path, with_few, server)
        seeds = [json.loads(seed_text(number)) for number in range(SEEDS)]
        seeds[3][-1] = "address: State zipcode=UT 99999"
        (tmp_path / "seeds.json").write_text(json.dumps(seeds))
        selected, given = "+int_responses__llm", {"judge": "rules"}
        if asking == "judge":
            rows = tmp_path / "rows.csv"
            rows.write_bytes(with_few.read_bytes())
            selected = "+int_judgements__llm"
            given = {"generator": "file", "synthetic_path": str(rows)}
        process = project.start("build", "-s", selected, *NO_TESTS, **given)
        said = process.communicate()[0]
        assert process.returncode == 1, said
        assert not server.seen
    assert "Nothing was sent: what a model would read discloses too few source rows" in said
    assert "address: State zipcode=UT 99999: zip_code=99999): names a value of" in said


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(
        ["36 months", "Jan-2015", "1e999", "-0", "NaN", "12.345", "A1", "' or 1=1 --"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
rows_of_anything = st.lists(
    st.one_of(st.fixed_dictionaries(dict.fromkeys(NAMES, anything)), anything),
    min_size=1,
    max_size=8,
)


class Anything(FakeOpenAI):
    """A server whose model answers with whatever hypothesis thinks of."""

    def __init__(self, answers: list[str]):
        super().__init__(delay=0.0)
        self.answers = answers

    def content(self, seen, text):
        """The next answer."""
        return self.answers.pop()


def test_whatever_a_model_returns_the_build_goes_through_and_the_funnel_adds_up(tmp_path, source):
    answers = []

    @settings(max_examples=3 * SEEDS, derandomize=True, database=None)
    @given(rows_of_anything)
    def collect(rows):
        answers.append(json.dumps({"rows": rows}))

    collect()
    assert len(answers) >= SEEDS
    wanted = len(answers)
    with Anything(answers) as server:
        project = Project(tmp_path, source, server)
        project.run(
            *("build", "-s", "+generation_run", "+generation_funnel", *NO_TESTS),
            judge="rules",
            max_rounds=1,
            rows_per_seed=wanted // SEEDS,
            rows_per_request=1,
        )
        assert len(server.seen) == SEEDS * (wanted // SEEDS)
    funnel = dict(
        project.rows("select stage, rows from marts.generation_funnel where counted = 'all'")
    )
    print(f"\n{funnel}")
    assert funnel["received"] == funnel["accepted"] + funnel["rejected"] >= len(server.seen)
    assert funnel["rejected"] > 0
