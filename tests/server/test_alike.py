import asyncio
from types import SimpleNamespace

import pytest
from streamlit.components.v2 import presentation
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime.pages_manager import PagesManager

from benchmarks.learner import Learner
from normlib.server import alike, component_state
from normlib.server.alike import AlikePages, populate_theme

SECTIONS = ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar", "theme.dark.sidebar")


@pytest.mark.parametrize("section", SECTIONS)
def test_the_theme_is_the_one_that_streamlit_would_send(section):
    theirs, ours, again = CustomThemeConfig(), CustomThemeConfig(), CustomThemeConfig()
    alike._POPULATE(theirs, section)
    populate_theme(ours, section)
    populate_theme(again, section)
    assert ours == again == theirs


def test_a_part_of_the_theme_without_settings_stays_out_of_the_message():
    whole = CustomThemeConfig()
    populate_theme(whole.sidebar, "theme.without_settings")
    populate_theme(whole.light, "theme.light")
    assert not whole.HasField("sidebar")
    assert whole.HasField("light")


def made(*names):
    return {f"hash of {name}": {"page_script_hash": f"hash of {name}", "url_pathname": name} for name in names}


def test_sessions_that_know_the_same_pages_share_one_list_and_others_have_their_own():
    one, two, three = (AlikePages("router.py") for _ in range(3))
    for manager, names in ((one, "ab"), (two, "ab"), (three, "abc")):
        manager.set_script_intent("hash of b", "")
        assert manager.set_pages_and_resolve(made(*names), "hash of a")["url_pathname"] == "b"
    assert one._pages is two._pages
    assert three.get_pages().keys() - two.get_pages().keys() == {"hash of c"}


def test_a_server_uses_them_and_still_names_its_pages(site):
    async def meet():
        async with Learner(site.port, "part") as learner:
            await learner.open()
            await learner.move("y")
            return learner.texts

    assert asyncio.run(meet())[-1].startswith("y is ")
    assert issubclass(AlikePages, PagesManager)


TRIGGERED = (
    None,
    [],
    [{"event": "release", "value": {"value": 2, "count": 1}}],
    [{"event": "a", "value": 1}, {"event": "a", "value": 2}, {"event": 3}, "no event", {"value": 4}],
    {"event": "stop", "value": True},
    {"step": "of another release of Streamlit"},
    "nothing that is known",
)


class Widgets(dict):
    """What a session knows of its widgets, as far as a presenter looks."""

    def __init__(self, value_type, **values):
        super().__init__(values)
        self.widget_metadata = {"events": SimpleNamespace(value_type=value_type)} if value_type else {}


@pytest.mark.parametrize("triggered", TRIGGERED)
@pytest.mark.parametrize("state", [{}, {"release": 5, "other": [1]}, None, "text"])
@pytest.mark.parametrize("value_type", ["json_trigger_value", "json_value", None])
def test_a_component_says_what_streamlit_would_say_for_it(value_type, state, triggered):
    session = SimpleNamespace(_new_widget_state=Widgets(value_type, events=triggered))
    theirs = presentation.make_bidi_component_presenter("events", "component", {"release"})(state, session)
    ours = component_state.presenter("events", "component", {"release"})(state, session)
    assert ours == theirs
    assert type(ours) in (dict, str, type(None))


def test_a_component_that_triggered_nothing_yet_says_its_state():
    session = SimpleNamespace(_new_widget_state=Widgets("json_trigger_value"))
    assert component_state.presenter("events")({"step": 3}, session) == {"step": 3}
