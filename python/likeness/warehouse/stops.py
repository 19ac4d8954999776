"""Errors whose message is a sentence for whoever runs the build."""

from likeness.warehouse import FileError, first_sentence

NO_ROOM = ("No space left", "not enough space", "Could not write")


class Stop(Exception):
    """What a Python model raises to end in one sentence, its message."""


def sentence_of(error: BaseException | None) -> str:
    """The sentence for an error that the user can mend: a Stop, or a full disc; '' for others."""
    if isinstance(error, Stop):
        return str(error)
    if isinstance(error, FileError | OSError):
        said = first_sentence(error)
        if any(words in said for words in NO_ROOM):
            return f"{said}: make room there and build again."
    return ""
