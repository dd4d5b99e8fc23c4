"""What is kept, on both databases."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from normlib.store.errors import RefusedError, StoreError
from normlib.store.events import Answered, Done, Visited
from normlib.store.identity import new_id
from normlib.store.progress import Given, LessonProgress, Place, Step, add_all, latest_place
from normlib.store.statements import ANSWERS, LEARNERS, STEPS
from normlib.store.store import MOST_ROWS, exported

NOON = 1_790_000_000_000


def answered(value, at, *, right=False, name="range", lesson="min-max", mark=None):
    marks = {} if mark is None else {"mark": mark}
    return Answered(lesson, name, json.dumps(value), right, NOON + at, **marks)


def rows(store, table):
    return store.database.run(lambda connection: connection.execute(select(table)).mappings().all())


def test_the_first_answer_stays_and_the_latest_moves(store, ada):
    store.write(ada, [answered(1, 0)])
    store.write(ada, [answered([2, "zwei"], 5), answered({"three": None}, 9, right=True)])
    answer = store.lesson(ada, "min-max").answers["range"]
    assert answer.first == Given(1, False, NOON)
    assert answer.latest == Given({"three": None}, True, NOON + 9)
    assert answer.attempts == 3
    assert store.lesson(ada, "other") == LessonProgress()
    assert store.lesson(new_id(), "min-max") == LessonProgress()


def test_steps_are_opened_and_finished_once(store, ada):
    store.write(
        ada,
        [
            Visited("a", "s0", 10),
            Visited("a", "s1", 20),
            Done("a", "s0", 25),
            Visited("a", "s0", 30),
            Done("a", "s0", 40),
        ],
    )
    kept = store.lesson(ada, "a")
    assert kept.steps == {"s0": Step(10, 25), "s1": Step(20, None)}
    assert kept.steps_done() == {"s0"}
    assert store.last(ada) == Place("a", "s0", 30)
    assert store.last(new_id()) is None


def test_sending_an_answer_twice_counts_once(store, ada):
    once = answered(1, 0)
    store.write(ada, [once])
    store.write(ada, [once])
    store.write(ada, [answered(2, 1), once])
    assert store.lesson(ada, "min-max").answers["range"].latest.value == 2
    store.write(ada, [answered(2, 2, mark="x"), answered(2, 2, mark="x")])
    assert store.lesson(ada, "min-max").answers["range"].attempts == 4


def test_the_order_of_arrival_does_not_matter(store):
    events = [
        answered(1, 0),
        answered(2, 5, right=True),
        Visited("min-max", "s3", NOON + 1),
        Done("min-max", "s3", NOON + 7),
    ]
    found = []
    for order in permutations(events):
        learner = new_id()
        store.write(learner, order)
        found.append(store.everything(learner))
    assert all(one == found[0] for one in found)
    assert found[0]["min-max"].answers["range"].first.value == 1


EVENTS = st.lists(
    st.one_of(
        st.builds(answered, st.integers(0, 3), st.integers(0, 5), right=st.booleans(), name=st.sampled_from("pq")),
        st.builds(Visited, st.sampled_from("ab"), st.sampled_from("stuv"), st.integers(0, 5)),
        st.builds(Done, st.sampled_from("ab"), st.sampled_from("stuv"), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.data())
def test_the_database_adds_up_as_the_pages_do(store, events, data):
    learner, lessons = new_id(), {}
    cut = data.draw(st.integers(0, len(events)))
    store.write(learner, events[:cut])
    store.write(learner, events[cut:])
    add_all(lessons, events)
    assert store.everything(learner) == lessons
    assert store.last(learner) == latest_place(None, events)


def test_nobody_can_be_found_by_the_database_alone(store, ada):
    store.write(ada, [Visited("min-max", "s0")])
    (learner,) = rows(store, LEARNERS)
    today = datetime.now(UTC).date()
    assert learner["key"] == sha256(ada.encode()).hexdigest()
    assert today - timedelta(days=1) <= learner["created"] == learner["seen"] <= today
    for table in (LEARNERS, STEPS, ANSWERS):
        assert ada not in str(rows(store, table))


def test_the_last_day_moves_and_the_first_stays(store, ada):
    store.write(ada, [Visited("a", "s0")])
    before = datetime.now(UTC).date() - timedelta(days=3)
    store.database.run(
        lambda connection: connection.execute(update(LEARNERS).values(created=before, seen=before)), write=True
    )
    store.write(ada, [Visited("a", "s1")])
    kept = store.export(ada)
    assert kept["first_day"] == before.isoformat()
    assert kept["latest_day"] >= (before + timedelta(days=3)).isoformat()


def test_an_export_is_json_that_a_person_can_read(store, ada):
    store.write(ada, [answered([1], 0), answered([2], 1000, right=True)])
    store.write(ada, [Visited("min-max", "what-stays", NOON), Visited("min-max", "a-limit", NOON + 1000)])
    kept = json.loads(json.dumps(store.export(ada)))
    assert kept["lessons"]["min-max"] == {
        "steps": [
            {"step": "what-stays", "opened": "2026-09-21T14:13:20+00:00", "finished": None},
            {"step": "a-limit", "opened": "2026-09-21T14:13:21+00:00", "finished": None},
        ],
        "answers": {
            "range": {
                "first": {"value": [1], "right": False, "time": "2026-09-21T14:13:20+00:00"},
                "latest": {"value": [2], "right": True, "time": "2026-09-21T14:13:21+00:00"},
                "attempts": 2,
            }
        },
    }
    assert kept["lessons"] == exported(store.everything(ada))
    assert store.export(new_id()) == {"lessons": {}}


def test_delete_takes_everything_of_one_learner_and_nothing_of_others(store, ada):
    other = new_id()
    for learner in (ada, other):
        store.write(learner, [answered(1, 0), Visited("min-max", "s0")])
    assert store.delete(ada)
    assert not store.delete(ada)
    assert store.everything(ada) == {}
    assert store.last(ada) is None
    assert len(store.everything(other)["min-max"].answers) == 1
    assert [len(rows(store, table)) for table in (LEARNERS, STEPS, ANSWERS)] == [1, 1, 1]
    store.write(ada, [Visited("a", "s0")])
    assert set(store.everything(ada)) == {"a"}


def test_those_who_do_not_come_back_are_forgotten(store, ada):
    other = new_id()
    for learner in (ada, other):
        store.write(learner, [Visited("a", "s0")])
    store.database.run(
        lambda connection: connection.execute(
            update(LEARNERS)
            .where(LEARNERS.c.key == sha256(ada.encode()).hexdigest())
            .values(seen=datetime.now(UTC).date() - timedelta(days=31))
        ),
        write=True,
    )
    assert store.forget_older_than(40) == 0
    assert store.forget_older_than(30) == 1
    assert store.everything(ada) == {}
    assert set(store.everything(other)) == {"a"}
    assert len(rows(store, STEPS)) == 1
    with pytest.raises(ValueError, match="days=0"):
        store.forget_older_than(0)


def test_there_is_room_for_so_many_rows_and_no_more(store, ada):
    store.write(ada, [answered(1, 0)])
    (learner,) = rows(store, LEARNERS)
    steps = [
        {"learner": learner["id"], "lesson": f"lesson {at // 1000}", "name": f"s{at % 1000}", "seen": NOON}
        for at in range(MOST_ROWS - 1)
    ]
    store.database.run(lambda connection: connection.execute(insert(STEPS), steps), write=True)
    with pytest.raises(RefusedError, match="5,000 steps and answers"):
        store.write(ada, [answered(1, 0, name="one more"), answered(5, 5)])
    store.write(ada, [answered(2, 1), Visited("lesson 0", "s0")])
    answers = store.lesson(ada, "min-max").answers
    assert set(answers) == {"range"}
    assert answers["range"].latest.value == 2
    assert answers["range"].attempts == 2


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Answered.of("a", "b", "x" * 1999, right=True), "“b” takes 2,001 bytes, and 2,000"),
        (lambda: Answered.of("a", "b", float("nan"), right=True), "cannot be written down"),
        (lambda: Answered.of("a", "b", {1, 2}, right=True), "set is not JSON serializable"),
        (lambda: Answered.of("a", "b" * 121, 1, right=True), "question has 1 to 120 characters, and this one has 121"),
        (lambda: Visited("", "s1"), "lesson has 1 to 120 characters, and this one has 0"),
        (lambda: Visited("a\x00", "s1"), r"a\\x00"),
        (lambda: Visited("\ud800", "s1"), r"\\ud800"),
        (lambda: Done("a", "s" * 121), "step has 1 to 120 characters, and this one has 121"),
        (lambda: Visited("a", ""), "step has 1 to 120 characters, and this one has 0"),
        (lambda: Visited("a", "s\n"), r"name of a step holds characters that cannot be shown: 's\\n'"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_value(make, said):
    with pytest.raises(RefusedError, match=said):
        make()


def test_the_longest_that_is_allowed_is_kept_to_the_letter(store, ada):
    # Eight letters that take no more room in the database than others, and one that takes four bytes there.
    lesson, name, value = "ä" * 120, "😀" * 120, "\x00'\"\\%\n" + "x" * 1900
    store.write(ada, [Answered.of(lesson, name, value, right=True)])
    assert store.lesson(ada, lesson).answers[name].first.value == value


@pytest.mark.parametrize("learner", ["", "ada", "0" * 31, "0" * 33, "g" * 32, "0" * 31 + "\n"])
def test_only_ids_name_learners(store, learner):
    with pytest.raises(ValueError, match=f"this text of {len(learner)} characters"):
        store.write(learner, [Visited("a", "s0")])


def test_two_tabs_at_once_lose_and_double_nothing(address, open_store, ada):
    # Two stores are two processes with connections of their own; both have to make the tables, too.
    each, problems = 40, []
    start = threading.Barrier(4)

    def write(store, events):
        # As the pages do: what a busy database refused whole is sent again.
        until = time.monotonic() + 60
        while True:
            try:
                return store.write(ada, events)
            except StoreError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def tab(store, number):
        try:
            start.wait()
            for at in range(each):
                event = answered(number, at * 4 + number)
                opened = Visited("min-max", f"s{at}", NOON + at * 4 + number)
                write(store, [event, opened, answered(1, at, name=f"{at}")])
        except StoreError as error:
            problems.append(error)

    stores = [open_store(address) for _ in range(2)]
    tabs = [threading.Thread(target=tab, args=(stores[number % 2], number)) for number in range(4)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert problems == []
    kept = stores[0].lesson(ada, "min-max")
    assert kept.answers["range"].attempts == 4 * each
    assert kept.answers["range"].first.value == 0
    assert kept.answers["range"].latest.value == 3
    assert {name: kept.answers[name].attempts for name in map(str, range(each))} == dict.fromkeys(
        map(str, range(each)), 4
    )
    assert set(kept.steps) == {f"s{at}" for at in range(each)}
    assert stores[1].last(ada) == Place("min-max", f"s{each - 1}", NOON + (each - 1) * 4 + 3)
    assert len(rows(stores[0], LEARNERS)) == 1


def test_reads_that_run_beside_writes_see_whole_answers(store, ada):
    stop, problems = threading.Event(), []

    def write():
        for at in range(150):
            store.write(ada, [answered(at, at, name="p"), answered(at, at, name="q")])
        stop.set()

    def read():
        while not stop.is_set():
            kept = store.lesson(ada, "min-max").answers
            if kept and kept["p"].latest != kept["q"].latest:
                problems.append(kept)

    both = [threading.Thread(target=write), threading.Thread(target=read)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert problems == []
    assert store.lesson(ada, "min-max").answers["q"].attempts == 150
