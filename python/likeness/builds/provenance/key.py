"""Fingerprints that say "the same source" to whoever has the key, and nothing to anybody else.

A hash without a key gives a row away to whoever can guess it, and so do two of them that differ by
one row. A fingerprint is HMAC-SHA256 under the database's own secret instead.
"""

import hashlib
import hmac
import os
import secrets

VARIABLE = "LIKENESS_FINGERPRINT_KEY"
KEY_BYTES = 32
MARK = ":"


def chosen_key(given: str, stored: str) -> str:
    """The environment variable, else `given` (a var), else `stored`, else a new random key."""
    return os.environ.get(VARIABLE) or given or stored or secrets.token_hex(KEY_BYTES)


def fingerprint(key: str, content: str) -> str:
    """`content` under `key`: 8 hex digits that name the key, `:`, and 32 that name the content.

    Only fingerprints under one key can be compared; the first part says whether two are.
    """
    return f"{_keyed(key, 'key')[:8]}{MARK}{_keyed(key, 'content' + MARK + content)[:32]}"


def is_same(one: str | None, other: str | None) -> bool | None:
    """Whether two fingerprints name one source; None where that cannot be known."""
    if not one or not other or MARK not in one or MARK not in other:
        return None
    if one.partition(MARK)[0] != other.partition(MARK)[0]:
        return None
    return one == other


def _keyed(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
