"""What Synthetic Data Studio's failures mean: one sentence each, and whether asking again helps.

The server has three shapes of error body and a web page, never answers 429 or 502 for its model's
429 or 5xx, and echoes a refused request whole: statuses say little, so texts are read.
"""

import json
import re

from likeness.llm.core.backend import NO_MODEL, Failed

NAME = "Synthetic Data Studio"
GONE = f"{NAME} no longer has the file of a finished call."
LONGEST_QUOTE = 200
HANDLER = "ModelHandlerError"
MODEL_CODE = re.compile(r"Error code: (\d{3})")
APPLICATION = f"in the environment of the {NAME} application, not here"
# What the server's model handlers call themselves, and the variables that hold their credentials.
CREDENTIALS = (
    ("OpenAI Compatible", "OpenAI_Endpoint_Compatible_Key"),
    ("CAII", "CDP_TOKEN"),
    ("OpenAI", "OPENAI_API_KEY"),
    ("Gemini", "GEMINI_API_KEY"),
)
AWS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
NO_CREDENTIALS = re.compile(
    r"unable to locate credentials|partial credentials|no credentials|NoCredentials"
    r"|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|InvalidSignature"
    r"|security token .* (?:invalid|expired)",
    re.IGNORECASE,
)
NO_BEDROCK_MODEL = re.compile(
    r"model identifier is invalid|on-demand throughput isn.t supported"
    r"|access to the model with the specified model ID",
    re.IGNORECASE,
)
# The client of OpenAI's API names its own variable, whichever the server reads.
NO_CLIENT_KEY = re.compile(r"api_key client option must be set", re.IGNORECASE)
LOST_TABLE = re.compile(r"no such table: \w+")
WANTS_KEY = (
    "it wants a valid key: set CDSW_APIV2_KEY in the environment to an API v2 key of a user who "
    "may open the application"
)


def message(text: str) -> str:
    """The server's own words in an error body, whichever of its three shapes it has.

    A list of validation errors gives field and message; the request that each echoes is left out.
    Empty where there are no words.
    """
    try:
        body = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    detail = body.get("detail")
    if isinstance(detail, list):
        return "; ".join(_field(item) for item in detail if isinstance(item, dict))
    words = body.get("error") or detail or body.get("message")
    return words if isinstance(words, str) else ""


def detail(text: str) -> str:
    """What the server says of its model endpoint, in the body of a 401, 403 or 404; else empty.

    Its framework's own 404 says no more than "Not Found".
    """
    try:
        body = json.loads(text)
    except ValueError:
        return ""
    words = body.get("detail") if isinstance(body, dict) else None
    return words if isinstance(words, str) and words != "Not Found" else ""


def _field(item: dict) -> str:
    place = item.get("loc")
    path = [str(part) for part in place if part != "body"] if isinstance(place, list) else []
    return f"{'.'.join(path) or 'body'}: {item.get('msg', 'not accepted')}"


def quoted(words: str) -> str:
    """The server's words, short enough for a sentence: the end of them where a topic leads."""
    words = " ".join(words.split())
    if len(words) <= LONGEST_QUOTE:
        return words
    kept = LONGEST_QUOTE - 3
    return "..." + words[-kept:] if words.startswith(HANDLER) else words[:kept] + "..."


def unauthorised(url: str, status: int) -> Failed:
    """A missing or wrong key: nothing else will succeed."""
    return Failed(f"{NAME} at {url} refused the key (HTTP {status}); {WANTS_KEY}.", fatal=True)


def from_endpoint(status: int, words: str) -> Failed:
    """A 401, 403 or 404 that the server passes on from its model endpoint, with `detail` as words.

    The server itself has no sign-in, so a refusal in its own shape of body is never of our key.
    """
    if status == 404:
        return Failed(
            f"{NAME} found no model endpoint ({quoted(words)}, HTTP 404). Check the var "
            "caii_endpoint.",
            fatal=True,
        )
    return Failed(
        f"{NAME} has no valid credentials for its own model endpoint ({quoted(words)}, HTTP "
        f"{status}). Set CDP_TOKEN {APPLICATION}; CDSW_APIV2_KEY is not the cause.",
        fatal=True,
    )


def moved(url: str, place: str) -> Failed:
    """A redirect to the same route elsewhere, most often from http to https."""
    return Failed(f"{url} sends everybody on to {place}: set the var url to that.", fatal=True)


def page(url: str, status: int, path: str) -> Failed:
    """A web page where JSON was due: a login form, a proxy, or another application."""
    if status in (502, 504):
        return Failed(
            f"The proxy before {NAME} at {url} gave up (HTTP {status}). The work may go on behind "
            "it: it is looked for before the call is repeated.",
            retryable=True,
            transport=True,
            down=True,
        )
    return Failed(
        f"{url}{path} answered with a web page (HTTP {status}) instead of JSON. Is this the "
        f"address of the {NAME} application itself, and is it running? If the page is a login "
        f"form, {WANTS_KEY}.",
        retryable=True,
        down=True,
    )


