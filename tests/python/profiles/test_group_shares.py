"""Back-off of categories: what wider groups disclose, and what seeds make of it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness.profiles.group_shares import COLUMNS, GroupShares, group_shares
from likeness.profiles.rule_breaks import forbidden_categories

MINIMUM = 20


def counts_of(table: dict[int, dict[str, int]]) -> pd.DataFrame:
    rows = [(key, "v", name, n) for key, of in table.items() for name, n in of.items()]
    return pd.DataFrame(rows, columns=["cluster_id", "variable", "category", "n"])


def named_in(table: dict[int, dict[str, int]]) -> pd.DataFrame:
    """What pooled_shares lets each cluster name: its categories, less what must stay hidden."""
    rows = []
    for key, of in table.items():
        named = {name: n for name, n in of.items() if n >= MINIMUM}
        hidden = sum(of.values()) - sum(named.values())
        if 0 < hidden < MINIMUM and named:
            named.pop(min(named, key=lambda name: (named[name], name)))
        rows += [(key, "v", name) for name in named]
    return pd.DataFrame(rows, columns=["cluster_id", "variable", "category"])


def groups_of(levels: list[list[int]]) -> pd.DataFrame:
    """Groups of the clusters 1, 2, ...: for each level the smallest cluster of each one's group."""
    rows = [
        (cluster, number, "cluster" if not number else f"level {number}", group)
        for number, level in enumerate(levels)
        for cluster, group in enumerate(level, start=1)
    ]
    return pd.DataFrame(rows, columns=["cluster_id", "level", "basis", "group_id"])


NESTED = groups_of([[1, 2, 3, 4], [1, 1, 3, 3], [1, 1, 1, 1]])
TABLE = {
    1: {"a": 80, "b": 12},
    2: {"a": 70, "b": 15, "c": 30},
    3: {"a": 90, "b": 7},
    4: {"a": 60, "b": 14},
}


def test_the_smallest_group_with_enough_rows_speaks_for_its_clusters():
    found = group_shares(counts_of(TABLE), named_in(TABLE), NESTED, MINIMUM)
    assert list(found.columns) == list(COLUMNS)
    said = found.set_index(["basis", "cluster_id", "category"])["n_rows"].to_dict()
    # 12 + 15 rows of the first two clusters, 7 + 14 of the others.
    assert said["level 1", 1, "b"] == 27
    assert said["level 1", 3, "b"] == 21
    # Two clusters have room for the 30 of c; with one they would be its own, and tell of its b.
    assert said["level 1", 1, "c"] == 30
    full = TABLE | {1: {"a": 80}}
    alone = group_shares(counts_of(full), named_in(full), NESTED, MINIMUM)
    assert "c" not in set(alone[alone["basis"] == "level 1"]["category"])
    assert alone.set_index(["basis", "category"])["n_rows"]["level 2", "c"] == 30
    rest = found.set_index(["basis", "cluster_id", "category"])["rest_share"]
    assert rest["level 1", 1, "b"] == pytest.approx(27 / (92 + 115))


def test_a_seed_makes_up_other_of_what_wider_groups_say():
    shares = pd.DataFrame(
        [
            (1, "v", "level 1", "b", 40, 0.2, 0.1),
            (1, "v", "level 2", "b", 90, 0.4, 0.3),
            (1, "v", "level 2", "c", 30, 0.1, 0.3),
            (1, "v", "level 2", "a", 30, 0.1, 0.3),
        ],
        columns=["cluster_id", "variable", "basis", "category", "n_rows", "share", "rest_share"],
    )

    def filled(own: dict, forbidden: set = frozenset(), variable: str = "v") -> tuple[dict, str]:
        return GroupShares(shares, NESTED, {2: 100}, forbidden).filled(variable, {2: own})[2]

    found, basis = filled({"a": 0.6, "(other)": 0.4})
    assert basis == "level 2"
    assert found == pytest.approx({"a": 0.6, "b": 0.1, "c": 0.3})
    assert list(found) == ["a", "c", "b"]
    assert filled({})[0] == pytest.approx({"a": 0.3 / 0.7, "c": 0.3 / 0.7, "b": 0.1 / 0.7})
    whole = {"a": 0.6, "(missing)": 0.4}
    assert filled(whole) == (whole, "")
    assert filled({"(other)": 1.0}, variable="w") == ({"(other)": 1.0}, "")
    assert filled({"a": 0.6}, {(2, "v", "c")})[0] == pytest.approx({"a": 0.6, "b": 0.4})


