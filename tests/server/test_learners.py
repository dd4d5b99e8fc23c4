"""The cookie by which a browser finds its progress again."""

import re

import pytest
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response

from normlib.server.learners import LearnerCookie
from normlib.store.identity import COOKIE, new_id

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGE = HTMLResponse("<!doctype html>", headers={"cache-control": "no-cache"})
ID = "0123456789abcdef0123456789abcdef"


def cookies(answer):
    return answer.headers.getlist("set-cookie")


def test_a_browser_that_has_no_id_gets_one(get):
    first, second = (get(LearnerCookie(PAGE), "/min-max", BROWSER) for _ in range(2))
    (cookie,) = cookies(first)
    assert re.fullmatch(rf"{COOKIE}=[0-9a-f]{{32}}; Max-Age=34560000; Path=/; SameSite=Lax; HttpOnly", cookie)
    assert cookies(second) != cookies(first)
    assert first.body == b"<!doctype html>"


@pytest.mark.parametrize("held", [{}, {"cookie": f"{COOKIE}={ID}"}])
def test_an_answer_with_an_id_stays_out_of_shared_caches(get, held):
    assert get(LearnerCookie(PAGE), "/", {**BROWSER, **held}).headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "cookie", [f"{COOKIE}={ID}", f"_streamlit_xsrf=2|a|b; {COOKIE}={ID}; other=1", f"a=b;{COOKIE}={ID}"]
)
def test_a_browser_keeps_the_id_that_it_has_and_from_now_on_for_as_long_again(get, cookie):
    for page in (PAGE, Response(status_code=304)):
        (again,) = cookies(get(LearnerCookie(page), "/", {**BROWSER, "cookie": cookie}))
        assert again == f"{COOKIE}={ID}; Max-Age=34560000; Path=/; SameSite=Lax; HttpOnly"


@pytest.mark.parametrize(
    "cookie",
    [
        "a=b",
        f"{COOKIE}=",
        f"{COOKIE}=ada",
        f"{COOKIE}={ID}0",
        f"not_{COOKIE}={ID}",
        f"{COOKIE}={ID.upper()}",
        "\xff;;==",
    ],
)
def test_what_is_no_id_is_replaced(get, cookie):
    # Headers arrive as bytes; a browser may send any of them.
    (given,) = cookies(get(LearnerCookie(PAGE), "/", {**BROWSER, "cookie": cookie}))
    assert re.match(rf"{COOKIE}=[0-9a-f]{{32}}; ", given)
    assert ID not in given


@pytest.mark.parametrize(
    ("scope", "headers", "secure"),
    [
        ({"scheme": "https"}, {}, True),
        ({"scheme": "http"}, {}, False),
        ({"scheme": "http"}, {"x-forwarded-proto": "https"}, True),
        ({"scheme": "http"}, {"x-forwarded-proto": "HTTPS, http"}, True),
        ({"scheme": "http"}, {"x-forwarded-proto": "http, https"}, False),
    ],
)
def test_over_https_the_cookie_never_travels_without(get, scope, headers, secure):
    (cookie,) = cookies(get(LearnerCookie(PAGE), "/", {**BROWSER, **headers}, **scope))
    assert cookie.endswith("; Secure") is secure


@pytest.mark.parametrize(
    ("app", "headers", "method"),
    [
        (PAGE, {"accept": "*/*"}, "GET"),
        (PAGE, {}, "GET"),
        (PAGE, BROWSER, "HEAD"),
        (PAGE, BROWSER, "POST"),
        (JSONResponse({}), BROWSER, "GET"),
        (PlainTextResponse("Not found.", 404), BROWSER, "GET"),
        (FileResponse(__file__, media_type="text/javascript"), BROWSER, "GET"),
    ],
)
@pytest.mark.parametrize("held", [{}, {"cookie": f"{COOKIE}={ID}"}])
def test_nobody_else_gets_one(get, app, headers, method, held):
    answer = get(LearnerCookie(app), "/", {**headers, **held}, method)
    assert answer.status == app.status_code
    assert cookies(answer) == []


def test_a_page_that_the_browser_has_already_brings_an_id_too(get):
    assert len(cookies(get(LearnerCookie(Response(status_code=304)), "/", BROWSER))) == 1


def test_other_cookies_stay(get):
    page = HTMLResponse("")
    page.set_cookie("_streamlit_xsrf", "token")
    assert len(cookies(get(LearnerCookie(page), "/", BROWSER))) == 2


def test_the_real_server_gives_an_id_with_a_page_and_with_nothing_else(fetch):
    (given,) = [one for one in cookies(fetch("/broken", BROWSER)) if one.startswith(COOKIE)]
    held = given.partition(";")[0]
    assert [one for one in cookies(fetch("/broken", {**BROWSER, "cookie": held})) if one.startswith(COOKIE)] == [given]
    for path in ("/_stcore/health", "/_stcore/host-config", "/favicon.png", "/.env"):
        assert not [one for one in cookies(fetch(path, {"accept": "*/*"})) if one.startswith(COOKIE)], path


def test_ids_are_not_alike():
    assert len({new_id() for _ in range(1000)}) == 1000
