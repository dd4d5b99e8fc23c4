// What happens when the server was away for a while: Streamlit connects again and leaves it at that. A server
// that was started anew then knows nothing of the page, not even the part of it that a control would run again.
// So the whole page is run, and after that whoever has something left to tell may tell it.

const BACK = "normlab:back";

export function watchServer(app, runPage) {
  let state = "here";
  const look = () => {
    const { testConnectionState: connection, testScriptState: script } = app.dataset;
    if (connection !== "CONNECTED") {
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
  };
  const observer = new MutationObserver(look);
  observer.observe(app, { attributeFilter: ["data-test-connection-state", "data-test-script-state"] });
  look(); // this part of the page may have been drawn anew while the server was away
  return () => observer.disconnect();
}
