import pytest
from streamlit import config

from normlib.server.paths import app_path, base_path


@pytest.mark.parametrize(
    ("setting", "expected"), [("", ""), ("/", ""), ("lab", "/lab"), ("/lab/", "/lab"), ("a/b", "/a/b")]
)
def test_the_configured_prefix_has_a_slash_before_it_only(monkeypatch, setting, expected):
    monkeypatch.setattr(config, "get_option", {"server.baseUrlPath": setting}.get)
    assert base_path() == expected


@pytest.mark.parametrize(
    ("path", "root", "base", "expected"),
    [
        ("/static/x.js", "", "", "/static/x.js"),
        ("/lab/static/x.js", "", "/lab", "/static/x.js"),
        ("/mount/lab/static/x.js", "/mount", "/lab", "/static/x.js"),
        ("/laboratory", "", "/lab", "/laboratory"),
        ("/lab", "", "/lab", "/"),
    ],
)
def test_prefixes_are_taken_off_at_whole_segments(path, root, base, expected):
    assert app_path({"path": path, "root_path": root}, base) == expected
