"""Free texts: shapes, published statistics and what is made up from them, on any text."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness import synthesizer
from likeness.audit.findings import Tally
from likeness.audit.words import audit_words
from likeness.schema.fields import fields_from_rows
from likeness.synthesizer.steps import with_parts
from likeness.synthesizer.texts import shapes
from likeness.synthesizer.texts.chains import Characters
from likeness.synthesizer.texts.chance import Chance
from likeness.synthesizer.texts.learn import Group, learn

LEAST = 20
COLUMNS = {
    "decimals": None,
    "format": "text",
    "max_length": None,
    "allowed_values": "",
    "description": "",
    "nullable": "true",
    "type": "text",
    "roles": "",
}
FIELDS = fields_from_rows(
    [
        {"position": 1, "name": "kind", "kind": "categorical"} | COLUMNS,
        {"position": 2, "name": "note", "kind": "free_text"} | COLUMNS,
    ]
)
JOBS = ("nurse", "clerk", "driver", "teacher")
PLACES = ("north", "south", "city", "county", "valley", "st. mary's")


def table(texts, kinds=("a", "b")):
    n = len(texts)
    return pd.DataFrame(
        {"kind": [kinds[i % len(kinds)] for i in range(n)], "note": pd.Series(texts, dtype=object)}
    )


def made(train, n=None, ids=None):
    profile = synthesizer.fit(train, FIELDS, given=["kind"], min_cell_rows=LEAST, seed=1)
    ids = np.arange(n or len(train)) if ids is None else ids
    kinds = train["kind"].to_numpy()[ids % len(train)]
    rows = synthesizer.draw(
        ids, profile, fields=FIELDS, seed=1, given=pd.DataFrame({"kind": kinds})
    )
    return profile, rows


def jobs(n, seed=0):
    """Job titles: a few are shared by many, and each has a name that nobody else's has."""
    chance = np.random.default_rng(seed)
    out = []
    for i in range(n):
        job, place = chance.choice(JOBS), chance.choice(PLACES)
        name = "".join(chance.choice(list("abcdeilmnorst"), 6))
        text = job if i % 5 == 0 else f"{job} at {place} {name}"
        out.append([text, text.upper(), text.title(), text.capitalize()][i % 4])
    return out


ANY_TEXT = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.sampled_from(
        ["\n", "a\tb", 'he said "x;y", twice', "日本語 テキスト", "Straße", "İstanbul"]
    ),
    st.text(alphabet="ab ", max_size=12),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(ANY_TEXT, min_size=1, max_size=12),
    st.integers(LEAST, 120),
    st.booleans(),
)
def test_any_texts_give_texts_and_no_rare_word(texts, n, numbered):
    column = [texts[i % len(texts)] for i in range(n)]
    if numbered:
        column = [text if text is None else f"{text} {i}" for i, text in enumerate(column)]
    train = table([text if text is None or text.strip() else None for text in column])
    profile, rows = made(train, 60)
    assert len(rows) == 60
    assert rows["note"].map(lambda text: pd.isna(text) or isinstance(text, str)).all()
    assert not rows["note"].astype(str).str.contains("\0", regex=False).any()
    assert not_held_by_enough(profile, train) == []


def not_held_by_enough(profile, train):
    """Every published text, word, pair and run of characters that fewer rows hold, by plain search.

    It knows nothing of how they are learned: a row holds a pair if one stands before the other.
    """
    texts = [text for text in train["note"].tolist() if isinstance(text, str)]
    small = [text.lower() for text in texts]
    words = [text.split(" ") for text in small]
    found = []

    def look(what, held):
        if sum(held) < LEAST:
            found.append((what, sum(held)))

    bins = profile["engine_bins"]
    for label in bins.loc[(bins["field"] == "note") & (bins["kind"] == "category"), "label"]:
        look(label, [text == label for text in texts])
    for label in bins.loc[(bins["field"] == "note:first") & (bins["kind"] == "category"), "label"]:
        look(label, [row[0] == label for row in words])
    published = profile["engine_texts"]
    for row in published[published["token"].notna()].itertuples():
        if row.part == "characters":
            before = row.before if isinstance(row.before, str) else ""
            run = before + row.token
            look(run, [run in f"   {text} " for text in small])
        elif row.part == "words" and isinstance(row.before, str) and row.before != "\x1a":
            pair = (row.before, row.token)
            look(pair, [pair in pairwise(w) for w in words])
        elif row.part == "words":
            look(row.token, [row.token in w[1:] for w in words])
        elif row.part == "casing" and isinstance(row.before, str):
            look(row.before, [row.before in w for w in words])
    return found


def test_no_published_text_word_or_pair_is_held_by_fewer_rows():
    train = table(jobs(3000))
    profile, _ = made(train, 10)
    published = profile["engine_texts"]
    assert {"words", "characters"} <= set(published["part"])
    assert (published["before"] == "at").any()  # pairs there are
    assert not_held_by_enough(profile, train) == []
    assert (published["n_rows"] >= LEAST).all()


def test_the_search_finds_a_planted_word():
    train = table(jobs(3000))
    profile, _ = made(train, 10)
    some = profile["engine_texts"].iloc[[0]].assign(part="words", before="nurse", token="xylophone")
    planted = {**profile, "engine_texts": pd.concat([profile["engine_texts"], some])}
    assert not_held_by_enough(planted, train) == [(("nurse", "xylophone"), 0)]


