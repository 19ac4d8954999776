"""`make sds-open`: calls to Synthetic Data Studio whose outcome this journal does not know.

Such a call is waited for by every build and never asked for again, since it may have been paid.
Whoever knows that one doesn't run gives it up here.
"""

import argparse
from pathlib import Path

from likeness.llm.core.journal import Journal, JournalError
from likeness.llm.sds.backend import NOTES
from likeness.llm.sds.posted import Posted
from likeness.schema.given import read_vars

ALL = "all"


def add_sds_open(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `sds-open`."""
    verb = subparsers.add_parser("sds-open", help=__doc__.partition("\n")[0])
    verb.add_argument("--vars", metavar="FILE", help="settings as for dbt, such as runs/sds.yml")
    verb.add_argument(
        "--give-up",
        nargs="?",
        const=ALL,
        metavar="CALL",
        help="let this call, or all of them, be asked for again",
    )
    verb.add_argument("--project", default="dbt_project.yml", help=argparse.SUPPRESS)
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print each open call, or give calls up; 1 if that can't be done."""
    try:
        folder = Path(str(read_vars(arguments.project, arguments.vars)["journal_dir"]))
        posted = Posted(folder / NOTES)
        if arguments.give_up is None:
            _print_open(posted, folder)
            return 0
        # A build that runs beside this would have its own idea of what is open.
        with Journal(folder, write=True):
            return _give_up(posted, folder, arguments.give_up)
    except (OSError, ValueError, JournalError) as error:
        print(f"sds-open: {error}")
        return 1


def _print_open(posted: Posted, folder: Path) -> None:
    calls = posted.open()
    if not calls:
        print(f"No call of the journal {folder} is open.")
        return
    print(f"{len(calls)} calls of the journal {folder} are open; the next build looks for them:")
    for name, sent in calls.items():
        state = "a job was started" if sent.taken else "no answer came"
        about = f", {sent.about}" if sent.about else ""
        print(f"  {sent.own or name}: sent {sent.age / 60:.0f} minutes ago{about}; {state}")
    print("make sds-open GIVE_UP=1 lets all be asked for again, GIVE_UP=NAME one of them.")


def _give_up(posted: Posted, folder: Path, which: str) -> int:
    calls = posted.open()
    chosen = [name for name, sent in calls.items() if which in (ALL, name, sent.own)]
    if which != ALL and not chosen:
        print(f"sds-open: no open call of the journal {folder} is named {which}.")
        return 1
    for name in chosen:
        posted.give_up(name)
    if which == ALL:
        posted.forget()
    print(f"{len(chosen)} calls are given up: the next build asks for them again, and pays again.")
    return 0
