"""Compiled `stats.random_numbers`: the same uniform for an id and a key.

Imported by `kernels`, as where compiled code is kept is decided there.
"""

# mypy: ignore-errors

import numba as nb
import numpy as np

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_TO_DOUBLE = np.uint64(11)

_compiled = nb.njit(cache=True, nogil=True, error_model="numpy")


@_compiled
def mix(state):
    """SplitMix64's finaliser."""
    state = (state ^ (state >> _SHIFTS[0])) * _MIX_1
    state = (state ^ (state >> _SHIFTS[1])) * _MIX_2
    return state ^ (state >> _SHIFTS[2])


@_compiled
def uniform(key, number):
    """`random_numbers.from_key` of one id."""
    state = mix(mix(np.uint64(number) * _GAMMA + key) ^ key)
    return np.float64(state >> _TO_DOUBLE) * 2.0**-53