def from_answer(url: str, path: str, status: int, text: str) -> Failed:
    """The failure that a JSON answer with an error status stands for."""
    words = message(text)
    if status == 422:
        return Failed(
            f"{NAME} did not accept the request ({quoted(words) or 'no reason given'}). Check the "
            "vars named there.",
            fatal=True,
        )
    if status in (404, 405) and "file not found" not in words:
        return Failed(
            f"{url} has no {path} (HTTP {status}): this is not {NAME}, or a release without it. "
            "Check the var url.",
            fatal=True,
        )
    if status == 504 or "timed out after" in words:
        return Failed(
            f"{NAME} stopped waiting for its own work ({quoted(words)}). The work goes on there: "
            "it is looked for before the call is repeated. Raise sds_seconds_per_call, so that "
            "requests become smaller.",
            retryable=True,
            transport=True,
        )
    return _from_words(url, status, words)


def _from_words(url: str, status: int, words: str) -> Failed:
    lost = LOST_TABLE.search(words)
    if lost:
        return Failed(
            f"{NAME} at {url} has lost its database ({lost[0]}), as happens when several jobs end "
            "at once. Nothing more is asked for. Set concurrency to 1, restart the application, "
            "and build again once its history shows the finished work.",
            transport=True,
            fatal=True,
        )
    if NO_CREDENTIALS.search(words):
        return Failed(
            f"{NAME} has no valid AWS credentials for Bedrock ({quoted(words)}). Set {AWS} "
            f"{APPLICATION}.",
            fatal=True,
        )
    if NO_CLIENT_KEY.search(words):
        return Failed(
            f"{NAME} has no key for its model: set {_credential(words)} {APPLICATION}.", fatal=True
        )
    if NO_BEDROCK_MODEL.search(words):
        return Failed(
            f"AWS Bedrock doesn't give this model ({quoted(words)}). Check model_id (mostly the id "
            "of an inference profile, such as us.meta.llama3-1-70b-instruct-v1:0) and that access "
            "to the model is granted in AWS.",
            fatal=True,
        )
    codes = MODEL_CODE.findall(words)
    if codes:
        return _from_model(int(codes[-1]), words)
    known = (
        (
            "synthesis_job' is not defined",
            f"{NAME} at {url} can't start jobs outside Cloudera AI. Set sds_mode to demo.",
            {"fatal": True},
        ),
        (
            "No such file or directory",
            f"{NAME} at {url} doesn't see the file that it was given ({quoted(words)}). Is "
            "sds_workspace a folder that both this build and the server see under the same path? "
            "If there is none, leave sds_workspace unset.",
            {"fatal": True},
        ),
        (
            "unsupported operand type",
            "The judge gave a score that is no number, and the server lost the whole batch over "
            "it. The batch is judged again; a lower judge temperature helps.",
            {"retryable": True},
        ),
        (
            "Out of range float values",
            "A row holds NaN, which the server writes but can't hand out.",
            {},
        ),
        (
            "file not found",
            GONE,
            {},
        ),
        (
            "Connection error",
            f"{NAME} can't reach its model. Check the var caii_endpoint and whether the model "
            "endpoint is running.",
            {"retryable": True, "down": True},
        ),
        (
            "Request timed out",
            f"{NAME} got no answer from its model in time. The call is repeated.",
            {"retryable": True},
        ),
    )
    for mark, sentence, traits in known:
        if mark in words:
            return Failed(sentence, **traits)
    if re.search(r"throttl|too many requests|rate exceeded", words, re.IGNORECASE):
        return Failed(f"The model is asked too often ({quoted(words)}).", retryable=True, busy=True)
    if status == 503:
        return Failed(
            f"{NAME} can't reach its model: {quoted(words)}. Check the var caii_endpoint.",
            retryable=True,
            down=True,
        )
    sentence = f"{NAME} answered HTTP {status}: {quoted(words) or 'no reason given'}."
    if "inference type" in words.lower() or "endpoint" in words.lower():
        check = "Check the vars inference_type, caii_endpoint and model_id."
        return Failed(f"{sentence} {check}", fatal=True)
    return Failed(sentence, retryable=status >= 500)


def _credential(words: str) -> str:
    """The variable in the server's environment that holds the key which `words` are about."""
    return next((name for mark, name in CREDENTIALS if mark in words), "its model's key")


def _from_model(code: int, words: str) -> Failed:
    if code == 429:
        return Failed(
            "The model behind the server is asked too often (429). Calls are repeated more slowly; "
            "a lower concurrency avoids it.",
            retryable=True,
            busy=True,
        )
    if code >= 500:
        return Failed(
            f"The model behind the server failed ({code}); the call is repeated.", retryable=True
        )
    if code in (401, 403):
        return Failed(
            f"The model refused the server's own key ({code}). That key is {_credential(words)} "
            f"{APPLICATION}.",
            fatal=True,
        )
    if code == 404 or NO_MODEL.search(words):
        return Failed(
            f"The model endpoint knows no such model ({code}: {quoted(words)}). Check the vars "
            "model_id and caii_endpoint.",
            fatal=True,
        )
    return Failed(f"The model did not accept the request ({code}): {quoted(words)}.")
