// What the frame around every page needs from the browser: on a phone the menu covers the page, so it closes once a
// page is chosen; a page survives that the server is started anew; the keyboard keeps its place, and what answers a
// press is heard.

import { mendHistory } from "../normlib.chart/history.js";
import { fetchAhead } from "./ahead.js";
import { Focus } from "./focus.js";
import { markWays } from "./here.js";
import { afterRuns } from "./runs.js";
import { watchServer } from "./server.js";
import { Speaker } from "./speak.js";

mendHistory();

const COVERS_BELOW = 768; // px, where Streamlit lays the sidebar over the page

function closeMenu(event) {
  const link = event.target instanceof Element && event.target.closest("a[href]");
  if (!link || window.innerWidth >= COVERS_BELOW) return;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.host ?? parentElement;
  const sidebar = host.closest("[data-testid=stSidebar]");
  const app = host.closest("[data-testid=stApp]");
  if (!sidebar || !app) return undefined;
  sidebar.addEventListener("click", closeMenu);
  const focus = new Focus();
  const speaker = new Speaker();
  const stops = [
    watchServer(app, () => setTriggerValue("back", true)),
    afterRuns(app, () => {
      focus.keep();
      markWays(data?.home ?? "");
      speaker.look();
      fetchAhead(data?.plotly);
    }),
    () => focus.stop(),
    () => speaker.stop(),
  ];
  return () => {
    sidebar.removeEventListener("click", closeMenu);
    for (const stop of stops) stop();
  };
}
