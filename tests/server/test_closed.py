import pytest

from normlib.server.closed import ClosedPaths, is_closed, streamlit_files


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/_stcore/agent",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
        "/fine/_stcore/agent/mcp",
        "/static/js/index.OldHash1.js",
        "/.env",
        "/wp-login.php",
        "/fine/config.toml",
    ],
)
def test_the_server_has_no_such_path(fetch, path, method):
    answer = fetch(path, method=method)
    assert (answer.status, answer.body) == (404, b"Not found.")


@pytest.mark.parametrize("path", ["/", "/fine", "/broken", "/no-such-page"])
def test_pages_open_by_address(fetch, path):
    answer = fetch(path)
    assert answer.status == 200
    assert b'<div id="root">' in answer.body


@pytest.mark.parametrize("path", ["/fine/extra", "/fine/extra/more"])
def test_an_address_below_a_page_leads_to_the_page(fetch, path):
    answer = fetch(path)
    assert (answer.status, answer.headers["location"]) == (307, "/fine")


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/favicon.png"])
def test_what_the_browser_needs_stays_open(fetch, path):
    answer = fetch(path)
    assert answer.status == 200
    assert b'<div id="root">' not in answer.body


def test_every_file_that_the_start_page_names_is_there(fetch):
    text = fetch("/").body.decode()
    named = {part.split('"')[0] for part in text.split('="./')[1:]}
    assert len(named) > 50
    # The description of the interface for programs is named there and closed on purpose.
    missing = {path for path in named if is_closed(f"/{path}", streamlit_files())}
    assert missing == {"_stcore/agent/openapi.json"}


def test_what_streamlit_makes_up_at_run_time_is_left_to_streamlit():
    for path in ("/media/1f3a.csv", "/_stcore/upload_file/a/b.csv", "/_stcore/bidi-components/x/y.js"):
        assert not is_closed(path)


def test_a_mount_does_not_open_what_is_closed(get, inner):
    app = ClosedPaths(inner, frozenset({"/favicon.png"}))
    assert get(app, "/lab/_stcore/metrics", root_path="/lab").status == 404
    assert get(app, "/proxy/prefix/_stcore/metrics").status == 404
    assert get(app, "/lab/favicon.png", root_path="/lab").body == b"came through"
