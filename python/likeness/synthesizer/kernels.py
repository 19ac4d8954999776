"""Compiled loops over trees: growing one, and walking rows down many. Import through `compiled`.

Codes are small integers, so the best split of a node is found in histograms: for each feature and
code the rows and those in the upper half. One of a node's children is counted, the other is the
difference. Gains are sums of integers (`fixed_entropy`), the same on any machine and in any order.
"""

# mypy: ignore-errors

import numba as nb
import numpy as np

from likeness.synthesizer.counter import mix, uniform
from likeness.synthesizer.near import STEPS
from likeness.synthesizer.raking import in_runs, rake
from likeness.synthesizer.texts.spelling import spell

__all__ = ["bins", "grow", "in_runs", "leaves", "rake", "spell"]

_ONE = np.uint64(1)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_GAMMA = np.uint64(0x9E3779B97F4A7C15)

_compiled = nb.njit(cache=True, nogil=True, error_model="numpy")


@_compiled
def _count(histogram, codes, own, upper, rows, order, start, stop, offsets):
    """Rows (low half of a word) and upper ones (high half) of each feature and code."""
    histogram[:] = 0
    earlier = len(offsets) - own.shape[1]
    for i in range(start, stop):
        position = order[i]
        row = rows[position]
        one = _ONE + (np.uint64(upper[position]) << _HALF)
        for feature in range(earlier):
            histogram[offsets[feature] + codes[row, feature]] += one
        for feature in range(earlier, len(offsets)):
            histogram[offsets[feature] + own[position, feature - earlier]] += one


@_compiled
def _best(histogram, offsets, sizes, perm, looked_at, n, n_upper, least, entropy, state):
    """Feature and threshold of the best split of a node (-1: none), and the generator's state."""
    features = len(sizes)
    some = looked_at < features
    best = entropy[n_upper] + entropy[n - n_upper] - entropy[n] - 1
    found, threshold, tried = -1, 0, 0
    for k in range(features):
        if tried >= looked_at and found >= 0:
            break
        feature = k
        if some:
            state += _GAMMA
            j = k + np.int64(mix(state) % np.uint64(features - k))
            feature = perm[j]
            perm[j] = perm[k]
            perm[k] = feature
        below = upper_below = 0
        varies = False
        for code in range(sizes[feature]):
            word = histogram[offsets[feature] + code]
            if word == 0:
                continue
            below += np.int64(word & _LOW)
            upper_below += np.int64(word >> _HALF)
            above = n - below
            if above == 0:
                break
            varies = True
            if below < least:
                continue
            if above < least:
                break
            upper_above = n_upper - upper_below
            gain = (
                entropy[upper_below]
                + entropy[below - upper_below]
                - entropy[below]
                + entropy[upper_above]
                + entropy[above - upper_above]
                - entropy[above]
            )
            if gain > best:
                best, found, threshold = gain, feature, code
        tried += varies
    if found >= 0:  # half-way to the next code that the node holds
        following = threshold + 1
        while histogram[offsets[found] + following] == 0:
            following += 1
        threshold = (threshold + following) // 2
    return found, threshold, state


@_compiled
def _pruned(nodes, counts, used, worth, entropy):
    """Make leaves of inner nodes whose splits are worth less than `worth` each, bottom up."""
    gain = np.zeros(used, np.int64)
    leaves = np.ones(used, np.int64)
    for node in range(used - 1, -1, -1):
        inside, n = counts[node, 0], counts[node, 1]
        own = entropy[inside] + entropy[n - inside] - entropy[n]
        gain[node] = own
        if nodes[node, 0] < 0:
            continue
        left, right = nodes[node, 2], nodes[node, 3]
        below = gain[left] + gain[right]
        held = leaves[left] + leaves[right]
        if 2 * (below - own) <= worth * (held - 1):
            nodes[node, 0] = -1
        else:
            gain[node], leaves[node] = below, held


