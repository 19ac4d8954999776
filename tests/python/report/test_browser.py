"""The page in a real browser: nothing overflows, nothing is complained about."""

import base64
import re
import shutil
import subprocess

import pytest
import report_tables as made

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
FRAME = """<!DOCTYPE html><body style="margin:0"><iframe id="f" style="border:0;width:{width}px;
height:900px"></iframe><script>
const f = document.getElementById("f");
f.onload = () => {{ const d = f.contentDocument.documentElement;
document.title = `measured ${{d.scrollWidth}} of ${{d.clientWidth}}`; }};
f.srcdoc = new TextDecoder().decode(Uint8Array.from(atob("{page}"), c => c.charCodeAt(0)));
</script></body>"""


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("report")
    tables = made.tables()
    long = tables["worst"].assign(what="a_very_long_name_without_a_space_" * 4)
    made.write(folder, {**tables, "worst": long})
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows(report, tmp_path, width):
    # A window cannot be as narrow as a telephone; a frame in it can.
    harness = tmp_path / "harness.html"
    page = base64.b64encode(report.encode()).decode()
    harness.write_text(FRAME.format(width=width, page=page), encoding="utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1400,1000",
        "--enable-logging=stderr",
        "--virtual-time-budget=5000",
        "--dump-dom",
        harness.as_uri(),
    ]

    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)

    measured = re.search(r"<title>measured (\d+) of (\d+)</title>", done.stdout)
    assert measured, done.stdout[:500]
    needed, given = map(int, measured.groups())
    assert width - 20 <= given <= width
    assert needed <= given
    assert "CONSOLE" not in done.stderr
