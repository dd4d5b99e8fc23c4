// The nodes of a chart, made once, and the texts in them.

let charts = 0;

export class View {
  constructor(parent) {
    const id = `nl-chart-${++charts}`;
    this.root = make("section", "nl-chart");
    this.title = make("h2", "nl-chart-title", { id: `${id}-title` });
    this.figure = make("div", "nl-chart-figure");
    this.plot = make("div", "nl-chart-plot");
    this.error = make("p", "nl-chart-error", { role: "alert", hidden: "" });
    this.wait = make("p", "nl-chart-wait");
    this.wait.textContent = "Loading the figure";
    this.figure.append(this.plot, this.wait, this.error);
    this.range = make("div", "nl-chart-range", { hidden: "" });
    this.label = make("label", "", { for: `${id}-range` });
    this.input = make("input", "", { type: "range", id: `${id}-range`, min: "0", step: "1" });
    this.value = make("output", "", { for: `${id}-range`, "aria-live": "off" });
    this.range.append(this.label, this.input, this.value);
    this.foot = make("div", "nl-chart-foot");
    this.sentence = make("p", "nl-chart-sentence");
    this.save = make("div", "nl-chart-save");
    this.foot.append(this.sentence, this.save);
    this.status = make("div", "nl-chart-status", { role: "status" });
    this.root.setAttribute("aria-labelledby", this.title.id);
    this.root.append(this.title, this.figure, this.range, this.foot, this.status);
    parent.querySelector(".nl-room")?.remove();
    parent.append(this.root);
  }

  // The tooltip belongs to the text, which is not read: on the button it would be read after the name, once more.
  addButton(text, name, press) {
    const button = make("button", "", { type: "button", "aria-label": name });
    const face = make("span", "", { "aria-hidden": "true", title: name });
    face.textContent = text;
    button.append(face);
    button.addEventListener("click", press);
    this.save.append(button);
  }

  texts({ title, sentence, alt }) {
    write(this.title, title);
    write(this.sentence, sentence);
    this.alt = alt.trim() || sentence;
    this.plot.querySelector("[role=img]")?.setAttribute("aria-label", this.alt);
  }

  // Room for the longest title of all frames: a title that wraps while the hand is on the range would move the range.
  reserve(titles) {
    const shown = this.title.textContent;
    const longest = titles.reduce((long, title) => (title.length > long.length ? title : long), shown);
    this.title.style.minHeight = "";
    write(this.title, longest);
    const height = this.title.offsetHeight;
    write(this.title, shown);
    this.title.style.minHeight = titles.length ? `${height}px` : "";
  }

  // The picture is the drawing, not the node around it, which also holds the buttons for zooming.
  drawn() {
    this.wait.hidden = true;
    const [picture, ...others] = this.plot.querySelectorAll(".svg-container > svg");
    picture?.setAttribute("role", "img");
    picture?.setAttribute("aria-label", this.alt);
    for (const other of others) other.setAttribute("aria-hidden", "true");
    this.plot.querySelector(".modebar")?.setAttribute("aria-label", "Zoom");
  }

  position({ index, text }) {
    this.input.value = index;
    this.input.setAttribute("aria-valuetext", text);
    write(this.value, text);
  }

  announce(text) {
    write(this.status, text);
  }

  // The answer to a change, once; what a page shows at first is read where it stands.
  answer(text) {
    if (this.answered !== undefined && text !== this.answered) this.announce(text);
    this.answered = text;
  }

  fail(message) {
    this.error.hidden = !message;
    if (message) this.wait.hidden = true;
    write(this.error, message);
  }
}

function make(tag, name, attributes = {}) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  return node;
}

// Writing the same text again would make a live region speak, and the browser lay out.
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