@_compiled
def _compacted(nodes, counts, used, parents, leaf):
    """Move the nodes that the root reaches to the front, in their order; how many they are.

    leaf: of each row, the one it had before pruning; in place, the one that it has now.
    """
    number = np.full(used, -1, np.int32)
    number[0] = 0
    kept = 0
    owner = np.arange(used)  # of each node, the leaf that it has become part of, or itself
    for node in range(1, used):
        above = owner[parents[node]]
        if nodes[above, 0] < 0:
            owner[node] = above
    for node in range(used):  # children stand after their parent, so their mark is there in time
        if number[node] < 0:
            continue
        number[node] = kept
        kept += 1
        if nodes[node, 0] >= 0:
            number[nodes[node, 2]] = 0
            number[nodes[node, 3]] = 0
    for node in range(used):
        at = number[node]
        if at < 0:
            continue
        inner = nodes[node, 0] >= 0
        nodes[at, 0] = nodes[node, 0]
        nodes[at, 1] = nodes[node, 1] if inner else -1
        nodes[at, 2] = number[nodes[node, 2]] if inner else -1
        nodes[at, 3] = number[nodes[node, 3]] if inner else -1
        counts[at, 0] = counts[node, 0]
        counts[at, 1] = counts[node, 1]
    for i in range(len(leaf)):
        leaf[i] = number[owner[leaf[i]]]
    return kept


@nb.njit(
    "int64(int32[:,::1], int64[:,::1], int32[::1], uint16[:,::1], uint16[:,::1], uint8[::1],"
    " int32[::1], int64[::1], int64, int64, uint64, int64, int64[::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def grow(
    nodes, counts, leaf, codes, own, upper, rows, sizes, least, looked_at, seed, worth, entropy
):
    """Grow a tree into nodes (feature or -1, threshold, left, right), counts (upper rows, all).

    leaf: the node in which each row ends. Returns how many nodes it has; there must be room for
    `2 * len(rows) // least + 1`. codes [all rows, fields]: row `rows[i]` is the i-th learned from,
    own[i] its last features, upper[i] its half. sizes: codes of each feature, the last ones being
    `own`. least: rows of a leaf. looked_at: features that a node looks at. worth: what a split has
    to gain, in the units of `entropy`, on average (below 0: anything).
    """
    n, features = len(rows), len(sizes)
    earlier = features - own.shape[1]
    offsets = np.zeros(features, np.int64)
    for feature in range(1, features):
        offsets[feature] = offsets[feature - 1] + sizes[feature - 1]
    width = offsets[features - 1] + sizes[features - 1]
    # The smaller child is split first, so nodes that wait are at most the logarithm of the rows.
    histograms = np.empty((40, width), np.uint64)
    waiting = np.empty((40, 4), np.int64)  # node, first row, end, histogram
    free = np.arange(40)
    parents = np.zeros(len(nodes), np.int32)
    order = np.empty(n, np.int32)
    aside = np.empty(n, np.int32)
    perm = np.arange(features)
    state = seed
    n_upper = 0
    for i in range(n):
        order[i] = i
        n_upper += upper[i]
    nodes[0, 0] = -1
    counts[0, 0], counts[0, 1] = n_upper, n
    waiting[0, 0], waiting[0, 1], waiting[0, 2], waiting[0, 3] = 0, 0, n, 0
    used, stacked, taken = 1, 1, 1
    _count(histograms[0], codes, own, upper, rows, order, 0, n, offsets)
    while stacked > 0:
        stacked -= 1
        node, start = waiting[stacked, 0], waiting[stacked, 1]
        stop, slot = waiting[stacked, 2], waiting[stacked, 3]
        n_upper, held = counts[node, 0], stop - start
        histogram = histograms[slot]
        found = -1
        threshold = 0
        if held >= 2 * least and 0 < n_upper < held:
            found, threshold, state = _best(
                histogram, offsets, sizes, perm, looked_at, held, n_upper, least, entropy, state
            )
        if found < 0:
            for i in range(start, stop):
                leaf[order[i]] = node
            taken -= 1
            free[taken] = slot
            continue
        middle, put, upper_left = start, 0, 0
        for i in range(start, stop):
            position = order[i]
            if found < earlier:
                code = codes[rows[position], found]
            else:
                code = own[position, found - earlier]
            if code <= threshold:
                order[middle] = position
                middle += 1
                upper_left += upper[position]
            else:
                aside[put] = position
                put += 1
        for i in range(put):
            order[middle + i] = aside[i]
        left, right = used, used + 1
        used += 2
        nodes[node, 0], nodes[node, 1] = found, threshold
        nodes[node, 2], nodes[node, 3] = left, right
        nodes[left, 0] = nodes[right, 0] = -1
        parents[left] = parents[right] = node
        counts[left, 0], counts[left, 1] = upper_left, middle - start
        counts[right, 0], counts[right, 1] = n_upper - upper_left, stop - middle
        small, large = (left, right) if middle - start <= stop - middle else (right, left)
        if counts[small, 1] < 2 * least:
            first, end = (start, middle) if small == left else (middle, stop)
            for i in range(first, end):
                leaf[order[i]] = small
        if counts[large, 1] < 2 * least:
            first, end = (middle, stop) if small == left else (start, middle)
            for i in range(first, end):
                leaf[order[i]] = large
            taken -= 1
            free[taken] = slot
            continue
        other = free[taken]
        taken += 1
        small_first, small_end = (start, middle) if small == left else (middle, stop)
        large_first, large_end = (middle, stop) if small == left else (start, middle)
        counted = histograms[other]
        _count(counted, codes, own, upper, rows, order, small_first, small_end, offsets)
        for i in range(width):
            histogram[i] -= counted[i]
        waiting[stacked, 0], waiting[stacked, 1] = large, large_first
        waiting[stacked, 2], waiting[stacked, 3] = large_end, slot
        stacked += 1
        if counts[small, 1] < 2 * least:
            taken -= 1
            free[taken] = other
            continue
        waiting[stacked, 0], waiting[stacked, 1] = small, small_first
        waiting[stacked, 2], waiting[stacked, 3] = small_end, other
        stacked += 1
    if worth >= 0:
        _pruned(nodes, counts, used, worth, entropy)
    return _compacted(nodes, counts, used, parents, leaf)


