"""Compiled loop of `chains.Characters.draw`: words made up sign by sign.

Imported by `kernels`, as where compiled code is kept is decided there.
"""

# mypy: ignore-errors

import numba as nb
import numpy as np

from likeness.synthesizer.counter import uniform


@nb.njit(
    "void(uint32[:,::1], int64[::1], int64[::1], int64[::1], int64[::1], uint64[::1],"
    " float64[::1], int64[::1], int64[::1], int64[::1], int64[::1], int64, int64)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def spell(signs, lengths, state, most, ids, keys, ends, last, token, follows, firsts, blank, other):
    """`Characters.draw`, row by row: signs [rows, most and more], lengths and state in place.

    keys: of the random number of each place. ends, last, token: of `backoff.Choices`. firsts:
    events without the blank that a word may begin with (none: `other` begins it).
    """
    for i in range(len(ids)):
        at_state, n = state[i], 0
        for place in range(most[i] + 1):
            u = uniform(keys[place], ids[i])
            low = last[at_state - 1] + 1 if at_state > 0 else 0
            high = last[at_state]
            wanted = at_state + u
            while low < high:
                middle = (low + high) // 2
                if ends[middle] > wanted:
                    high = middle
                else:
                    low = middle + 1
            sign, following = token[low], follows[low]
            if place == 0 and sign == blank:
                sign, following = other, 0
                if len(firsts) > 0:
                    event = firsts[np.int64(u * len(firsts))]
                    sign, following = token[event], follows[event]
            at_state = following
            if sign == blank or place == most[i]:
                break
            signs[i, n] = sign
            n += 1
        lengths[i], state[i] = n, at_state
