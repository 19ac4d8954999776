"""Settings of the Synthetic Data Studio backend: where, which model, how patient, how large."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from likeness.llm.core.backend import DEFAULT_CONCURRENCY, Failed
from likeness.llm.core.options import Options

# The server cuts every topic into model calls of five rows, one after another.
ROWS_PER_CALL = 5
# A synchronous call may take 300 s, an evaluation 60; what is planned stays well below.
GENERATE_SECONDS = 240.0
JUDGE_SECONDS = 50.0
JOB_ROWS = 100
# At a time. Jobs that end together can cost the server its database: see docs/llm-backends.md.
CALLS, JOBS = DEFAULT_CONCURRENCY, 1
INFERENCE_TYPES = ("CAII", "aws_bedrock", "openai_compatible", "openai", "gemini")
WITH_ENDPOINT = ("CAII", "openai_compatible")
PASSED_ON = ("top_p", "top_k", "min_p", "max_tokens")


@dataclass(frozen=True)
class SdsSettings:
    """Settings of one server and model.

    `url_eval` (default `url`) evaluates. `workspace` is a folder that this process and the server
    see under the same path, empty if there is none. `parallel` are the most calls or jobs at a
    time. `seconds_per_call` and `seconds_per_judgement` are what one model call takes: they size
    requests. Work whose answer got lost is looked for `recover_seconds` long, a job is followed for
    `job_seconds`.
    """

    url: str
    url_eval: str = ""
    mode: str = "demo"
    inference_type: str = "CAII"
    caii_endpoint: str = ""
    workspace: str = ""
    parallel: int = CALLS
    max_workers: int = 4
    seconds_per_call: float = 30.0
    seconds_per_judgement: float = 8.0
    poll_seconds: float = 5.0
    recover_seconds: float = 600.0
    job_seconds: float = 7200.0
    read_seconds: float = 330.0

    @property
    def rows_per_request(self) -> int:
        """Rows of one call that end before the server stops waiting; five at least."""
        if self.mode == "job":
            return JOB_ROWS
        calls = int(GENERATE_SECONDS // max(self.seconds_per_call, 0.001))
        return min(JOB_ROWS, ROWS_PER_CALL * max(1, calls))

    @property
    def judge_batch(self) -> int:
        """Rows of one evaluation that ends before the server's other users lose patience."""
        if self.mode == "job":
            return JOB_ROWS
        turns = int(JUDGE_SECONDS // max(self.seconds_per_judgement, 0.001))
        return min(JOB_ROWS, self.max_workers * max(1, turns))

    def workers(self, rows: int) -> int:
        """Parallel judge calls for a file of `rows` that can't be made smaller."""
        needed = -(-rows * self.seconds_per_judgement // JUDGE_SECONDS)
        return int(min(100, max(self.max_workers, needed)))

    def checked(self) -> "SdsSettings":
        """These settings. Raises ValueError with a sentence for the first that can't work."""
        if not self.inference_type:
            raise ValueError(
                "The var inference_type is not set: CAII for a model endpoint of Cloudera AI, "
                "aws_bedrock, or openai_compatible."
            )
        if self.inference_type not in INFERENCE_TYPES:
            raise ValueError(
                f"var inference_type is {self.inference_type!r}: it must be one of "
                f"{', '.join(INFERENCE_TYPES)}{_nearest(self.inference_type)}"
            )
        if self.inference_type in WITH_ENDPOINT and not self.caii_endpoint:
            raise ValueError(
                f"inference_type is {self.inference_type}, so the var caii_endpoint has to be the "
                "model endpoint's address (for openai_compatible too: the server reads no other)."
            )
        return self

    def body(self, model_id: str, prompt: str, parameters: Mapping[str, object]) -> dict:
        """What generation and evaluation have in common; Failed (fatal) without a model."""
        if not model_id:
            raise Failed("The var model_id is not set: name the model to ask.", fatal=True)
        temperature = parameters.get("temperature")
        used = {"temperature": 1.0 if temperature is None else float(temperature)}
        used |= {n: parameters[n] for n in PASSED_ON if parameters.get(n) is not None}
        body = {
            "use_case": "custom",
            "technique": "freeform",
            "model_id": model_id,
            "inference_type": self.inference_type,
            "is_demo": self.mode == "demo",
            "custom_prompt": prompt,
            "model_params": used,
        }
        if self.inference_type in WITH_ENDPOINT:
            body["caii_endpoint"] = self.caii_endpoint
        return body


def _nearest(given: str) -> str:
    """The nearest known inference type as a question, in whatever case it was written."""
    by_lower = {name.lower(): name for name in INFERENCE_TYPES}
    near = get_close_matches(given.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]}?" if near else "."


NAMES = {
    "url": "url",
    "url_eval": "url_eval",
    "sds_mode": "mode",
    "inference_type": "inference_type",
    "caii_endpoint": "caii_endpoint",
    "sds_workspace": "workspace",
    "concurrency": "parallel",
    "sds_max_workers": "max_workers",
    "sds_seconds_per_call": "seconds_per_call",
    "sds_seconds_per_judgement": "seconds_per_judgement",
    "sds_poll_seconds": "poll_seconds",
    "sds_recover_seconds": "recover_seconds",
    "sds_job_seconds": "job_seconds",
}


def from_vars(variables: Mapping[str, object]) -> SdsSettings:
    """Settings from dbt vars; what isn't set keeps its default. Raises ValueError, one sentence."""
    if not variables.get("url"):
        raise ValueError(
            "The var url is not set: give the address of the Synthetic Data Studio application."
        )
    # An empty text is a var that is not set, as a file of settings may have it.
    given = {name: value for name, value in variables.items() if value != ""}
    options = Options.from_vars(given)
    used = {
        attribute: getattr(options, name)
        for name, attribute in NAMES.items()
        if given.get(name) is not None
    }
    used.setdefault("parallel", JOBS if options.sds_mode == "job" else CALLS)
    return SdsSettings(**used).checked()
