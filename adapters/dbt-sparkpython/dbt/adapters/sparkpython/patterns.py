"""Regular expressions of DuckDB (RE2) as Java's, which Spark uses: the same texts match."""

SPACE = r"\t\n\f\r "  # what RE2 calls \s; Java adds the vertical tab
FULL = r"\A(?:{})\z"
FIRST = r"(?s)\A(.*?)(?:{})"


def java_pattern(pattern: str) -> str:
    r"""A pattern that matches in Java what `pattern` matches in RE2.

    `$` is the end of the text there and not also the place before a last line break, `.` any
    character but \n, `\s` has no vertical tab, and `(?i)` knows all letters. Raises ValueError for
    look-around, back references and possessive quantifiers, which RE2 does not have.
    """
    parts: list[str] = []
    in_class = has_dot = False
    i = 0
    while i < len(pattern):
        sign = pattern[i]
        if sign == "\\" and i + 1 < len(pattern):
            parts.append(_escape(pattern[i + 1], in_class))
            i += 2
            continue
        if in_class:
            is_first = parts[-1] in ("[", "[^")
            if sign == "]" and not is_first:
                in_class = False
            parts.append("\\" + sign if sign in "[&" or (sign == "]" and is_first) else sign)
        elif sign == "[":
            negated = pattern[i + 1 : i + 2] == "^"
            parts.append("[^" if negated else "[")
            in_class = True
            i += negated
        elif sign == "$":
            parts.append(r"\z")
        elif pattern.startswith("(?", i):
            flags, i = _group(pattern, i)
            parts.append(flags)
            continue
        else:
            has_dot = has_dot or sign == "."
            parts.append(sign)
        i += 1
    return ("(?d)" if has_dot else "") + "".join(parts)


def java_replacement(text: str) -> str:
    r"""A replacement with groups as `\1` in Java's form, `$1`."""
    parts = []
    i = 0
    while i < len(text):
        if text[i] == "\\" and text[i + 1 : i + 2].isdigit():
            parts.append("$" + text[i + 1])
            i += 2
        else:
            parts.append("\\" + text[i] if text[i] in "$\\" else text[i])
            i += 1
    return "".join(parts)


def shifted(replacement: str) -> str:
    """A Java replacement whose groups are one further, the first being what stands before."""
    parts = []
    i = 0
    while i < len(replacement):
        if replacement[i] == "\\":
            parts.append(replacement[i : i + 2])
            i += 2
        elif replacement[i] == "$":
            parts.append(f"${int(replacement[i + 1]) + 1}")
            i += 2
        else:
            parts.append(replacement[i])
            i += 1
    return "$1" + "".join(parts)


def _escape(sign: str, in_class: bool) -> str:
    if sign == "s":
        return SPACE if in_class else f"[{SPACE}]"
    if sign == "S":
        if in_class:
            raise ValueError(r"\S within a class has no equal in Java")
        return f"[^{SPACE}]"
    if sign.isdigit() and sign != "0":
        raise ValueError("a back reference is nothing that RE2 knows")
    return "\\" + sign


def _group(pattern: str, start: int) -> tuple[str, int]:
    """What opens a group with flags or without capture, and where it ends."""
    end = start + 2
    while end < len(pattern) and (pattern[end].isalpha() or pattern[end] == "-"):
        end += 1
    flags, closing = pattern[start + 2 : end], pattern[end : end + 1]
    if closing not in (":", ")") or set(flags) - set("ims-"):
        raise ValueError(f"the group {pattern[start : end + 1]} is none that both engines know")
    if "i" in flags.split("-")[0]:
        flags = flags.replace("i", "iu", 1)
    return f"(?{flags}{closing}", end + 1
