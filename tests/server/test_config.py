"""Hidden options of Streamlit may go away with any version, and an unknown one is only a line in the log."""

import json
import subprocess
import sys
import tomllib

import pytest
from streamlit import config

from benchmarks.serving import ROOT

TABLES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
OPTIONS = {
    f"{section}.{name}": value
    for section, table in TABLES.items()
    if section != "theme"
    for name, value in table.items()
}


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_the_installed_streamlit_knows_the_option(name):
    option = config._config_options_template[name]
    assert not option.is_expired()
    assert not option.deprecated


def test_the_options_are_what_a_started_server_uses():
    code = (
        "import json, sys; from streamlit import config; "
        "print(json.dumps({name: config.get_option(name) for name in json.loads(sys.argv[1])}))"
    )
    names = json.dumps(list(OPTIONS))
    done = subprocess.run([sys.executable, "-c", code, names], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == OPTIONS
    assert "not a valid" not in done.stderr


def test_the_options_that_decide_speed_and_privacy_are_set():
    assert OPTIONS["runner.postScriptGC"] is False
    assert OPTIONS["server.fileWatcherType"] == "none"
    assert OPTIONS["server.address"] == "localhost"
    assert OPTIONS["server.maxUploadSize"] == 5
    assert OPTIONS["browser.gatherUsageStats"] is False
    assert OPTIONS["client.showErrorDetails"] == "none"
    assert OPTIONS["client.allowedOrigins"] == []
    assert OPTIONS["server.enableAgentApi"] is False
