// What the laboratories need and no first page waits for: fetched once nothing is missing on this page, so that it is
// there when the reader goes on. A browser that is to save data fetches it when it is needed.

const MODULES = ["chart", "run_view", "tensor_view"];
const PAUSE = 1500; // ms between looks whether the page is complete
const MISSING = ".nl-room, .nl-chart-wait:not([hidden]), [data-testid=stSkeleton]";
const PRESSED = ":active"; // while a finger drags, nothing else is done

let begun = false;

export function fetchAhead(plotly) {
  if (begun || !plotly || navigator.connection?.saveData) return;
  begun = true;
  fetchAll(plotly);
}

async function quiet() {
  do await new Promise((done) => setTimeout(done, PAUSE));
  while (document.querySelector(`${MISSING}, ${PRESSED}`));
}

// One after the other: a learner who goes on meanwhile does not wait for the rest.
async function fetchAll(plotly) {
  for (const name of MODULES) {
    await quiet();
    await import(`../normlib.${name}/main.js`).catch(() => {});
  }
  await quiet();
  if (window.normlabPlotly) return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "prefetch", as: "script", href: plotly });
  document.head.append(link);
}