@_compiled
def _walk(codes, row, part, place, begin, parts, sources, tables, nodes, node):
    """The leaf that a row reaches from `node`; see `forest.Forest` for the features."""
    feature = nodes[node, 0]
    while feature >= 0:
        if feature < place:
            code = np.int64(codes[row, feature])
        elif feature == place:
            code = part
        else:
            k = feature - place - 1
            at = begin + part
            step = max((parts[at, 2] - parts[at, 0]) // (2 * STEPS), 1)
            away = (np.int64(tables[k, codes[row, sources[k]]]) - parts[at, 1]) // step
            code = min(max(away, -STEPS), STEPS - 1) + STEPS
        node = nodes[node, 2] if code <= nodes[node, 1] else nodes[node, 3]
        feature = nodes[node, 0]
    return node


@nb.njit(
    "int64[::1](uint16[:,::1], int64[::1], int64[::1], int64, int64, int64[:,::1], int64[::1],"
    " uint16[:,::1], int32[:,::1], int64)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def leaves(codes, rows, part, place, begin, parts, sources, tables, nodes, root):
    """The leaf that each of `rows` reaches, with its part of the level at `begin`, from a root."""
    out = np.empty(len(rows), np.int64)
    for i in range(len(rows)):
        out[i] = _walk(codes, rows[i], part[i], place, begin, parts, sources, tables, nodes, root)
    return out


@nb.njit(
    "uint16[::1](uint16[:,::1], int64[::1], int64[::1], uint64[::1], int64, int32[:,::1],"
    " float64[::1], int64[::1], int64[:,::1], int64[:,::1], int64[::1], uint16[:,::1],"
    " int64[::1], int64[::1], int64, int64[:,::1], int64[::1], float64[:,::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def bins(
    codes,
    rows,
    ids,
    keys,
    place,
    nodes,
    shares,
    roots,
    levels,
    parts,
    sources,
    tables,
    first,
    last,
    missing,
    calibrated,
    fields,
    factors,
):
    """`forest.bins_by_numpy`, row by row."""
    out = np.empty(len(rows), np.uint16)
    bounded = len(first) > 0
    for i in range(len(rows)):
        part = np.int64(0)
        for level in range(len(levels)):
            begin = levels[level, 0]
            start, middle = parts[begin + part, 0], parts[begin + part, 1]
            stop = parts[begin + part, 2]
            if middle == stop:
                part = parts[begin + part, 3]
                continue
            spread = uniform(keys[level], ids[i]) * levels[level, 2]
            tree = np.int64(spread)
            root = roots[levels[level, 1] + tree]
            leaf = _walk(codes, rows[i], part, place, begin, parts, sources, tables, nodes, root)
            share = shares[leaf]
            at = begin + part
            if calibrated[at, 0] < calibrated[at, 1]:
                odds = 1.0
                for k in range(calibrated[at, 0], calibrated[at, 1]):
                    odds *= factors[k, codes[rows[i], fields[k]]]
                up = share * odds
                share = up / (up + (1.0 - share))
            upper = spread - tree < share
            if bounded:
                below = min(middle - 1, last[i]) >= max(start, first[i]) or (
                    start <= missing < middle
                )
                above = min(stop - 1, last[i]) >= max(middle, first[i]) or (
                    middle <= missing < stop
                )
                if not (below and above):
                    upper = above
            part = parts[begin + part, 4] if upper else parts[begin + part, 3]
        out[i] = part
    return out
