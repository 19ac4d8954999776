"""The names of the columns of a text file that no field list describes yet."""

from likeness.warehouse.reading import dialect, encodings
from likeness.warehouse.reading.encodings import CannotRead

HEAD = 1 << 18


def header(path: str) -> list[str]:
    """Names of the columns in the file's order; empty cells are named by their place.

    Raises CannotRead, in one sentence, where the file has no line that names columns, or names one
    of them twice.
    """
    head = next(encodings.chunks(path), b"")[:HEAD]
    fallback = "\t" if any(end in path.lower() for end in (".tsv", ".txt")) else ","
    found = dialect.guess(_text(path, head), fallback)
    cells = [cell.lower() for cell in found.header]
    for cell in cells:
        if cell and cells.count(cell) > 1:
            name = found.header[cells.index(cell)]
            raise CannotRead(f"{path}: column {name} is named twice in its header.")
    if not any(cells) or all(_is_number(cell) for cell in cells if cell):
        shown = ", ".join(found.header[:5])[:60]
        raise CannotRead(
            f"{path}, line {found.skipped + 1}: this line should name the columns, but it holds "
            f"{shown or 'nothing'}; write a first line with their names."
        )
    return dialect.unique(found.header, [])


def _text(path: str, head: bytes) -> str:
    name = encodings.marked(head)
    if name:
        return head.decode(name, errors="ignore")
    try:
        return head[: head.rfind(b"\n") + 1 or len(head)].decode("utf-8")
    except UnicodeDecodeError:
        return head.decode(encodings.find(path), errors="ignore")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
