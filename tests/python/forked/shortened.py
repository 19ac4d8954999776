"""What a forked dbt leaves out, since nobody hears it or it has been worked out before the fork.

A template has one compiled form, whichever call asks; what has once been found to be of a schema is
so again; an event that no logger would write is not made a message; the macros that each node sees
are put into one dict at once. This is most of what a call spends beside its own work, and changes
nothing of it.
"""

import functools
import json
from collections.abc import Iterable

from dbt.clients.jinja import MacroGenerator
from dbt.context import base
from dbt.context.macros import MacroNamespace
from dbt.events.logging import track_behavior_change_warn
from dbt_common.clients.jinja import MacroFuzzEnvironment, get_template
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager


def keep_templates() -> None:
    """Compile each text once in a process and those forked from it."""
    compiled = {}
    compile_one = MacroFuzzEnvironment.compile

    def kept(self, source, name=None, filename=None, raw=False, defer_init=False):
        asked = type(self), tuple(self.extensions), source, name, filename, raw, defer_init
        if not isinstance(source, str):
            return compile_one(self, *asked[2:])
        if asked not in compiled:
            compiled[asked] = compile_one(self, *asked[2:])
        return compiled[asked]

    MacroFuzzEnvironment.compile = kept


def keep_verdicts() -> None:
    """Hold the same content to the same schema once in a process and those forked from it."""
    sound = set()
    validate = dbtClassMixin.validate.__func__

    def kept(cls, data):
        asked = cls, repr(data)
        if asked not in sound:
            validate(cls, data)
            sound.add(asked)

    dbtClassMixin.validate = classmethod(kept)


def write_json_at_once() -> None:
    """Make the text of a JSON file in one step, not in one for each of its words."""

    def dump(content, file, **given) -> None:
        file.write(json.dumps(content, **given))

    json.dump = dump


def keep_modules() -> None:
    """Look the modules of templates up once, not once for each node's context."""
    base.get_context_modules = functools.cache(base.get_context_modules)


def compile_macros(texts: Iterable[str]) -> None:
    """Have the macros ready that every build calls."""
    for text in texts:
        get_template(text, {})


def leave_out_what_nobody_hears() -> None:
    """Make no message of an event of level debug where each logger is above it."""
    fire = EventManager.fire_event
    # dbt's own callback, which counts warnings.
    deaf = {track_behavior_change_warn}

    def heard(self, e, level=None, node=None, force_warn_or_error_handling=False):
        levels = {logger.level for logger in self.loggers}
        if (
            deaf.issuperset(self.callbacks)
            and not force_warn_or_error_handling
            and EventLevel.DEBUG not in levels
            and (level or e.level_tag()) == EventLevel.DEBUG
        ):
            return
        fire(self, e, level, node, force_warn_or_error_handling)

    EventManager.fire_event = heard


def see_macros_at_once() -> None:
    """Look each macro up in one dict, and make what calls it, for each node, in one step."""

    def merged(self) -> dict:
        if "merged" not in self.__dict__:
            self.merged = {}
            for names in reversed(list(self._search_order())):
                self.merged.update(names)
        return self.merged

    MacroNamespace.__getitem__ = lambda self, key: merged(self)[key]
    MacroNamespace.__iter__ = lambda self: iter(merged(self))
    MacroNamespace.__len__ = lambda self: len(merged(self))

    def init(self, macro, context=None, node=None, stack=None) -> None:
        self.macro, self.context, self.node, self.stack = macro, context, node, stack

    MacroGenerator.__init__ = init
