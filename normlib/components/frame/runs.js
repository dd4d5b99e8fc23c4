// Tells of every run of the page, or of a part of it, once the browser has drawn what it sent.

const PAUSE = 100; // ms between two looks at a page that goes on changing, as under a finger
const CHANGES = { attributeFilter: ["data-test-script-state"], childList: true, characterData: true, subtree: true };

export function afterRuns(app, then) {
  let waits = false;
  let paused = false;
  let timer;
  // Streamlit draws what a run brought, and takes away what it left out, before or after it says that the run is
  // over; of a short run it says nothing. So the contents are watched, too.
  const look = () => {
    if (app.dataset.testScriptState !== "notRunning" || waits) return;
    waits = true;
    if (!paused) requestAnimationFrame(() => requestAnimationFrame(tell));
  };
  const tell = () => {
    waits = false;
    paused = true;
    then();
    timer = setTimeout(() => {
      paused = false;
      if (waits) tell();
    }, PAUSE);
  };
  const observer = new MutationObserver(look);
  observer.observe(app, CHANGES);
  look();
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
