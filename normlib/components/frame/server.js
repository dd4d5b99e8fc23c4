// What the reader is told of the server, and what happens when it was away for a while: Streamlit connects again and
// leaves it at that. A server that was started anew then knows nothing of the page, not even the part of it that a
// control would run again. So the whole page is run, and after that whoever has something left to tell may tell it.

import { unanswered } from "./socket.js";

const BACK = "normlab:back";
const LOOK = 250; // ms
const AWAY = 2000; // ms: a short pause needs no word
const SILENT = 1000; // ms without an answer to a move
const LOST = 10_000; // ms, after which the server is as good as away
const LONG = 2000; // ms that a run of the page may take
const NO_ANSWER = "The server does not answer. This page goes on by itself once it does.";

// One line at the edge of the page. Streamlit itself only pales what was drawn.
class Notice {
  constructor() {
    this.line = document.createElement("div");
    this.line.className = "nl-away";
    this.line.setAttribute("role", "status");
    document.body.append(this.line);
  }

  say(text) {
    if (this.line.textContent !== text) this.line.textContent = text;
  }

  remove() {
    this.line.remove();
    document.documentElement.classList.remove("nl-no-server");
  }
}

export function watchServer(app, runPage) {
  let state = "here";
  const since = { away: 0, running: 0 };
  const notice = new Notice();
  const passed = (start) => (start ? performance.now() - start : 0);

  const tell = () => {
    const silent = passed(unanswered());
    if (passed(since.away) > AWAY || silent > LOST) notice.say(NO_ANSWER);
    else if (silent > SILENT) notice.say("Waiting for the server");
    else if (passed(since.running) > LONG) notice.say("The server is working");
    else notice.say("");
  };

  const look = () => {
    const { testConnectionState: connection, testScriptState: script } = app.dataset;
    const away = connection !== "CONNECTED";
    since.away = away ? since.away || performance.now() : 0;
    since.running = script === "running" ? since.running || performance.now() : 0;
    document.documentElement.classList.toggle("nl-no-server", away);
    if (away) {
      state = "away";
    } else if (state === "away") {
      state = "asked";
      runPage();
    } else if (state === "asked" && script !== "notRunning") {
      state = "running";
    } else if (state === "running" && script === "notRunning") {
      state = "here";
      window.dispatchEvent(new Event(BACK));
    }
    tell();
  };
  const observer = new MutationObserver(look);
  observer.observe(app, { attributeFilter: ["data-test-connection-state", "data-test-script-state"] });
  const timer = setInterval(tell, LOOK);
  look(); // this part of the page may have been drawn anew while the server was away
  return () => {
    observer.disconnect();
    clearInterval(timer);
    notice.remove();
  };
}
