// Which of several ways is the present one, for those who hear the page: it is shown by weight and colour.

const path = (address) => address.replace(/\/$/, "");
const WAYS = [
  // The start page's link is empty, which a browser takes for the present address.
  [".st-key-menu a[href]", (link, home) => path(link.getAttribute("href") ? link.pathname : home) === path(location.pathname), "page"],
  [".st-key-lesson_steps button", (button) => Boolean(button.closest("[class*=_here]")), "step"],
  [".st-key-lesson_views button", (button) => Boolean(button.querySelector("strong")), "true"],
];
const DONE = ".st-key-lesson_steps button";

export function markWays(home) {
  for (const [ways, isHere, value] of WAYS) {
    for (const way of document.querySelectorAll(ways)) {
      if (isHere(way, home)) way.setAttribute("aria-current", value);
      else way.removeAttribute("aria-current");
    }
  }
  for (const step of document.querySelectorAll(DONE)) {
    if (step.querySelector("[data-testid=stIconMaterial]")) {
      step.setAttribute("aria-label", `${step.querySelector("[data-testid=stMarkdownContainer]")?.textContent}, finished`);
    } else step.removeAttribute("aria-label");
  }
}
