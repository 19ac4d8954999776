"""Errors whose message is a sentence for whoever runs the build."""

from likeness.warehouse import Error, MemoryLimitError, first_sentence

NO_ROOM = ("No space left", "not enough space", "Could not write", "failed to offload")
MORE_MEMORY = "make room on the disc, raise var duckdb_memory, or take a machine with more memory"


class Stop(Exception):
    """What a Python model raises to end in one sentence, its message."""


def sentence_of(error: BaseException | None) -> str:
    """The sentence for an error that the user can mend; '' for others.

    A Stop, a full disc (said by the system or by the database, whatever it was doing), and the end
    of the memory.
    """
    if isinstance(error, Stop):
        return str(error)
    if isinstance(error, MemoryLimitError | MemoryError):
        said = first_sentence(error) or "there is no memory left"
        return f"{said.rstrip('.')}: {MORE_MEMORY}, and build again."
    if isinstance(error, Error | OSError):
        said = first_sentence(error)
        if any(words in said for words in NO_ROOM):
            return f"{said}: make room there and build again."
    return ""
