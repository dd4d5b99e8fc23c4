// Presenting a lesson. The mark on the root element outlives the runs of the page, which draw everything else anew.

import { Bar } from "./bar.js";
import { wish } from "./keys.js";
import { Screen } from "./screen.js";

const SETTLE = 60; // ms; somebody who presses thrice wants the third step, not all of them
const GONE = 2000; // ms in which the next lesson may take the place of this one

const screen = new Screen();
const shown = new WeakMap();
let leaving;

class Presenter {
  constructor(parent) {
    this.bar = new Bar(parent, {
      begin: () => this.begin(true),
      back: () => this.go(-1),
      next: () => this.go(1),
      controls: () => this.controls(),
      leave: () => this.leave(),
    });
    this.onKey = (event) => this.key(event);
    this.onScreen = () => screen.left() && this.leave();
    // Before the page's own shortcuts and whatever has the focus.
    window.addEventListener("keydown", this.onKey, true);
    document.addEventListener("fullscreenchange", this.onScreen);
    clearTimeout(leaving);
    if (screen.asked() || screen.on) this.begin(false);
  }

  update(data) {
    this.data = data;
    this.wanted = data.step;
    this.bar.say(data, screen.on);
  }

  begin(byHand) {
    screen.begin(byHand);
    if (this.data) this.bar.say(this.data, true);
    const heading = byHand && document.querySelector(".st-key-lesson_heading :is(h1, h2)");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  leave() {
    if (!screen.on) return;
    screen.leave();
    this.bar.say(this.data, false);
    this.bar.begin.focus();
  }

  controls() {
    this.bar.pressed(screen.controls());
  }

  go(by) {
    const wanted = Math.min(Math.max(this.wanted + by, 1), this.data.steps);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.send(wanted), SETTLE);
  }

  key(event) {
    if (!this.data) return;
    const found = wish(event, screen.on);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    if (found === "present") this.begin(true);
    if (found === "leave") this.leave();
    if (found === "controls") this.controls();
    if (found === "screen") screen.fill();
    if (found === "back" || found === "next") this.go(found === "next" ? 1 : -1);
    if (found === "up" || found === "down") screen.scroll(found === "down" ? 1 : -1);
  }

  dispose() {
    clearTimeout(this.rest);
    window.removeEventListener("keydown", this.onKey, true);
    document.removeEventListener("fullscreenchange", this.onScreen);
    this.bar.dispose();
    // Another page has come: that of the next lesson takes over, any other one is not presented.
    clearTimeout(leaving);
    leaving = setTimeout(() => screen.leave(), GONE);
    screen.pause();
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  let presenter = shown.get(parentElement);
  if (!presenter) {
    presenter = new Presenter(parentElement);
    shown.set(parentElement, presenter);
  }
  presenter.send = (step) => setTriggerValue("step", step);
  presenter.update(data);
  return () => {
    // Streamlit also cleans up after a call that a newer one has overtaken; then the element is still there.
    if (parentElement.isConnected || shown.get(parentElement) !== presenter) return;
    shown.delete(parentElement);
    presenter.dispose();
  };
}
