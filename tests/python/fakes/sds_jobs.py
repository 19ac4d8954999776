"""Job mode: the request comes back at once, the work shows up in a history when it is done."""

import threading
import uuid

from fakes.sds_evaluation import evaluate
from fakes.sds_llm import LlmError
from fakes.sds_synthesis import check_endpoint, failed, synthesise

SCHEDULING, RUNNING = "ENGINE_SCHEDULING", "ENGINE_RUNNING"
SUCCEEDED, FAILED = "ENGINE_SUCCEEDED", "ENGINE_FAILED"


class Jobs:
    """CML's side of it: what runs, and in which state (histories learn of it when asked).

    `blank_reads`: so many looks at a history see an empty one (each job that ends adds
    `blank_histories`). `unlisted`: the row of a job that starts gets lost, as when another job puts
    an older database back. `failing_starts`: so many jobs start although their POST answers 500.
    """

    def __init__(self, server):
        self.server = server
        self.states: dict[str, str] = {}
        self.orphans: list[str] = []
        self.scheduling_seconds = 2.0
        self.ending_seconds = 1.0
        self.blank_histories = 0
        self.failing_lookups = 0
        self.blank_reads = 0
        self.unlisted = False
        self.failing_starts = 0
        self._lock = threading.Lock()

    def start(self, body: dict, generating: bool) -> dict:
        """The answer to a POST with is_demo false. Raises Refused."""
        server = self.server
        if not server.cml:
            raise failed(500, "name 'synthesis_job' is not defined")
        check_endpoint(body)
        kind = "synth_job" if generating else "eval_job"
        mark = uuid.uuid4().hex[:4]
        name = f"{body.get('display_name') or kind}_{mark}"
        job = f"job-{uuid.uuid4().hex[:12]}"
        server.store.write(f"{kind}_args_{mark}.json", {**body, "job_name": name})
        common = {"job_id": job, "job_name": name, "job_creator_name": "fake-user"}
        try:
            if generating:
                body = {"num_questions": 1, **body}
                len(body.get("topics"))
                add = server.store.add_generation
                # The server shows its default examples here, whatever the job itself was given.
                paris = [{"question": "What is the capital of France?", "solution": "Paris."}]
                row = add(body, job_status=SCHEDULING, examples=paris, **common)
            else:
                row = server.store.add_evaluation(body, job_status=SCHEDULING, **common)
        except TypeError as error:
            self.orphans.append(job)
            raise failed(500, error) from None
        self.states[job] = SCHEDULING
        broken = self.failing_starts > 0
        self.failing_starts -= broken
        if self.unlisted or broken:
            server.store.forget("generations" if generating else "evaluations", row)
        run = self._generate if generating else self._evaluate
        threading.Thread(target=run, args=(job, body, row), daemon=True).start()
        if broken:
            raise failed(500, "list index out of range")
        return {"job_name": name, "job_id": job}

    def refresh(self, kind: str) -> None:
        """What asking a history does first: copy CML's states. Raises Refused if one can't be."""
        if self.failing_lookups > 0:
            self.failing_lookups -= 1
            raise failed(500, "(404) Reason: Not Found")
        with self.server.store.lock:
            for row in getattr(self.server.store, kind):
                if row["job_id"] and row["job_status"] != SUCCEEDED:
                    row["job_status"] = self.states[row["job_id"]]

    def blank(self) -> bool:
        """Whether this history falls into the instant in which a job swaps the database."""
        with self._lock:
            blank = self.blank_reads > 0
            self.blank_reads -= blank
            return blank

    def _begin(self, job: str) -> None:
        self.server.clock.sleep(self.scheduling_seconds)
        self.states[job] = RUNNING

    def _end(self, job: str, row: dict, **values) -> None:
        """Metadata first, the engine's end a moment later."""
        try:
            with self.server.store.lock:
                if "generate_file_name" in values:
                    self.server.store.check_unique(values["generate_file_name"])
                row.update(values)
        except ValueError:
            self.states[job] = FAILED
            return
        with self._lock:
            self.blank_reads += self.blank_histories
        self.server.clock.sleep(self.ending_seconds)
        self.states[job] = SUCCEEDED

    def _generate(self, job: str, body: dict, row: dict) -> None:
        self._begin(job)
        try:
            made = synthesise(self.server, body, "final")
        except LlmError:
            self.states[job] = FAILED
            return
        name = made["name"] if made["rows"] else ""
        self._end(
            job,
            row,
            timestamp=made["time"],
            generate_file_name=name,
            local_export_path=name,
            completed_rows=made["rows"],
        )

    def _evaluate(self, job: str, body: dict, row: dict) -> None:
        self._begin(job)
        try:
            made = evaluate(self.server, body)
        except (LlmError, OSError, TypeError, ValueError):
            self.states[job] = FAILED
            return
        self._end(
            job,
            row,
            timestamp=made["time"],
            evaluate_file_name=made["name"],
            local_export_path=made["name"],
            average_score=made["result"]["average_score"],
        )
