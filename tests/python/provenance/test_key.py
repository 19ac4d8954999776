"""A fingerprint distinguishes one source from a neighbouring one, and says nothing else."""

import hashlib

import pytest

from likeness.builds.provenance import key

ROWS = ["row one", "row two", "row three"]


def unkeyed(rows) -> str:
    """What `fingerprint` puts under the key: the xor of row hashes, and their number."""
    whole = 0
    for row in rows:
        whole ^= int.from_bytes(hashlib.md5(row.encode()).digest()[:8], "little")
    return f"{whole:x}-{len(rows)}"


def test_neighbouring_sources_do_not_give_the_row_away_by_which_they_differ():
    hashes = [int(unkeyed(rows).partition("-")[0], 16) for rows in (ROWS, ROWS[1:], ROWS[:1])]
    assert hashes[0] ^ hashes[1] == hashes[2], "the attack works where there is no key"
    secret = key.chosen_key("", "")
    all_rows, without = (key.fingerprint(secret, unkeyed(rows)) for rows in (ROWS, ROWS[1:]))
    assert all_rows != without
    contents = [int(text.partition(":")[2], 16) for text in (all_rows, without)]
    assert (contents[0] ^ contents[1]) & (2**64 - 1) != hashes[2]
    assert (contents[0] ^ contents[1]) >> 64 != hashes[2]


def test_whoever_guesses_all_rows_but_not_the_key_cannot_confirm_it():
    guesses = {key.fingerprint(guess, unkeyed(ROWS)) for guess in ("", "key", "0" * 64)}
    assert key.fingerprint(key.chosen_key("", ""), unkeyed(ROWS)) not in guesses


def test_a_key_is_random_kept_and_set_by_var_or_environment(monkeypatch):
    monkeypatch.delenv(key.VARIABLE, raising=False)
    made = key.chosen_key("", "")
    assert len(bytes.fromhex(made)) == 32
    assert made != key.chosen_key("", "")
    assert key.chosen_key("", made) == made
    assert key.chosen_key("of the var", made) == "of the var"
    monkeypatch.setenv(key.VARIABLE, "of the environment")
    assert key.chosen_key("of the var", made) == "of the environment"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (key.fingerprint("k", "a"), key.fingerprint("k", "a"), True),
        (key.fingerprint("k", "a"), key.fingerprint("k", "b"), False),
        (key.fingerprint("k", "a"), key.fingerprint("other", "a"), None),
        (key.fingerprint("k", "a"), "51434b338dd5eb29-300", None),
        (key.fingerprint("k", "a"), None, None),
    ],
)
def test_only_fingerprints_under_one_key_are_compared(one, other, same):
    assert key.is_same(one, other) is same
