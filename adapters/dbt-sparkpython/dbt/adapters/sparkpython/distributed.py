"""Calls of a function of a Python package on Spark's executors, the package carried along.

Nothing of the package need be installed there: its source travels with the job as a zip archive,
which each Python process of an executor puts on its path once. This module is pickled by value.
"""

import hashlib
import importlib
import io
import os
import pickle
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import cloudpickle
import pyarrow as pa

TYPES = {
    "varchar": pa.string(), "integer": pa.int32(), "bigint": pa.int64(), "double": pa.float64(),
    "boolean": pa.bool_(), "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip
SPARK_TYPES = {"varchar": "string", "integer": "int"}
MOST_PARTITIONS = 1000


def frame_of_calls(
    session: object,
    function: str,
    parts: Iterable[Mapping[str, object]],
    shared: Mapping[str, object],
    types: Mapping[str, str],
    partitions: int | None = None,
) -> object:
    """A frame of Spark's with the rows that `function` (module.name) gives for each of `parts`.

    `shared` are arguments of every call. Each call returns a pandas DataFrame with the columns
    `types`. How the parts lie on partitions changes no row.
    """
    pickled = [pickle.dumps(dict(part), pickle.HIGHEST_PROTOCOL) for part in parts]
    calls = session.createDataFrame(pa.table({"part": pa.array(pickled, pa.binary())}))
    calls = calls.repartition(partitions or max(1, min(len(pickled), MOST_PARTITIONS)))
    schema = pa.schema([(name, TYPES[kind]) for name, kind in types.items()])
    archive = archived(function.split(".", 1)[0])
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    run = caller(function, pickle.dumps(dict(shared), pickle.HIGHEST_PROTOCOL), schema, archive)
    listed = ", ".join(f"`{name}` {SPARK_TYPES.get(kind, kind)}" for name, kind in types.items())
    return calls.mapInArrow(run, listed)


def caller(
    function: str, shared: bytes, schema: pa.Schema, archive: bytes
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What an executor runs over batches of pickled parts."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        call = imported(function, archive)
        arguments = pickle.loads(shared)
        for batch in batches:
            for part in batch.column(0).to_pylist():
                frame = call(**pickle.loads(part), **arguments)
                yield from pa.Table.from_pandas(
                    frame[schema.names], schema=schema, preserve_index=False
                ).to_batches()

    return run


def imported(function: str, archive: bytes) -> Callable:
    """A function of a package that is read from its archive, unless the executor has it already."""
    module, _, name = function.rpartition(".")
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError:
        digest = hashlib.sha256(archive).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"likeness-{digest}-{os.getuid()}.zip"
        if not path.exists():
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(archive)
            os.replace(file.name, path)
        sys.path.insert(0, str(path))
        importlib.invalidate_caches()
        found = importlib.import_module(module)
    return getattr(found, name)


def archived(package: str) -> bytes:
    """The Python files of an installed package as a zip archive, the same bytes each time."""
    root = Path(importlib.import_module(package).__file__ or "").parent
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(root.rglob("*.py")):
            name = zipfile.ZipInfo(str(path.relative_to(root.parent)))
            archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return held.getvalue()
