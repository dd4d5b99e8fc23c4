// Lets Back return to a page with its settings.
//
// When a learner leaves /a?x=5 for /b, Streamlit first pushes /a, because the settings of the page that is
// left are gone, and some milliseconds later /b. Back then lands on the bare /a, where all controls stand at
// their defaults. Here the second push takes the place of the first, so Back finds /a?x=5, from which
// Streamlit itself restores the controls. Nothing is held back or dropped: the address is always the one that
// Streamlit last asked for.
//
// A push of the bare address can also be the learner's own step, as when all controls are reset. Then a key
// or a click comes before the next page, and the entry stays.

const MARK = Symbol.for("normlab.history");
const INPUTS = ["pointerdown", "mousedown", "keydown", "click", "touchstart"];

export function mendHistory(view = window) {
  if (view[MARK]) return;
  view[MARK] = true;
  const { history, location } = view;
  const push = history.pushState;
  let bare = false; // the present entry is a bare address that nobody has acted on
  const forget = () => (bare = false);
  for (const input of INPUTS) view.addEventListener(input, forget, { capture: true, passive: true });
  view.addEventListener("popstate", forget);
  history.pushState = function (state, unused, url) {
    const next = new URL(url ?? location.href, location.href);
    const here = next.origin === location.origin && next.pathname === location.pathname;
    if (bare && !here) {
      bare = false;
      return history.replaceState(state, unused, url);
    }
    bare = here && next.search.length < location.search.length;
    return push.call(this, state, unused, url);
  };
}
