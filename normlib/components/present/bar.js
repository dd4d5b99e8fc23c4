// The button that begins, and the small bar that a presenter without a keyboard goes by.

export class Bar {
  constructor(parent, act) {
    this.root = make("div", "nl-present", parent);
    this.begin = button("Present", "One step at a time on the whole screen (key P)", act.begin, this.root);
    this.begin.className = "nl-present-begin";
    this.bar = make("div", "nl-present-bar", this.root);
    this.bar.setAttribute("role", "group");
    this.bar.setAttribute("aria-label", "Presenting");
    this.back = button("←", "Back (arrow left or page up)", act.back, this.bar);
    this.place = make("span", "nl-present-place", this.bar);
    this.next = button("→", "Next (arrow right, page down or space)", act.next, this.bar);
    this.controls = button("Controls", "Show or hide the controls (key C)", act.controls, this.bar);
    this.pressed(false);
    button("Leave", "Leave (Escape or key P)", act.leave, this.bar);
    this.status = make("div", "nl-present-status", this.root);
    this.status.setAttribute("role", "status");
  }

  say({ step, steps, title }, on) {
    this.begin.hidden = on;
    this.bar.hidden = !on;
    this.place.textContent = `${step} / ${steps}`;
    // A disabled button would drop the focus of whoever has just pressed it.
    this.back.setAttribute("aria-disabled", String(step === 1));
    this.next.setAttribute("aria-disabled", String(step === steps));
    const said = on ? `Step ${step} of ${steps}: ${title}` : "";
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  pressed(on) {
    this.controls.setAttribute("aria-pressed", String(on));
  }

  dispose() {
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
  node.textContent = text;
  node.title = title;
  if (text.length === 1) node.setAttribute("aria-label", title.split(" ")[0]);
  node.addEventListener("click", press);
  return node;
}
