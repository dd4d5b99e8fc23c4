// What a key means while a lesson is presented, and when it belongs to something else.

// What the bar says of them.
export const KEYS = [
  ["→, Page Down or Space", "Next step; after the last one the next lesson"],
  ["←, Page Up or Shift + Space", "Step before"],
  ["Home, End", "First step, last step"],
  ["↑, ↓", "Scroll"],
  ["C", "Show or hide the controls"],
  ["F", "Whole screen"],
  ["?", "Show or hide this list"],
  ["Escape or P", "Leave"],
];
const STEPS = {
  ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "back", PageUp: "back",
  ArrowDown: "down", ArrowUp: "up", Home: "first", End: "last",
  Escape: "escape", c: "controls", f: "screen", p: "leave", "?": "help",
};
const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]";
const TAKES_KEYS = `${TYPED}, [role=slider], [role=spinbutton], [role=combobox], [role=listbox], [role=textbox], .js-plotly-plot`;
const TAKES_ARROWS = "[type=radio], [role=radio], [role=tab], [role=menuitem], [role=option], [role=grid]";
const TAKES_SPACE = "button, a[href], summary, [type=checkbox], [role=button], [role=switch], [role=checkbox]";
const OPEN = "[role=dialog], [role=listbox], [role=menu], [data-testid=stPopoverBody]";

export function wish(event, presenting) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Through the shadow of a component, to what really has the focus.
  const focus = event.composedPath()[0];
  const inside = (selector) => focus instanceof Element && Boolean(focus.closest(selector));
  if (inside(TAKES_KEYS) && key !== "Escape") return null;
  if (!presenting) return key === "p" ? "present" : null;
  const found = STEPS[key];
  if (!found || (event.shiftKey && !" ?".includes(key))) return null;
  if (key === "Escape" && document.querySelector(OPEN)) return null;
  if (/^(Arrow|Home|End)/.test(key) && inside(TAKES_ARROWS)) return null;
  if (key === " ") return inside(`${TAKES_SPACE}, ${TAKES_ARROWS}`) ? null : event.shiftKey ? "back" : "next";
  return found;
}
