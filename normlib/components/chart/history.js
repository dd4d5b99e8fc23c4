// Keeps the browser's history to what the reader did: one entry for each page, and for each step of a lesson, with its
// settings.
//
// When a reader leaves /a?x=5 for /b, Streamlit first pushes /a with the settings taken out, or with those of the link,
// because the settings of the page that is left are gone, and some milliseconds later /b; and when the new page is
// there, /b once more with what its controls made of it. Back would land on one of those. Here a push that the reader
// has done nothing for takes the place of the one before. Nothing is held back or dropped: the address is always the
// one that Streamlit last asked for.
//
// A push of the same page can also be the reader's own step, as when all controls are reset. Then a key or a click
// comes before the next page, and the entry stays. In a lesson only another step is one.

const MARK = Symbol.for("normlab.history");
const INPUTS = ["pointerdown", "mousedown", "keydown", "click", "touchstart"];
const LESSON = /\/lesson-[^/]*$/;
const STEP = ["step", "view"];

export function mendHistory(view = window) {
  if (view[MARK]) return;
  view[MARK] = true;
  const { history, location } = view;
  const push = history.pushState;
  let acted = false; // whether the reader has done something since the last push
  let passing = false; // whether the present entry was pushed on the way to another page, as far as is known
  let left = null; // what the present entry held before a push took its place
  const forget = (own) => {
    acted = own;
    passing = false;
    left = null;
  };
  for (const input of INPUTS) view.addEventListener(input, () => forget(true), { capture: true, passive: true });
  view.addEventListener("popstate", () => forget(false));

  const isSameStep = (next) => LESSON.test(location.pathname) && STEP.every(
    (name) => next.searchParams.get(name) === new URLSearchParams(location.search).get(name),
  );

  history.pushState = function (state, unused, url) {
    const next = new URL(url ?? location.href, location.href);
    const own = acted;
    acted = false;
    if (next.origin === location.origin && next.pathname === location.pathname) {
      if (own && !isSameStep(next)) {
        passing = true;
        return push.call(this, state, unused, url);
      }
      if (own) left = location.href;
      return history.replaceState(state, unused, url);
    }
    const goesOn = passing && !own;
    if (left && !own) history.replaceState(history.state, "", left);
    forget(false);
    return goesOn ? history.replaceState(state, unused, url) : push.call(this, state, unused, url);
  };
}
