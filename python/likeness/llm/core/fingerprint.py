"""What names a paid answer, so that it is found again and never asked for twice.

Three names, each a hash of the one before it and a little more:

    settings  backend, wording, prompt, model, parameters, examples
    stream    settings + seed text            every answer for this text, whoever asked
    key       stream + batch                  one call: the stream's first, second, third ...

In: everything that changes the rows a model would give. The prompt holds the fields, the rules
and the user's own, so a changed rule is another prompt. `wording` is the text that a backend wraps
around the prompt. Numbers that mean the same (1 and 1.0) are the same.

Left out, and why:
- the seed's number and its place in the plan: another cluster's change shifts them, while the
  text that the model read stays the same. Seeds with equal texts share one stream.
- how many rows a call asked for: rows that came are as good when more or fewer are wanted; only
  what is missing is asked for, in the stream's next batch.
- the address of the server, time-outs, retries, concurrency, limits, prices: no row depends on
  them. A server may be moved or be slower tomorrow.
- max_tokens: it cuts an answer short, it doesn't change the rows before the cut.
- how the server was asked to write JSON (schema, object, not at all): found out by trying, so it
  belongs to the server of the day.
- the source: it reaches the model through seed texts only. Its fingerprint (`source`, over all
  seed texts) is written beside each answer instead, to count what was spent on it and to
  distinguish answers of other seeds.

`VERSION` goes up whenever any of this changes; answers of an older version then count as orphans.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

VERSION = 1
NOT_IN_ROWS = ("max_tokens",)


def digest(*parts: object) -> str:
    """32 hex digits over `parts` as canonical JSON."""
    text = json.dumps([VERSION, *parts], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def settings(
    kind: str,
    backend: str,
    model_id: str,
    prompt: str,
    parameters: Mapping[str, object],
    examples: Sequence[Mapping[str, object]] = (),
    wording: str = "",
) -> str:
    """The name of everything but the seed; `kind` is `rows` or `scores`."""
    used = {
        name: _plain(value)
        for name, value in parameters.items()
        if name not in NOT_IN_ROWS and value is not None
    }
    return digest(kind, backend, model_id, prompt, used, [dict(one) for one in examples], wording)


def stream(settings_name: str, seed_text: str) -> str:
    """The name of all answers for one seed text under these settings."""
    return digest(settings_name, seed_text)


def key(stream_name: str, batch: int) -> str:
    """The name of one call."""
    return digest(stream_name, batch)


def row_key(settings_name: str, values: Iterable[object]) -> str:
    """The name of one row before a judge: its values in field order. Equal rows share a score."""
    return digest(settings_name, list(values))


def source(seed_texts: Iterable[str]) -> str:
    """The name of a source as a model sees it: its distinct seed texts, in any order."""
    whole = 0
    for text in set(map(_text_digest, seed_texts)):
        whole = (whole + int.from_bytes(text, "big")) % (1 << 128)
    return f"{whole:032x}"


def _text_digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
