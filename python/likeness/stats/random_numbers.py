"""Counter-based random numbers: a value depends on (seed, id, key) alone, never on a stream.

SplitMix64 finaliser (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
"""

import hashlib

import numpy as np

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mix(state: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        state = (state ^ (state >> np.uint64(30))) * _MIX_1
        state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))


def stream_key(seed: int, *parts: object) -> np.uint64:
    """A 64-bit key of the seed and any printable parts (field, attempt, candidate, ...)."""
    text = "\x1f".join([str(seed), *(str(part) for part in parts)])
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big"))


def uniform(seed: int, ids: np.ndarray, *parts: object) -> np.ndarray:
    """Uniforms in [0, 1), one per id, float64: the same for an id however the ids are split."""
    return from_key(stream_key(seed, *parts), ids)


def from_key(key: np.uint64, ids: np.ndarray) -> np.ndarray:
    """`uniform` of a `stream_key`."""
    with np.errstate(over="ignore"):
        state = _mix(np.asarray(ids).astype(np.int64).view(np.uint64) * _GAMMA + key)
        state = _mix(state ^ key)
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53
