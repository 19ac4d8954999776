"""The templates of the report, and what they may call."""

import base64
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape


def templates_of(package: str, *, autoescape: bool) -> Environment:
    """The environment of a package's `templates/`; it stops at an unknown name."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def environment() -> Environment:
    """The environment of `templates/`: escapes what it is given, stops at an unknown name."""
    made = templates_of("likeness.report", autoescape=True)
    made.filters |= {"breakable": _breakable, "base64": lambda raw: base64.b64encode(raw).decode()}
    return made


def render(template: str, **values: object) -> str:
    """The text of `templates/<template>.html.j2`."""
    return environment().get_template(f"{template}.html.j2").render(values)


def _breakable(text: str) -> Markup:
    return Markup(escape(text).replace("_", Markup("_<wbr>")))
