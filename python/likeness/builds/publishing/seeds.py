"""The file of seeds, written while their tables are made."""

from collections.abc import Iterable, Iterator

import pandas as pd

from likeness.builds.publishing import staging
from likeness.profiles import seed_text
from likeness.schema.outputs import SEEDS


def written(tables: Iterable[pd.DataFrame], folder: str) -> Iterator[pd.DataFrame]:
    """The tables as they come; with the last one the file is in this build's set for `folder`.

    Raises CannotWrite where it cannot be written (disk full, folder not writable).
    """
    with staging.staged(folder, SEEDS) as path:
        yield from seed_text.written(tables, path)
