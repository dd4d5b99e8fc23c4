"""Links as nobody would hand them out: every parameter that a page knows, and values that it does not."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Final

from pages.catalogue import LABORATORIES
from pages.course.laboratories import controls_of
from pages.parts.control_kinds import Choice, Number, Several
from tests.abuse.opening import addresses

HUGE: Final = 100_000

# fmt: off
NUMBERS: Final = (
    "0", "-0", "1", "-1", "2", "1e0", "1e-320", "1e308", "1e309", "-1e999", "9" * 400, "0." + "0" * 400 + "1", "nan",
    "NaN", "-nan", "inf", "Infinity", "-inf", "0x1f", "1_000", "1,000", "1.5", "1,5", "½", "٣", "１２", "²", "−3", "1e",
    "+", "--1", "1 2",
)
WORDS: Final = (
    "", " ", "\t\n", "true", "TRUE", "False", "on", "null", "None", "undefined", "[object Object]", "NaN,NaN", "Wine",
    "wine", "Your own CSV", "all", "ALL", "all,all", "data", "learner", "instructor", "print", "print ",
    "../../etc/passwd", "%2e%2e%2f", "C:\\Windows\\win.ini", "file:///etc/passwd", "http://169.254.169.254/",
    "//example.org", "javascript:alert(1)",
)
CODE: Final = (
    "' OR 1=1 --", "'; DROP TABLE normlab_answers; --", "\" UNION SELECT NULL --", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "</style><svg onload=alert(1)>", "{{7*7}}", "${jndi:ldap://a}", "$(reboot)",
    "`id`", "; ls |", "__import__('os').system('id')", "%s%s%s%n", "{0.__class__}", "[x](javascript:alert(1))",
    "![x](https://example.org/x.png)", ":material/home:", ":red[x]", "$\\def\\x{\\x\\x}\\x$", "```\n",
    "| a |\n|--|\n", "# x", "* * *", "\\", "\r\nSet-Cookie: a=b",
)
SIGNS: Final = (
    "\x00", "a\x00b", "\x07\x1b[31m", "\x7f\x85\x9f", "\u202eabc", "\u2066abc\u2069", "\u200b\u200d\ufeff",
    "\u2028\u2029", "é\u0301" * 30, "Z" + "\u0335\u0336\u0337" * 200, "👩‍👩‍👧‍👦" * 20, "\U000e0041" * 50,
    "\uffff\ufffe", "\U0010ffff", "日本語", "עברית", "ŞİŞ", "ß", "ﬃ",
)
LARGE: Final = (
    "x" * HUGE, "9" * HUGE, "," * HUGE, "a," * (HUGE // 2), "[" * HUGE, "\u202e" * (HUGE // 3), "<b>" * (HUGE // 3),
    "*" * HUGE,
)
NAMES: Final = (
    "lock", "view", "present", "step", "q", "term", "find", "embed", "embed_options", "v", "utm_source", "", " ",
    "a b", "a&b=c", "a[]", "__proto__", "constructor", "data", "mm", "mm_", "_", "é", "\u202e", "\x00", "lock ",
    "LOCK", "x" * 5_000,
)
# fmt: on
ELSEWHERE: Final = {
    "step": tuple(map(str, range(12))),
    "view": ("learner", "instructor", "print"),
    "present": ("1",),
    "term": ("batch", "Layer normalization"),
    "q": ("mean", "batch size"),
}
"""What pages take that have no table of controls."""
TYPED: Final = (*NUMBERS, *WORDS, *CODE, *SIGNS)


@cache
def parameters(address: str) -> tuple[str, ...]:
    """Return what the page at an address takes from it, the places of its components and its runs included."""
    if address not in LABORATORIES:
        return ("step", "view", "present", "lock") if address.startswith("lesson-") else ("q", "term", "find")
    controls = controls_of(address)
    own = [controls.key(name) for name in controls.table]
    return (*own, *(controls.key(name) for name in ("run", "step", "at", "tabs", "reset", "chart", "upload")))


def link(rng: Random) -> tuple[str, dict[str, str | list[str]]]:
    """Return an address and parameters for it, each with one value or several."""
    address = rng.choice(addresses())
    found: dict[str, str | list[str]] = {}
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8, 40))):
        name = _name(address, rng)
        found[name] = _values(address, name, rng)
    return address, found


def _name(address: str, rng: Random) -> str:
    kind = rng.random()
    if kind < 0.65:
        return rng.choice(parameters(address))
    if kind < 0.75:
        return rng.choice(parameters(rng.choice(addresses())))
    return rng.choice(NAMES)


def _values(address: str, name: str, rng: Random) -> str | list[str]:
    if rng.random() < 0.85:
        return _value(address, name, rng)
    return [_value(address, name, rng) for _ in range(rng.choice((2, 3, 30)))]


def _value(address: str, name: str, rng: Random) -> str:
    kind = rng.random()
    if kind < 0.3 and (usable := _usable(address, name, rng)):
        return _changed(usable, rng) if kind < 0.1 else usable
    if kind < 0.33:
        return rng.choice(LARGE)
    if name == "lock" and kind < 0.7:
        return _locks(address, rng)
    if kind < 0.9:
        return rng.choice(TYPED)
    return "".join(rng.choice(TYPED) for _ in range(rng.randrange(2, 6)))


def _usable(address: str, name: str, rng: Random) -> str:
    """Return what a control takes, or takes with other settings; nothing where there is no such control."""
    if name in ELSEWHERE:
        return rng.choice(ELSEWHERE[name])
    if name == "lock":
        return _locks(address, rng)
    controls = controls_of(address) if address in LABORATORIES else None
    control = controls.table.get(name.removeprefix(f"{controls.prefix}_")) if controls else None
    if isinstance(control, Choice | Several):
        return rng.choice(control.options or WORDS)
    if isinstance(control, Number):
        return repr(rng.uniform(control.low - control.step, control.high + control.step))
    return rng.choice(("1.1.1.1", "2.3.4.1", "999999.1.1.1", "0", "1", "true", "false"))


def _locks(address: str, rng: Random) -> str:
    names = [name for one in (address, rng.choice(addresses())) for name in parameters(one)]
    short = [name.partition("_")[2] or name for name in names]
    return ",".join(rng.choice([*short, "all", "", *WORDS, *CODE]) for _ in range(rng.randrange(1, 12)))


def _changed(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    longer = text[:at] + rng.choice(SIGNS) + text[at:]
    return rng.choice((text.upper(), text[:at], longer, f" {text} ", f"{text},{text}"))
