import asyncio
import json
import logging
import re

import pytest
import streamlit as st

from benchmarks.learner import Learner, PageError
from normlib.server import errors
from normlib.server.errors import NetworkErrors, error_id, error_text, show_script_error
from normlib.server.headers import SecurityHeaders


def raised(value: str) -> Exception:
    try:
        raise KeyError(value)
    except KeyError as error:
        return error


@pytest.fixture
def log(caplog, monkeypatch):
    # Streamlit's loggers keep their records to themselves.
    monkeypatch.setattr(errors._LOGGER, "propagate", True)
    caplog.set_level(logging.INFO)
    return caplog


def test_an_id_names_the_place_and_not_the_values():
    here, again = raised("a"), raised("b")
    assert error_id(here) == error_id(again)
    assert re.fullmatch("[0-9a-f]{8}", error_id(here))
    with pytest.raises(ValueError, match="x") as elsewhere:
        int("x")
    assert error_id(elsewhere.value) != error_id(here)


def test_a_learner_reads_the_id_and_the_log_has_it_once_with_the_traceback(site):
    async def meet() -> str:
        async with Learner(site.port, "broken") as learner:
            with pytest.raises(PageError) as caught:
                await learner.open()
            assert learner.texts[0] == "before the error"
            return str(caught.value)

    before = site.log()
    text = asyncio.run(meet())
    found = re.search(r"error id \*\*([0-9a-f]{8})\*\*", text)
    assert found is not None
    assert "value-of-the-moment" not in text
    assert "Reload the page" in text
    site.wait_for_log(f"Error {found[1]}")
    new = site.log()[len(before) :]
    assert new.count(found[1]) == 1
    assert new.count("KeyError: 'value-of-the-moment'") == 1
    assert 'broken.py", line 5' in new


def test_two_learners_who_meet_one_fault_report_one_id(site):
    async def meet() -> set[str]:
        found = set()
        for seed in range(2):
            async with Learner(site.port, "broken", seed=seed) as learner:
                with pytest.raises(PageError) as caught:
                    await learner.open()
                found.add(str(caught.value))
        return found

    assert len(asyncio.run(meet())) == 1


def test_other_pages_go_on_after_an_error(site):
    async def meet() -> list[str]:
        async with Learner(site.port, "broken") as learner:
            with pytest.raises(PageError):
                await learner.open()
        async with Learner(site.port) as learner:
            await learner.open()
            return learner.texts

    assert asyncio.run(meet()) == ["x is 3"]


def test_an_error_that_streamlit_did_not_log_is_logged_here(log, monkeypatch):
    shown = []
    monkeypatch.setattr(st, "error", shown.append)
    error = raised("values")
    assert show_script_error(error) is True
    assert error_id(error) in shown[0]
    assert f"Error {error_id(error)}" in log.text
    assert "KeyError: 'values'" in log.text


def test_the_text_offers_the_page_without_its_settings():
    text = error_text("0123abcd", "http://localhost:8501/min-max?x=1")
    assert "[open it with its default settings](/min-max)" in text
    assert "**0123abcd**" in text
    assert "the part after the ?" in error_text("0123abcd", None)
    # What a learner types into the address is not turned into markup.
    assert "](/a%29%5Bb%5D)" in error_text("0123abcd", "http://localhost/a)[b]")


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_a_failed_request_gets_an_id_and_the_security_headers(get, log, accept):
    async def fails(scope, receive, send):
        raise raised("not for the client")

    app = SecurityHeaders(NetworkErrors(fails), {"x-content-type-options": "nosniff"})
    answer = get(app, "/lab/plotly.js", {"accept": accept})
    assert answer.status == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    text = answer.body.decode()
    name = re.search("[0-9a-f]{8}", text)[0]
    assert "not for the client" not in text
    assert f"Error {name}. GET /lab/plotly.js failed." in log.text
    assert "KeyError: 'not for the client'" in log.text
    if accept == "application/json":
        assert json.loads(text)["id"] == name
        assert answer.headers["content-type"] == "application/json"
    else:
        assert answer.headers["content-type"].startswith("text/plain")


def test_half_an_answer_is_not_continued_with_words(get, log):
    async def fails(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise raised("late")

    with pytest.raises(KeyError, match="late"):
        get(NetworkErrors(fails), "/")
    assert "GET / failed." in log.text
