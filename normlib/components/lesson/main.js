// A step of a lesson takes the place of another one: the page goes back to its top, and the keyboard to the heading.

import { mendHistory } from "../normlib.chart/history.js";

mendHistory();

let last = null; // what was shown before, on which page
const follows = new WeakMap();

// The last part of an address of this app that a link in the text leads to, or "".
function inside(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return "";
  const link = event.target instanceof Element && event.target.closest("[data-testid=stMarkdownContainer] a[href]");
  if (!link || link.origin !== window.location.origin || link.getAttribute("href").startsWith("#")) return "";
  return link.pathname.split("/").pop();
}

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.host ?? parentElement;
  const follow = (event) => {
    const to = inside(event);
    if (!to) return;
    event.preventDefault();
    setTriggerValue("to", to);
  };
  const lesson = host.closest(".st-key-lesson");
  follows.get(host)?.();
  lesson?.addEventListener("click", follow);
  follows.set(host, () => lesson?.removeEventListener("click", follow));
  const frame = arrive(data);
  return () => {
    cancelAnimationFrame(frame);
    follows.get(host)?.();
  };
}

function arrive(data) {
  const before = last;
  last = { page: location.pathname, place: data.place };
  if (before?.page !== last.page || before.place === last.place) return 0;
  // The heading of the new step comes with the same message, but may be drawn after this.
  return requestAnimationFrame(() => {
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0, behavior: "instant" });
    const heading = document.querySelector(data.heading);
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });
}
