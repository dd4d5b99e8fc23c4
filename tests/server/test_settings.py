import pytest

from normlib.server.settings import Settings, SettingsError
from normlib.server.web import app_options


def frame_ancestors(value: str) -> tuple[str, ...]:
    return Settings.from_environment({"NORMLAB_FRAME_ANCESTORS": value}).frame_ancestors


def test_nobody_may_embed_the_pages_by_default():
    assert Settings.from_environment({}).frame_ancestors == ()


@pytest.mark.parametrize("value", ["", "  ", "none", "'none'", "NONE"])
def test_none_means_nobody(value):
    assert frame_ancestors(value) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("self", ("'self'",)),
        ("'self'", ("'self'",)),
        ("moodle.example.org", ("moodle.example.org",)),
        (
            "https://moodle.example.org  *.example.edu:8443",
            ("https://moodle.example.org", "*.example.edu:8443"),
        ),
        ("localhost:8080 self", ("localhost:8080", "'self'")),
    ],
)
def test_hosts_are_separated_by_spaces(value, expected):
    assert frame_ancestors(value) == expected


@pytest.mark.parametrize(
    ("value", "culprit"),
    [
        ("*", "*"),
        ("good.example.org bad_host", "bad_host"),
        ("a.example.org,b.example.org", "a.example.org,b.example.org"),
        ("a.example.org; script-src *", "a.example.org;"),
        ("https://a.example.org/course", "https://a.example.org/course"),
        ("ftp://a.example.org", "ftp://a.example.org"),
        ("none a.example.org", None),
        ("a.example.org\r\nset-cookie:x", "set-cookie:x"),
    ],
)
def test_an_unusable_host_is_named_with_the_remedy(value, culprit):
    if culprit is None:
        # "none" is also a legal host name; only alone it means nobody.
        assert frame_ancestors(value) == ("none", "a.example.org")
        return
    with pytest.raises(SettingsError) as caught:
        frame_ancestors(value)
    message = str(caught.value)
    assert f"NORMLAB_FRAME_ANCESTORS={value!r}" in message
    assert repr(culprit) in message
    assert "'none'" in message


def test_the_start_ends_with_the_sentence_alone(monkeypatch):
    monkeypatch.setenv("NORMLAB_FRAME_ANCESTORS", "https://*")
    with pytest.raises(SystemExit, match=r"NORMLAB_FRAME_ANCESTORS='https://\*'"):
        app_options()
