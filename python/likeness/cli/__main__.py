"""`python -m likeness.cli VERB`: what `make` calls beside dbt."""

import argparse
import sys
from collections.abc import Sequence

from likeness.audit import add_audit
from likeness.cli import commands
from likeness.cli.ask import add_ask
from likeness.cli.demo_llm import add_demo_llm
from likeness.cli.new_table import add_new_table
from likeness.llm.sds.check import add_sds_check
from likeness.llm.sds.open import add_sds_open


def parser() -> argparse.ArgumentParser:
    """The verbs, each added by the module that does the work."""
    top = argparse.ArgumentParser(prog="likeness", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    commands.add_build(verbs)
    commands.add_plan(verbs)
    commands.add_prompts(verbs)
    add_new_table(verbs)
    add_demo_llm(verbs)
    add_sds_check(verbs)
    add_sds_open(verbs)
    add_audit(verbs)
    add_ask(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; its exit code."""
    parsed = parser().parse_args(arguments)
    return parsed.run(parsed)


if __name__ == "__main__":
    sys.exit(main())
