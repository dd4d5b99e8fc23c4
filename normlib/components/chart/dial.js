// A range input: what is shown follows the finger at once, and the server hears of it when the finger rests.

const KEYBOARD_PAUSE = 300; // ms without a key before the value counts as released

export class Dial {
  // `start` is called at every input event, `move` at most once per frame, `release` at the end; both with the
  // input's position.
  constructor(input, { start = () => {}, move, release }) {
    Object.assign(this, { input, onMove: move, onRelease: release });
    this.moving = false; // between the first input event and the release
    let keyboard = false;
    input.addEventListener("pointerdown", () => (keyboard = false));
    input.addEventListener("keydown", () => (keyboard = true));
    input.addEventListener("input", () => {
      clearTimeout(this.pause);
      start();
      this.moving = true;
      this.wanted = Number(input.value);
      this.tick ??= requestAnimationFrame(() => this.move());
    });
    input.addEventListener("change", () => {
      clearTimeout(this.pause);
      if (keyboard) this.pause = setTimeout(() => this.release(), KEYBOARD_PAUSE);
      else this.release();
    });
    input.addEventListener("blur", () => this.moving && this.release());
  }

  move() {
    this.tick = null;
    this.onMove(this.wanted);
  }

  release() {
    clearTimeout(this.pause);
    if (this.tick) {
      cancelAnimationFrame(this.tick);
      this.move();
    }
    this.moving = false;
    this.onRelease(this.wanted);
  }

  dispose() {
    clearTimeout(this.pause);
    if (this.tick) cancelAnimationFrame(this.tick);
  }
}