def test_what_is_made_up_comes_to_what_the_group_says():
    found = group_shares(counts_of(TABLE), named_in(TABLE), NESTED, MINIMUM)
    sizes = {key: sum(of.values()) for key, of in TABLE.items()}
    named = named_in(TABLE)
    own = {
        key: {
            name: TABLE[key][name] / sizes[key]
            for name in named[named["cluster_id"] == key]["category"]
        }
        for key in TABLE
    }
    filled = GroupShares(found, NESTED, sizes).filled("v", own)
    for key, (shares, _) in filled.items():
        assert sum(shares.values()) == pytest.approx(1.0)
        assert {name: shares[name] for name in own[key]} == own[key]
    for name in "abc":
        rows = sum(sizes[key] * shares.get(name, 0.0) for key, (shares, _) in filled.items())
        assert rows == pytest.approx(sum(of.get(name, 0) for of in TABLE.values()), rel=0.01)


tables = st.lists(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 70), min_size=1),
    min_size=4,
    max_size=4,
)


def has_room(table: dict, named: pd.DataFrame, key: int) -> bool:
    own = set(named[named["cluster_id"] == key]["category"])
    return any(n for name, n in table[key].items() if name not in own)


@settings(max_examples=300)
@given(tables)
def test_nothing_that_can_be_subtracted_is_below_the_minimum(drawn):
    table = dict(enumerate(drawn, start=1))
    named = named_in(table)
    found = group_shares(counts_of(table), named, NESTED, MINIMUM)
    said = {(key, name) for key, name in zip(named["cluster_id"], named["category"], strict=True)}
    for level, basis in ((1, "level 1"), (2, "level 2")):
        places = NESTED[NESTED["level"] == level].set_index("cluster_id")["group_id"]
        for row in found[found["basis"] == basis].itertuples():
            members = places[places == row.cluster_id].index
            total = sum(table[key].get(row.category, 0) for key in members)
            rest = [key for key in members if (key, row.category) not in said]
            added = sum(table[key].get(row.category, 0) for key in rest)
            assert row.n_rows == total >= MINIMUM
            assert added >= MINIMUM
            assert sum(has_room(table, named, key) for key in rest) > 1
            assert row.rest_share == pytest.approx(
                added / sum(sum(table[key].values()) for key in rest)
            )
            said |= {(key, row.category) for key in rest}
        for group, part in found[found["basis"] == basis].groupby("cluster_id"):
            members = places[places == group].index
            left = sum(sum(table[key].values()) for key in members) - part["n_rows"].sum()
            assert left == 0 or left >= MINIMUM
    for category in set(found["category"]):
        left = sum(of.get(category, 0) for key, of in table.items() if (key, category) not in said)
        assert left == 0 or left >= MINIMUM


def test_what_an_enforced_rule_forbids_in_a_whole_cluster(fields):
    clusters = pd.DataFrame({"cluster_id": [1, 2], "grade": ["A|B", "C"], "n_rows": [100, 100]})
    rule = {"named_columns": "grade;sub_grade", "condition": "sub_grade[1] = grade"}
    categories = {"sub_grade": {"A1", "B2", "C3"}, "term": {"36"}}

    def found(**changed):
        rules = [rule | {"is_enforced": True} | changed]
        return forbidden_categories(rules, clusters, ["grade"], categories, fields)

    assert found() == {(1, "sub_grade", "C3"), (2, "sub_grade", "A1"), (2, "sub_grade", "B2")}
    assert found(is_enforced=False) == set()
    assert found(condition="sub_grade[1] = grade and int_rate < a_limit") == set()
    assert found(named_columns="grade;sub_grade;int_rate") == set()
    typed = found(named_columns="grade;term", condition="term > 40 or grade = 'C'")
    assert typed == {(1, "term", "36")}
