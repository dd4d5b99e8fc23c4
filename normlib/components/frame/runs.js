// Tells of every run of the page, or of a part of it, once the browser has drawn what it sent.

export function afterRuns(app, then) {
  let waits = false;
  const look = () => {
    if (app.dataset.testScriptState !== "notRunning" || waits) return;
    waits = true;
    // Streamlit takes away what a run has left out, and draws what it brought, after it says that the run is over.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      waits = false;
      then();
    }));
  };
  const observer = new MutationObserver(look);
  observer.observe(app, { attributeFilter: ["data-test-script-state"] });
  look();
  return () => observer.disconnect();
}
