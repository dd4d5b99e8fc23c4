import base64
import hashlib

import pytest
from starlette.responses import PlainTextResponse

from normlib.server.headers import SecurityHeaders, inline_script_hashes, security_headers


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";"))}


def source_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_every_inline_script_has_its_hash_and_no_other():
    html = "<script>\n  a < b && c\n</script><!-- <script>no</script> --><script src='x.js'></script><SCRIPT>é</SCRIPT>"
    assert inline_script_hashes(html) == [source_of("\n  a < b && c\n"), source_of("é")]


def test_the_installed_streamlit_has_an_inline_script_that_is_allowed():
    sources = directives(security_headers()["content-security-policy"])["script-src"]
    assert source_of("\n      window.prerenderReady = false\n    ") in sources


def test_scripts_come_from_this_server_and_are_never_made_from_text():
    policy = directives(security_headers()["content-security-policy"])
    assert policy["default-src"] == ["'self'"]
    assert not {"'unsafe-eval'", "'unsafe-inline'", "blob:", "data:", "*"} & set(policy["script-src"])
    assert policy["connect-src"] == ["'self'"]
    assert policy["object-src"] == ["'none'"]
    assert not any("http" in source or "*" in source for sources in policy.values() for source in sources)


@pytest.mark.parametrize(
    ("ancestors", "sources", "frame_options"),
    [
        ((), ["'none'"], "DENY"),
        (("'self'",), ["'self'"], "SAMEORIGIN"),
        (("https://moodle.example.org",), ["https://moodle.example.org"], None),
        (("'self'", "https://a.example"), ["'self'", "https://a.example"], None),
    ],
)
def test_the_two_headers_about_frames_never_contradict_each_other(ancestors, sources, frame_options):
    headers = security_headers(ancestors)
    assert directives(headers["content-security-policy"])["frame-ancestors"] == sources
    assert headers.get("x-frame-options") == frame_options


def test_a_header_that_the_app_set_itself_is_replaced(get):
    inner = PlainTextResponse("x", headers={"referrer-policy": "unsafe-url"})
    answer = get(SecurityHeaders(inner, {"referrer-policy": "no-referrer"}), "/")
    assert answer.headers.getlist("referrer-policy") == ["no-referrer"]


@pytest.mark.parametrize(
    "path", ["/", "/fine", "/_stcore/health", "/_stcore/metrics", "/no-such-file.js", "/favicon.png"]
)
def test_every_answer_of_the_server_has_the_headers(fetch, path):
    answer = fetch(path)
    for name, value in security_headers().items():
        assert answer.headers.getlist(name) == [value]
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
