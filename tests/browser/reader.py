"""A page as somebody meets it who has a keyboard and a screen reader: its stops, their names, and what is said."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import poll, rest

# Through the shadow of a component to what really has the focus.
DEEP = """(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
})()"""
# How the element and what surrounds it look; a ring may be drawn around a whole field or the word beside a box.
LOOKS = """node => {
  const looks = [];
  for (let at = node; at instanceof Element && looks.length < 6; at = at.parentElement ?? at.getRootNode().host) {
    const style = getComputedStyle(at);
    looks.push(style.outlineStyle === 'none' ? '' : style.outline, style.boxShadow, style.borderColor);
  }
  return looks.join();
}"""
SEEN = f"""async () => {{
  const looks = {LOOKS};
  const node = {DEEP};
  const focused = looks(node);
  node.blur();
  const end = performance.now() + 5000;
  while (looks(node) === focused && performance.now() < end) await new Promise(requestAnimationFrame);
  const seen = looks(node) !== focused;
  node.focus({{preventScroll: true}});
  return seen;
}}"""


@dataclass(frozen=True)
class Stop:
    """What has the focus, as assistive technology is told of it."""

    role: str
    name: str
    description: str


class Reader:
    """Drives a page by keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Accessibility.enable")

    @property
    def stop(self) -> Stop:
        """What has the focus."""
        found = self._session.send("Runtime.evaluate", {"expression": DEEP})["result"]
        about = {"objectId": found["objectId"], "fetchRelatives": False}
        node = self._session.send("Accessibility.getPartialAXTree", about)["nodes"][0]
        return Stop(*(str(node.get(part, {}).get("value") or "") for part in ("role", "name", "description")))

    @property
    def is_nowhere(self) -> bool:
        """Whether nothing on the page has the focus."""
        return bool(self.page.evaluate("() => document.activeElement === document.body"))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, name: str, *, role: str = "", most: int = 90) -> Stop:
        """Press Tab until something with this name has the focus."""
        last = Stop("", "", "")
        for _ in range(most):
            self.press("Tab")
            last = self.stop
            if name in last.name and role in last.role:
                return last
        raise AssertionError(f"{most} presses of Tab do not reach “{name}”; the last stop is {last}")

    def skip(self) -> None:
        """Go to the contents of the page, as a reader does."""
        self.page.locator("[data-testid=stMain]").focus()

    def stops(self, *, most: int = 120) -> list[tuple[Stop, bool]]:
        """Press Tab to the end of the page; return each stop, and whether it can be seen to be one."""
        found = []
        for _ in range(most):
            self.press("Tab")
            if self.is_nowhere:
                return found
            found.append((self.stop, bool(self.page.evaluate(SEEN))))
        raise AssertionError(f"{most} presses of Tab do not lead through the page: a trap at {found[-1][0]}")

    def title(self, text: str) -> None:
        """Wait until the page has this title, and the focus is on it."""
        poll(
            self.page,
            "text => document.querySelector('[data-testid=stMain] h1')?.innerText.trim() === text"
            " && document.activeElement.matches('h1')",
            text,
            seconds=30,
        )
        rest(self.page)

    def says(self, part: str, *, seconds: float = 20) -> None:
        """Wait until a live region says something with this in it."""
        poll(
            self.page,
            "part => [...document.querySelectorAll('[role=status], [role=alert]')]"
            ".some(one => one.textContent.includes(part))",
            part,
            seconds=seconds,
        )
