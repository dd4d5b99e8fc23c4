// A run of the page can take away what has the focus: a button that gives way to an answer, or the whole page. It can
// also switch it off for a moment, as Streamlit does with tabs. The browser then forgets where the reader was. Here the
// focus goes back, or on to what stands in its place, or to the title of the new page.

const MAIN = "[data-testid=stMain]";
const ELEMENT = "[data-testid=stElementContainer], [data-testid=stLayoutWrapper]";
const QUESTION = "[class*=st-key-lesson_box_]";
const ANSWER = "[class*=st-key-lesson_right_], [class*=st-key-lesson_wrong_]";
const CHOICE = ":is(input[type=radio], input[type=checkbox]):not(:disabled)";
const PRESSED = ":is(button, a[href], summary, input[type=radio], input[type=checkbox], input[type=range]):not(:disabled)";

export class Focus {
  constructor() {
    this.page = location.pathname;
    // A button that is switched off while it works has lost the focus when it is switched on again.
    this.working = new MutationObserver(() => isLost() && this.last?.usable && this.move(this.last.node));
    this.remember = ({ target }) => {
      this.working.disconnect();
      this.last = target instanceof Element ? new Place(target) : null;
      if (target instanceof HTMLButtonElement) this.working.observe(target, { attributeFilter: ["disabled"] });
    };
    // Whoever presses beside everything has let go of it.
    this.release = () => setTimeout(() => {
      if (isLost()) this.last = null;
    });
    document.addEventListener("focusin", this.remember);
    document.addEventListener("pointerdown", this.release, true);
  }

  // To be called whenever something was drawn.
  keep() {
    const { last } = this;
    const title = document.querySelector(`${MAIN} h1`);
    if (this.page !== location.pathname) {
      if (!title) return; // the new page is still to come
      this.page = location.pathname;
      if (last?.page !== this.page) this.move(title);
    } else if (isLost() && last?.inMain) this.move(last.usable ? last.present : last.heir() ?? title);
  }

  move(node) {
    if (!node) return;
    if (node.tabIndex < 0) node.tabIndex = -1; // lets a title take the focus
    node.focus({ preventScroll: true });
  }

  stop() {
    this.working.disconnect();
    document.removeEventListener("focusin", this.remember);
    document.removeEventListener("pointerdown", this.release, true);
  }
}

const isLost = () => !document.activeElement || document.activeElement === document.body;

// Where something stood: the nodes around it, each with its number among its siblings.
class Place {
  constructor(node) {
    this.node = node;
    this.page = location.pathname;
    this.inMain = Boolean(node.closest(MAIN));
    this.kind = node.localName + (node.type ? `[type="${node.type}"]` : "");
    this.text = node.textContent;
    this.question = keyOf(node.closest(QUESTION));
    this.chain = [];
    for (let at = node.closest(ELEMENT); at?.parentElement?.closest(MAIN); at = at.parentElement.closest(ELEMENT)) {
      this.chain.push([at.parentElement, [...at.parentElement.children].indexOf(at)]);
    }
  }

  get usable() {
    return this.node.isConnected && !this.node.disabled;
  }

  // Of several tabs, the chosen one has the focus.
  get present() {
    return this.node.closest("[role=tablist]")?.querySelector("[aria-selected=true]") ?? this.node;
  }

  heir() {
    const question = this.question && document.querySelector(`.${this.question}`);
    const answer = question?.querySelector(ANSWER);
    if (answer) return answer;
    const choice = question?.querySelector(CHOICE);
    if (choice) return choice;
    const [parent, index] = this.chain.find(([one]) => one.isConnected && one.children.length) ?? [];
    const stands = parent?.children[Math.min(index, parent.children.length - 1)];
    return stands && (this.twin(stands) ?? stands.querySelector(PRESSED) ?? stands);
  }

  // The same thing drawn anew.
  twin(within) {
    const same = [...within.querySelectorAll(this.kind)].filter((one) => !one.disabled);
    return same.find(({ textContent }) => textContent === this.text) ?? (same.length === 1 ? same[0] : null);
  }
}

const keyOf = (node) => [...(node?.classList ?? [])].find((name) => name.startsWith("st-key-lesson_box_"));
