"""What a clean machine runs, with stand-ins in make's place for what takes minutes."""

import os
import shutil
import subprocess

import pytest

# Targets that the machine of a test would take minutes for are noted, and end as `fails` says.
MAKE = """#!{bash}
echo "$*" >> "{folder}/asked"
case "$*" in
    java) exec "{make}" "$@" ;;
    {fails}) exit 2 ;;
esac
echo "made $*"
"""


@pytest.fixture
def run(root, tmp_path):
    """Runs the script for a user who is not root, with Java or without; gives what was asked."""

    def ran(*, has_java: bool, fails: str = "none") -> tuple[int, str, list[str]]:
        names = {name: shutil.which(name) for name in ("bash", "dirname", "make")}
        commands = tmp_path / "bin"
        commands.mkdir()
        (commands / "dirname").symlink_to(names["dirname"])
        made = {"make": MAKE.format(folder=tmp_path, fails=fails, **names)}
        made["id"] = f"#!{names['bash']}\necho 1000\n"
        if has_java:
            made["java"] = f"#!{names['bash']}\n"
        for name, text in made.items():
            (commands / name).write_text(text)
            (commands / name).chmod(0o755)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
        done = subprocess.run(
            [names["bash"], str(root / ".ci" / "run")], env=kept | {"PATH": str(commands)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, (tmp_path / "asked").read_text().splitlines()

    return ran


def test_the_tests_on_spark_come_before_the_others(run):
    code, output, asked = run(has_java=True)
    assert (code, asked) == (0, ["java", "test-spark", "test"])
    assert output.splitlines()[-1] == "made test"


def test_without_java_it_says_so_and_runs_the_others(run):
    code, output, asked = run(has_java=False)
    assert (code, asked) == (0, ["java", "test"])
    assert "There is no Java 17 here" in output
    assert "The tests on Spark were left out" in output
    assert output.splitlines()[-1] == "made test"


@pytest.mark.parametrize(
    ("fails", "asked"),
    [("test-spark", ["java", "test-spark"]), ("test", ["java", "test-spark", "test"])],
)
def test_what_fails_is_not_passed_over(run, fails, asked):
    code, _, found = run(has_java=True, fails=fails)
    assert code != 0
    assert found == asked
