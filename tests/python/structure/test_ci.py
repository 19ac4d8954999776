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
    """Runs the script as no root, with a version of Java or none; gives what was asked."""

    def ran(*, java: int | None, fails: str = "none") -> tuple[int, str, list[str]]:
        names = {name: shutil.which(name) for name in ("bash", "dirname", "make", "grep")}
        commands = tmp_path / "bin"
        commands.mkdir()
        for name in ("dirname", "grep"):
            (commands / name).symlink_to(names[name])
        made = {"make": MAKE.format(folder=tmp_path, fails=fails, **names)}
        made["id"] = f"#!{names['bash']}\necho 1000\n"
        if java:
            said = f'openjdk version "{java}.0.1" 2026-01-01'
            made["java"] = f"#!{names['bash']}\necho '{said}' >&2\n"
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
    code, output, asked = run(java=21)
    assert (code, asked) == (0, ["java", "test-spark", "test"])
    assert output.splitlines()[-1] == "made test"


@pytest.mark.parametrize("java", [None, 8, 11])
def test_without_a_java_that_spark_runs_on_it_says_so_and_runs_the_others(run, java):
    code, output, asked = run(java=java)
    assert (code, asked) == (0, ["java", "test"])
    assert "There is no Java 17 here" in output
    assert "The tests on Spark were left out" in output
    assert output.splitlines()[-1] == "made test"


@pytest.mark.parametrize(
    ("fails", "asked"),
    [("test-spark", ["java", "test-spark"]), ("test", ["java", "test-spark", "test"])],
)
def test_what_fails_is_not_passed_over(run, fails, asked):
    code, _, found = run(java=17, fails=fails)
    assert code != 0
    assert found == asked
