// What happens when the server was away for a while: Streamlit connects again and leaves it at that. A server
// that was started anew then knows nothing of the page, not even the part of it that a control would run again.
// So the whole page is run, and after that whoever has something left to tell may tell it.

const BACK = "normlab:back";
const PATIENCE = 2000; // ms: a short pause needs no word

// One line at the edge of the page while there is no server. Streamlit itself only pales what was drawn.
function makeNotice() {
  const line = document.createElement("div");
  let timer = 0;
  line.className = "nl-away";
  line.setAttribute("role", "status");
  return {
    show() {
      if (timer) return;
      document.body.append(line);
      document.documentElement.classList.add("nl-no-server");
      timer = setTimeout(() => {
        line.textContent = "The server does not answer. This page goes on by itself once it does.";
      }, PATIENCE);
    },
    hide() {
      clearTimeout(timer);
      timer = 0;
      line.textContent = "";
      line.remove();
      document.documentElement.classList.remove("nl-no-server");
    },
  };
}

export function watchServer(app, runPage) {
  let state = "here";
  const notice = makeNotice();
  const look = () => {
    const { testConnectionState: connection, testScriptState: script } = app.dataset;
    if (connection === "CONNECTED") notice.hide();
    if (connection !== "CONNECTED") {
      state = "away";
      notice.show();
    } else if (state === "away") {
      state = "asked";
      runPage();
    } else if (state === "asked" && script !== "notRunning") {
      state = "running";
    } else if (state === "running" && script === "notRunning") {
      state = "here";
      window.dispatchEvent(new Event(BACK));
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(app, { attributeFilter: ["data-test-connection-state", "data-test-script-state"] });
  look(); // this part of the page may have been drawn anew while the server was away
  return () => {
    observer.disconnect();
    notice.hide();
  };
}
