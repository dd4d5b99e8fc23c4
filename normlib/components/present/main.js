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
      help: () => this.help(),
      leave: () => this.leave(),
    });
    this.onKey = (event) => this.key(event);
    this.onScreen = () => screen.left() && this.escape();
    // Before the page's own shortcuts and whatever has the focus.
    window.addEventListener("keydown", this.onKey, true);
    document.addEventListener("fullscreenchange", this.onScreen);
    clearTimeout(leaving);
    const goesOn = screen.on;
    if (screen.asked() || goesOn) this.begin(false);
    if (goesOn) toHeading();
  }

  update(data) {
    this.data = data;
    this.wanted = data.step;
    this.bar.say(data, screen.on);
    // The address of the next lesson comes without the word.
    if (screen.on) screen.begin(false);
  }

  begin(byHand) {
    screen.begin(byHand);
    if (this.data) this.bar.say(this.data, true);
    if (byHand) toHeading();
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

  help() {
    if (this.bar.opened) this.close();
    else this.bar.open(true);
  }

  close() {
    this.bar.open(false);
    this.bar.say(this.data, screen.on);
  }

  // The first press closes the list of keys, also where the browser takes it to leave the whole screen.
  escape() {
    if (this.bar.opened) this.close();
    else this.leave();
  }

  go(by) {
    const { step, steps, following } = this.data;
    // Only from a last step that is on the screen: a press too many shall not skip it.
    if (by > 0 && following && step === steps && this.wanted === steps) this.follow(following);
    else this.to(this.wanted + by);
  }

  to(number) {
    const wanted = Math.min(Math.max(number, 1), this.data.steps);
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
    if (found === "escape") this.escape();
    if (found === "help") this.help();
    if (found === "first") this.to(1);
    if (found === "last") this.to(this.data.steps);
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

function toHeading() {
  document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0, behavior: "instant" });
  const heading = document.querySelector(".st-key-lesson_heading h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export default function ({ parentElement, data, setTriggerValue }) {
  let presenter = shown.get(parentElement);
  if (!presenter) {
    presenter = new Presenter(parentElement);
    shown.set(parentElement, presenter);
  }
  presenter.send = (step) => setTriggerValue("step", step);
  presenter.follow = (lesson) => setTriggerValue("following", lesson);
  presenter.update(data);
  return () => {
    // Streamlit also cleans up after a call that a newer one has overtaken; then the element is still there.
    if (parentElement.isConnected || shown.get(parentElement) !== presenter) return;
    shown.delete(parentElement);
    presenter.dispose();
  };
}
