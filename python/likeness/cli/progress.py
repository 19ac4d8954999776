"""dbt on a terminal: a line for each step of the method in place of one for each model and test."""

import json
import subprocess
import time
from collections.abc import Sequence
from typing import Any, TextIO

STEPS = (
    "preparation and seed instructions",
    "generation and filtering",
    "evaluation",
)
# Folders of models that belong to a step; what is elsewhere belongs to the first one.
FOLDERS = {"synthetic": 2, "marts": 3}
RESULTS = ("LogModelResult", "LogSeedResult", "LogTestResult", "LogNodeResult", "LogSnapshotResult")
# What a project says itself, and what dbt says once a run has ended.
ENDS = ("RunResultWarning", "RunResultFailure", "RunResultError", "StatsLine")
SAID = ("JinjaLogInfo", *ENDS)
WIDTH = 79
CLEAR = "\r\x1b[K"


def run_dbt(arguments: Sequence[str], stream: TextIO) -> int:
    """Run dbt with these arguments (the program first); its exit code.

    On a terminal its events become progress on `stream`; elsewhere dbt's lines stay as they are.
    dbt writes its own log either way.
    """
    if not stream.isatty():
        return subprocess.run(arguments, check=False).returncode
    program, *verb = arguments
    progress = Progress(stream)
    with subprocess.Popen(
        [program, "--log-format", "json", *verb], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stdout or ():
                progress.take(line)
        finally:
            progress.end()
    return process.returncode


class Progress:
    """Takes dbt's events, one JSON text each, and says on `stream` how far the run is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._step = 0
        self._began = time.monotonic()
        self._line = ""

    def take(self, text: str) -> None:
        """Show one event; a text that is none is shown as it is."""
        try:
            event = json.loads(text)
            info = event["info"]
        except (ValueError, KeyError, TypeError):
            self._say(text.rstrip())
            return
        name = str(info.get("name"))
        if name in RESULTS:
            self._count(event.get("data") or {})
        elif name in SAID or info.get("level") in ("warn", "error"):
            if name in ENDS:
                self._close()
            self._say(str(info.get("msg", "")).rstrip())

    def end(self) -> None:
        """Close the step under way."""
        self._close()

    def _count(self, data: dict[str, Any]) -> None:
        node = data.get("node_info") or {}
        folder = str(node.get("node_path", "")).split("/")[0]
        step = FOLDERS.get(folder, 1) if node.get("resource_type") == "model" else self._step or 1
        if step > self._step:
            self._close()
            self._step, self._began = step, time.monotonic()
        self._line = (
            f"step {self._step} of {len(STEPS)}  {STEPS[self._step - 1]}: "
            f"{data.get('index')} of {data.get('total') or data.get('num_models')}, "
            f"{node.get('node_name', '')}"
        )
        self._stream.write(f"{CLEAR}{self._line[:WIDTH]}")
        self._stream.flush()

    def _close(self) -> None:
        if self._step and self._line:
            took = time.monotonic() - self._began
            self._stream.write(
                f"{CLEAR}step {self._step} of {len(STEPS)}  {STEPS[self._step - 1]}: {took:.0f} s\n"
            )
            self._line = ""

    def _say(self, text: str) -> None:
        if text:
            self._stream.write(f"{CLEAR}{text}\n")
            self._stream.flush()
