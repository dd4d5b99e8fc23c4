// The page while it is presented: its mark, the whole screen where the browser gives it, and the word in the address.

const WORD = "present";
const MARK = "nlPresent";
const CONTROLS = "nlControls";
const LINE = 120; // px that an arrow scrolls

export class Screen {
  constructor() {
    this.on = false;
    this.filled = false;
  }

  asked() {
    return new URLSearchParams(window.location.search).get(WORD) === "1";
  }

  begin(byHand) {
    this.on = true;
    document.documentElement.dataset[MARK] = "";
    this.write(true);
    // Only a key or a click may fill the screen; a link has to do without until then.
    if (byHand) this.fill();
  }

  leave() {
    this.on = false;
    this.pause();
    delete document.documentElement.dataset[CONTROLS];
    this.write(false);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.filled = false;
  }

  // The mark goes at once, so that no other page is shown with it.
  pause() {
    delete document.documentElement.dataset[MARK];
  }

  // The browser's own Escape closes the whole screen without a word to the page.
  left() {
    const left = this.on && this.filled && !document.fullscreenElement;
    this.filled = Boolean(document.fullscreenElement);
    return left;
  }

  async fill() {
    if (document.fullscreenElement || !document.documentElement.requestFullscreen) return;
    try {
      await document.documentElement.requestFullscreen();
      this.filled = true;
    } catch {
      this.filled = false; // refused: the page is presented in its window
    }
  }

  controls() {
    const root = document.documentElement.dataset;
    if (CONTROLS in root) delete root[CONTROLS];
    else root[CONTROLS] = "";
    return CONTROLS in root;
  }

  scroll(way) {
    document.querySelector("[data-testid=stMain]")?.scrollBy({ top: way * LINE, behavior: "instant" });
  }

  write(on) {
    const address = new URL(window.location.href);
    if (on === (address.searchParams.get(WORD) === "1")) return;
    if (on) address.searchParams.set(WORD, "1");
    else address.searchParams.delete(WORD);
    window.history.replaceState(window.history.state, "", address);
  }
}
