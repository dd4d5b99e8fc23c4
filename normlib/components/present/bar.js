// The button that begins, and the small bar that a presenter without a keyboard goes by.

import { KEYS } from "./keys.js";

const QUIET = 2000; // ms without pointer and keyboard, after which the bar fades
const STIRS = ["pointermove", "pointerdown", "keydown"];

export class Bar {
  constructor(parent, act) {
    this.root = make("div", "nl-present", parent);
    this.begin = button("Present", "One step at a time on the whole screen (key P)", act.begin, this.root);
    this.begin.className = "nl-present-begin";
    this.bar = make("div", "nl-present-bar", this.root);
    this.bar.setAttribute("role", "group");
    this.bar.setAttribute("aria-label", "Presenting");
    this.keys = keys(this.bar);
    this.back = button("←", "Back (arrow left or page up)", act.back, this.bar);
    this.place = make("span", "nl-present-place", this.bar);
    this.next = button("→", "Next (arrow right, page down or space)", act.next, this.bar);
    this.controls = button("Controls", "Show or hide the controls (key C)", act.controls, this.bar);
    this.pressed(false);
    this.help = button("?", "Keys (key ?)", act.help, this.bar);
    this.help.setAttribute("aria-controls", this.keys.id);
    this.open(false);
    button("Leave", "Leave (Escape or key P)", act.leave, this.bar);
    this.status = make("div", "nl-present-status", this.root);
    this.status.setAttribute("role", "status");
    this.onStir = () => this.stir();
    for (const one of STIRS) window.addEventListener(one, this.onStir, { capture: true, passive: true });
    this.stir();
  }

  say({ step, steps, title, following }, on) {
    const last = step === steps;
    if (!on) this.open(false);
    this.begin.hidden = on;
    this.bar.hidden = !on;
    this.place.textContent = `${step} / ${steps}${last && !following ? " · End" : ""}`;
    label(
      this.next,
      last && following ? "Next lesson →" : "→",
      last && following ? `Next lesson: ${following}` : "Next (arrow right, page down or space)",
    );
    // A disabled button would drop the focus of whoever has just pressed it.
    this.back.setAttribute("aria-disabled", String(step === 1));
    this.next.setAttribute("aria-disabled", String(last && !following));
    const said = on ? `Step ${step} of ${steps}: ${title}` : "";
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  pressed(on) {
    this.controls.setAttribute("aria-pressed", String(on));
  }

  // The focus stays where it is, so the list is also read out.
  open(on) {
    this.keys.hidden = !on;
    this.help.setAttribute("aria-expanded", String(on));
    if (on) this.status.textContent = KEYS.map(([key, does]) => `${key}: ${does}`).join(". ");
  }

  get opened() {
    return !this.keys.hidden;
  }

  stir() {
    this.bar.classList.remove("nl-quiet");
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.bar.classList.add("nl-quiet"), QUIET);
  }

  dispose() {
    clearTimeout(this.quiet);
    for (const one of STIRS) window.removeEventListener(one, this.onStir, { capture: true });
    this.root.remove();
  }
}

function make(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  parent.append(node);
  return node;
}

function button(text, title, press, parent) {
  const node = make("button", "", parent);
  node.type = "button";
  label(node, text, title);
  node.addEventListener("click", press);
  return node;
}

function label(node, text, title) {
  node.textContent = text;
  node.title = title;
  if (text.length === 1) node.setAttribute("aria-label", title.split(" ")[0]);
  else node.removeAttribute("aria-label");
}

function keys(parent) {
  const list = make("dl", "nl-present-keys", parent);
  list.id = "nl-present-keys";
  for (const [key, does] of KEYS) {
    make("dt", "", list).textContent = key;
    make("dd", "", list).textContent = does;
  }
  return list;
}
