// Says what a run has put on the page in answer to a press, for those who do not see it: verdicts on answers, and
// whatever the page marks by a key that begins with "said_". Figures speak for themselves.

const SAID = "[class*=st-key-said_], [class*=st-key-lesson_right_], [class*=st-key-lesson_wrong_]";

export class Speaker {
  constructor() {
    this.region = document.createElement("div");
    this.region.className = "nl-said";
    this.region.setAttribute("role", "status");
    document.body.append(this.region);
  }

  // To be called whenever something was drawn.
  look() {
    // What a new page or step brings along is read there, like all its text.
    const place = `${location.pathname} ${document.querySelector("[data-testid=stMain] h1")?.textContent}`;
    const texts = [...document.querySelectorAll(SAID)].map(words);
    const news = place === this.place ? texts.filter((text) => text && !this.texts.includes(text)) : [];
    this.place = place;
    this.texts = texts;
    if (news.length) this.region.textContent = news.join(" ");
    else if (!texts.includes(this.region.textContent)) this.region.textContent = "";
  }

  stop() {
    this.region.remove();
  }
}

// A formula stands there twice: once to be seen, once to be read.
function words(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (one) => {
    if (one.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return one.matches("[aria-hidden=true], annotation, button") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  const pieces = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) pieces.push(text.data);
  return pieces.join(" ").replace(/\s+/g, " ").replace(/ ([.,:;?)])/g, "$1").trim();
}
