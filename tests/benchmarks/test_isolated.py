"""Programs with a time limit: however they end, it is said how, and nothing of them goes on."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks import isolated
from benchmarks.serving import ROOT

HERE = Path(__file__).parent
FOR_EVER = "import time; time.sleep(3600)"
# A child in a session of its own, as Chromium is, and one whose parent has ended.
PARENT = f"""
import subprocess, sys
apart = subprocess.Popen([sys.executable, "-c", {FOR_EVER!r}], start_new_session=True)
orphan = subprocess.run([sys.executable, "-c", '''
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", {FOR_EVER!r}], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)
'''], capture_output=True, text=True)
open(sys.argv[1], "w").write(f"{{apart.pid}} {{orphan.stdout}}")
"""


def run(code, *arguments, limit=300.0):
    isolated.run([sys.executable, "-c", code, *arguments], limit=limit, environment=os.environ, folder=HERE)


def children(file):
    return [int(pid) for pid in file.read_text().split()]


def gone(pids):
    end = time.monotonic() + 60
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids):
        assert time.monotonic() < end, f"Some of {pids} still run."
        time.sleep(0.05)
    return True


def test_a_program_that_ends_well(tmp_path):
    run(f"open({str(tmp_path / 'done')!r}, 'w').write('yes')")
    assert (tmp_path / "done").read_text() == "yes"


def test_a_crash_is_told_with_its_last_words():
    with pytest.raises(isolated.FailedError, match=r"ended with code 1: ZeroDivisionError: division by zero"):
        run("print('so far so good'); 1 / 0")


def test_an_end_without_words():
    with pytest.raises(isolated.FailedError, match="ended with code 7 and said nothing"):
        run("raise SystemExit(7)")


def test_a_kill_is_told():
    with pytest.raises(isolated.FailedError, match="killed by signal 9"):
        run("import os; os.kill(os.getpid(), 9)")


def test_a_program_that_takes_too_long_is_ended():
    with pytest.raises(isolated.FailedError, match="more than 1 s and was ended"):
        run(FOR_EVER, limit=1)


def test_nothing_goes_on_after_a_good_end(tmp_path):
    file = tmp_path / "pids"
    run(PARENT, str(file))
    assert len(children(file)) == 2
    assert gone(children(file))


def test_nothing_goes_on_after_a_crash(tmp_path):
    file = tmp_path / "pids"
    with pytest.raises(isolated.FailedError, match="ZeroDivisionError"):
        run(f"{PARENT}\n1 / 0", str(file))
    assert len(children(file)) == 2
    assert gone(children(file))


def test_nothing_goes_on_after_too_long(tmp_path):
    file = tmp_path / "pids"
    # On a slow machine the children need longer to begin; the program itself never ends.
    for limit in (2, 20, 200):
        with pytest.raises(isolated.FailedError, match=f"more than {limit} s"):
            run(f"{PARENT}\n{FOR_EVER}", str(file), limit=limit)
        if file.exists():
            break
    assert len(children(file)) == 2
    assert gone(children(file))


def test_a_section_ends_when_whoever_asked_for_it_is_killed(tmp_path):
    file = tmp_path / "pids"
    inner = f"""
import subprocess, sys, time
from benchmarks.isolated import end_with_parent
end_with_parent(0.05)
child = subprocess.Popen([sys.executable, "-c", {FOR_EVER!r}], start_new_session=True)
open({str(file)!r}, "w").write(f"{{child.pid}} {{__import__('os').getpid()}} ")
time.sleep(3600)
"""
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen([sys.executable, "-c", outer], cwd=ROOT) as parent:
        end = time.monotonic() + 120
        while not (file.exists() and file.read_text().endswith(" ")):
            assert time.monotonic() < end
            time.sleep(0.05)
        parent.kill()
    assert len(children(file)) == 2
    assert gone(children(file))