@pytest.mark.parametrize("part", ["words", "characters"])
def test_the_audit_finds_a_planted_statistic(part):
    train = table([*jobs(3000), "clerk at zoo qqq", "clerk at zoo qqq"])
    profile, _ = made(train, 10)
    shared = {"note": profile["engine_bins"].query("field == 'note'")["label"].dropna()}
    train = with_parts(train, [f"note{part}" for part in shapes.SUFFIXES], shared)
    clean = Tally(LEAST)
    audit_words(profile["engine_texts"], train, shared, clean)
    assert clean.findings == []
    assert clean.numbers > 100
    row = {"part": part, "position": "inner", "before": "at", "token": "zoo"}
    row = row if part == "words" else {"part": part, "before": "qq", "token": "q"}
    planted = pd.DataFrame([{"field": "note", "weight": 20.0, "n_rows": 20, **row}])
    tally = Tally(LEAST)
    audit_words(pd.concat([profile["engine_texts"], planted]), train, shared, tally)
    assert [finding.rows for finding in tally.findings] == [2, 2]  # and it claims more


def test_made_up_texts_keep_shares_of_cases_words_and_lengths():
    train = table(jobs(4000))
    _, rows = made(train)
    real, other = (
        pd.DataFrame(
            {
                "case": frame["note"].map(lambda text: shapes.case_of(text.split(" "))),
                "words": frame["note"].str.count(" "),
                "length": frame["note"].str.len(),
            }
        )
        for frame in (train, rows)
    )
    for name in ("case", "words"):
        shares = pd.concat([f[name].value_counts(normalize=True) for f in (real, other)], axis=1)
        assert shares.fillna(0).diff(axis=1).iloc[:, 1].abs().max() < 0.04
    assert abs(real["length"].mean() - other["length"].mean()) < 1


def test_words_follow_the_category_that_they_go_with():
    chance = np.random.default_rng(3)
    of_kind = {"a": "boat repair", "b": "new roof"}
    texts = [
        f"{''.join(chance.choice(list('abcde'), 5))} {of_kind['ab'[i % 2]]}" for i in range(2000)
    ]
    _, rows = made(table(texts))
    words = rows["note"].str.split(" ").str[1:].str.join(" ")
    share = {kind: (words[rows["kind"] == kind] == text).mean() for kind, text in of_kind.items()}
    assert min(share.values()) > 0.95


def test_the_same_ids_give_the_same_texts_however_they_are_split():
    train = table(jobs(1500))
    _, whole = made(train, ids=np.arange(400))
    _, parts = made(train.sample(frac=1, random_state=0), ids=np.arange(150, 400))
    kinds = whole["kind"][150:].to_numpy() == parts["kind"].to_numpy()
    assert kinds.any()
    same = whole["note"][150:].to_numpy() == parts["note"].to_numpy()
    assert same[kinds].all()


@pytest.mark.parametrize(
    "texts",
    [
        [None] * 100,
        ["same"] * 100,
        [f"{chr(0x4E00 + i)}{chr(0x5E00 + 7 * i)}" for i in range(100)],
        [f"word{i}" for i in range(100)],
        ["x" * (3000 + i) for i in range(60)],
        [" ".join(f"w{i % 7}{j}" for j in range(400)) for i in range(60)],
        [f'line one\nline "two"; {i}, end' for i in range(100)],
        ["ok"] * 95 + [f"rare {i}" for i in range(5)],
        [None] * 95 + [f"rare {i}" for i in range(5)],
    ],
    ids=["missing", "one", "no blanks", "one word", "long word", "long", "lines", "few", "fewer"],
)
def test_odd_columns(texts):
    train = table(texts)
    profile, rows = made(train, 50)
    assert len(rows) == 50
    assert not_held_by_enough(profile, train) == []
    filled = [text for text in texts if text is not None]
    assert rows["note"].notna().any() == (len(filled) >= LEAST)
    assert rows["note"].dropna().map(len).max() <= 4100 if len(filled) >= LEAST else True


def test_a_copied_text_is_no_chance_and_common_words_are():
    column = pd.Series(jobs(3000), dtype=object)
    of_kind = Group("kind", np.array(["a", "b"] * 1500, dtype=object))
    firsts = set(JOBS)
    published = learn(
        "note", column, shared=set(JOBS), firsts=firsts, group=of_kind, min_cell_rows=LEAST
    )
    chance = Chance(published, sorted(firsts))
    assert 1e-9 < chance.of("Nurse at North abcdei") < 1e-4
    assert chance.of("clerk of abcdei st. mary's teacher") < 1e-9
    assert chance.of("zyzzyva keeper") == 0


@pytest.mark.parametrize("n", [400, 40, 1])
def test_words_are_spelled_alike_in_numpy_and_compiled(n, monkeypatch):
    texts = pd.Series(jobs(n))
    table = learn("x", texts, shared=(), firsts=(), group=None, min_cell_rows=LEAST)
    signs = Characters(table)
    ids = np.arange(300) * 7 + 10**12
    state = ids % len(signs.contexts)
    most = 1 + ids % 23
    compiled_too = signs.draw(state, most, 3, ids, "x", "character", 0)
    monkeypatch.setattr("likeness.stats.compiled.kernels", lambda: None)
    by_numpy = signs.draw(state, most, 3, ids, "x", "character", 0)
    for one, other in zip(compiled_too, by_numpy, strict=True):
        assert one.tolist() == other.tolist()
    assert [len(word) for word in by_numpy[0]] == by_numpy[1].tolist()
    assert by_numpy[1].min() >= 1
    assert (by_numpy[1] <= most).all()
