import asyncio
import gzip
import threading

import pytest

from normlib.components.plotly_asset import PLOTLY_URL, plotly_file
from normlib.server import compressed
from normlib.server.compressed import CompressedFiles, compressible_files

GZIP = {"accept-encoding": "gzip, deflate"}


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "chunk.js"
    file.write_text("export const answer = 42;\n" * 1000)
    return file


@pytest.fixture
def app(inner, script):
    return CompressedFiles(inner, {"/static/js/chunk.AbCd_-12.js": script, "/static/plain.js": script})


HASHED = "/static/js/chunk.AbCd_-12.js"


def test_what_arrives_is_the_file(app, get, script):
    answer = get(app, HASHED, GZIP)
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == script.read_bytes()
    assert int(answer.headers["content-length"]) == len(answer.body) < 1000
    assert "javascript" in answer.headers["content-type"]


def test_a_browser_on_a_safe_connection_gets_the_smaller_form(app, get, script):
    brotli = pytest.importorskip("brotli")
    answer = get(app, HASHED, {"accept-encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["content-encoding"] == "br"
    assert brotli.decompress(answer.body) == script.read_bytes()
    tags = {get(app, HASHED, headers).headers["etag"] for headers in (GZIP, {}, {"accept-encoding": "br"})}
    assert len(tags) == 3


def test_a_client_without_gzip_gets_the_file_itself(app, get, script):
    for headers in ({}, {"accept-encoding": "zstd"}, {"accept-encoding": "gzip;q=0"}):
        answer = get(app, HASHED, headers)
        assert "content-encoding" not in answer.headers
        assert answer.body == script.read_bytes()
        assert answer.headers["vary"] == "Accept-Encoding"


def test_a_name_with_a_hash_is_kept_for_good_and_another_is_asked_for_again(app, get):
    assert get(app, HASHED, GZIP).headers["cache-control"] == "public, immutable, max-age=31536000"
    assert get(app, "/static/plain.js", GZIP).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("headers", [GZIP, {}])
def test_the_same_tag_again_means_not_modified(app, get, headers):
    first = get(app, HASHED, headers)
    tag = first.headers["etag"]
    for condition in (tag, f'"other", W/{tag}'):
        again = get(app, HASHED, {**headers, "if-none-match": condition})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["vary"] == "Accept-Encoding"
    assert get(app, HASHED, {**headers, "if-none-match": '"other"'}).status == 200


def test_the_two_forms_of_a_file_have_two_tags(app, get):
    assert get(app, HASHED, GZIP).headers["etag"] != get(app, HASHED).headers["etag"]


def test_a_range_is_cut_from_the_file_itself(app, get, script):
    answer = get(app, HASHED, {**GZIP, "range": "bytes=7-11"})
    assert answer.status == 206
    assert "content-encoding" not in answer.headers
    assert answer.body == script.read_bytes()[7:12]


def test_only_reading_is_answered_here(app, get):
    assert get(app, HASHED, GZIP, "POST").body == b"came through"
    assert get(app, "/static/js/other.js", GZIP).body == b"came through"
    assert get(app, "/static/js/../chunk.AbCd_-12.js", GZIP).body == b"came through"


def test_the_prefix_of_a_mount_does_not_hide_the_files(app, get):
    answer = get(app, f"/lab{HASHED}", GZIP, root_path="/lab")
    assert answer.headers["content-encoding"] == "gzip"


def test_many_clients_at_once_cost_one_compression_outside_the_event_loop(app, ask_app, monkeypatch):
    threads = []
    compress = gzip.compress

    def counting(*args, **kwargs):
        threads.append(threading.current_thread())
        return compress(*args, **kwargs)

    monkeypatch.setattr(compressed.gzip, "compress", counting)

    async def many():
        answers = await asyncio.gather(*(ask_app(app, HASHED, GZIP) for _ in range(20)))
        answers.append(await ask_app(app, HASHED, GZIP))
        return answers

    bodies = {answer.body for answer in asyncio.run(many())}
    assert len(bodies) == 1
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_a_client_that_leaves_does_not_take_the_file_from_the_others(app, ask_app, script):
    async def leave_and_stay():
        leaving = asyncio.create_task(ask_app(app, HASHED, GZIP))
        staying = asyncio.create_task(ask_app(app, HASHED, GZIP))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert gzip.decompress(asyncio.run(leave_and_stay()).body) == script.read_bytes()


def test_a_file_that_was_missing_once_is_found_again(app, ask_app, script):
    content = script.read_bytes()
    script.unlink()

    async def twice():
        with pytest.raises(FileNotFoundError):
            await ask_app(app, HASHED, GZIP)
        script.write_bytes(content)
        return await ask_app(app, HASHED, GZIP)

    assert gzip.decompress(asyncio.run(twice()).body) == content


@pytest.mark.parametrize("encoding", list(compressed.ENCODINGS))
def test_all_scripts_of_streamlit_come_back_whole(inner, ask_app, encoding):
    files = compressible_files()
    app = CompressedFiles(inner, files)
    decompress = gzip.decompress if encoding == "gzip" else pytest.importorskip("brotli").decompress

    async def fetch_all():
        return {path: await ask_app(app, path, {"accept-encoding": encoding}) for path in files}

    answers = asyncio.run(fetch_all())
    assert len(answers) > 300
    assert {answer.headers["content-encoding"] for answer in answers.values()} == {encoding}
    assert [path for path in files if decompress(answers[path].body) != files[path].read_bytes()] == []
    assert [path for path in files if "immutable" not in answers[path].headers["cache-control"]] == []
    # What the docstring promises about memory.
    assert sum(len(answer.body) for answer in answers.values()) < 9_000_000


def test_the_server_sends_plotly_compressed_and_the_browser_may_keep_it(fetch):
    answer = fetch(PLOTLY_URL, GZIP)
    assert gzip.decompress(answer.body) == plotly_file().read_bytes()
    assert len(answer.body) < 1_600_000
    assert "immutable" in answer.headers["cache-control"]
    head = fetch(PLOTLY_URL, GZIP, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) == len(answer.body)
    again = fetch(PLOTLY_URL, {**GZIP, "if-none-match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
