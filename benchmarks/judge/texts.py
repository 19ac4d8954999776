"""All fields, and texts themselves: what gives rows away beside the judged columns."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from likeness.schema.fields import DATE_KINDS, NUMBER_KINDS, Field

MOST_TEXTS = 4000
DRAWS = 3


def features(
    frames: Sequence[pd.DataFrame], fields: Sequence[Field], with_texts: bool
) -> list[pd.DataFrame]:
    """All fields of each frame as numbers: dates in parts, categories by code, texts by shape."""
    together = pd.concat(frames, ignore_index=True)
    out = pd.DataFrame(index=together.index)
    for field in fields:
        column = together[field.name]
        if field.kind in DATE_KINDS:
            moments = pd.to_datetime(column)
            out[f"{field.name} year"], out[f"{field.name} month"] = (
                moments.dt.year,
                moments.dt.month,
            )
        elif field.kind in NUMBER_KINDS:
            out[field.name] = pd.to_numeric(column)
        elif field.kind == "free_text" and not field.parts:
            if with_texts:
                text = column.fillna("").astype(str)
                out[f"{field.name} length"] = text.str.len()
                out[f"{field.name} blanks"] = text.str.count(" ")
                out[f"{field.name} capital"] = text.str.contains(r"^[A-Z]").astype(int)
                out[f"{field.name} lower"] = (text == text.str.lower()).astype(int)
                out[f"{field.name} missing"] = column.isna().astype(int)
        elif field.kind != "identifier" and not field.parts:
            out[field.name] = pd.factorize(column.astype(object), sort=False)[0]
    ends = np.cumsum([len(frame) for frame in frames])
    return [out.iloc[end - len(frame) : end] for frame, end in zip(frames, ends, strict=True)]


def c2st(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """AUC of boosted trees, five folds, the mean of three draws of as many rows of each."""
    found = []
    for seed in range(DRAWS):
        n = min(len(one), len(other))
        rows = [frame.sample(n, random_state=seed) for frame in (one, other)]
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        model = HistGradientBoostingClassifier(random_state=0)
        y = np.repeat([0, 1], n)
        scores = cross_val_predict(model, pd.concat(rows), y, cv=folds, method="predict_proba")
        found.append(roc_auc_score(y, scores[:, 1]))
    return float(np.mean(found))


def reader() -> Pipeline:
    """A linear model of runs of one to four characters."""
    runs = HashingVectorizer(
        analyzer="char",
        ngram_range=(1, 4),
        lowercase=False,
        n_features=2**18,
        alternate_sign=False,
    )
    return make_pipeline(
        runs, SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=20, tol=None, random_state=0)
    )


def by_characters(real: pd.Series, other: pd.Series, n: int) -> float:
    """AUC of `reader` that separates `n` texts of each, five folds."""
    texts = np.concatenate(
        [one.sample(n, random_state=0).to_numpy(object) for one in (real, other)]
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    y = np.repeat([0, 1], n)
    scores = cross_val_predict(reader(), texts, y, cv=folds, method="predict_proba")
    return float(roc_auc_score(y, scores[:, 1]))


def others_texts(real: pd.Series, texts: pd.Series, minimum: int, seed: int = 0) -> pd.Series:
    """Real texts without the rare ones that `real` holds too: the best that can be made up.

    A text that fewer than `minimum` rows of `texts` share may not be named, so nobody can make up
    the ones that `real` repeats; these are of other rows, in the shares of rare and common ones.
    """
    counts = texts.map(texts.value_counts())
    rare = texts[(counts < minimum) & ~texts.isin(set(real))]
    common = texts[counts >= minimum]
    share = float((counts < minimum).mean())
    n = int(min(len(rare) / max(share, 1e-9), len(texts)))
    chosen = np.random.default_rng(seed)
    rows = [
        part.iloc[chosen.permutation(len(part))[: round(n * one)]]
        for part, one in ((rare, share), (common, 1 - share))
    ]
    return pd.concat(rows)


def of_texts(
    train: pd.Series, holdout: pd.Series, made: pd.Series, minimum: int
) -> dict[str, dict[str, float]]:
    """By origin: the AUC by characters against the holdout, and the share of distinct texts."""
    origins = {"train": train, "engine": made, "other rows' texts": train}
    texts = {name: one.dropna().astype(str).str.strip() for name, one in origins.items()}
    real = holdout.dropna().astype(str).str.strip()
    both = pd.concat([texts["train"], real], ignore_index=True)
    texts["other rows' texts"] = others_texts(real, both, minimum)
    n = min(MOST_TEXTS, len(real), *(len(one) for one in texts.values()))
    found = {
        name: {
            "AUC by characters": by_characters(real, one, n),
            "distinct": one.sample(n, random_state=0).nunique() / n,
        }
        for name, one in texts.items()
    }
    distinct = real.sample(n, random_state=0).nunique() / n
    return {"holdout": {"distinct": distinct}} | found


def category_from_text(rows: pd.DataFrame, holdout: pd.DataFrame, text: str, by: str) -> float:
    """Accuracy on the holdout of `reader` that learns a category from the texts of `rows`."""
    learned, asked = (frame.dropna(subset=[text, by]) for frame in (rows, holdout))
    model = reader().fit(learned[text].astype(str), learned[by].astype(str))
    return float((model.predict(asked[text].astype(str)) == asked[by].astype(str)).mean())
