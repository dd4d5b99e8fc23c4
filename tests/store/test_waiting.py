"""What waits for the database: in order, once, and not without end."""

import threading

from normlib.store.events import Visited
from normlib.store.waiting import MOST, Waiting


def events(lesson, many, begin=0):
    return [Visited(lesson, f"s{at}", at) for at in range(begin, begin + many)]


def test_what_was_put_comes_back_in_order_and_once():
    waiting = Waiting()
    waiting.put("ada", events("a", 3))
    waiting.put("ada", events("a", 2, begin=3))
    waiting.put("bob", events("b", 1))
    assert waiting.of("ada") == waiting.of("ada") == events("a", 5)
    assert waiting.take("ada") == events("a", 5)
    assert waiting.take("ada") == waiting.of("ada") == waiting.of("nobody") == []
    assert waiting.take("bob") == events("b", 1)


def test_of_one_learner_the_latest_are_kept():
    waiting = Waiting()
    waiting.put("ada", events("a", MOST - 1))
    waiting.put("ada", events("a", 3, begin=MOST - 1))
    assert waiting.of("ada") == events("a", MOST, begin=2)


def test_of_many_learners_those_stay_who_came_last():
    waiting = Waiting(most_in_all=10)
    for name in "abcd":
        waiting.put(name, events(name, 3))
    waiting.put("b", events("b", 1, begin=3))
    assert [len(waiting.of(name)) for name in "abcd"] == [0, 4, 3, 3]
    waiting.put("e", events("e", 1))
    assert [len(waiting.of(name)) for name in "abcde"] == [0, 4, 0, 3, 1]


def test_two_tabs_lose_and_double_nothing():
    waiting, taken = Waiting(), []

    def tab(number):
        for at in range(200):
            waiting.put("ada", events(f"{number}", 1, begin=at))
            taken.extend(waiting.take("ada"))

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(4)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    taken += waiting.take("ada")
    assert sorted((one.lesson, one.at) for one in taken) == [
        (f"{number}", at) for number in range(4) for at in range(200)
    ]
