// What the frame around every page needs from the browser: on a phone the menu covers the page, so it
// closes once a page is chosen; and a page survives that the server is started anew.

import { watchServer } from "./server.js";

const COVERS_BELOW = 768; // px, where Streamlit lays the sidebar over the page

function closeMenu(event) {
  const link = event.target instanceof Element && event.target.closest("a[href]");
  if (!link || window.innerWidth >= COVERS_BELOW) return;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

export default function ({ parentElement, setTriggerValue }) {
  const host = parentElement.host ?? parentElement;
  const sidebar = host.closest("[data-testid=stSidebar]");
  const app = host.closest("[data-testid=stApp]");
  if (!sidebar || !app) return undefined;
  sidebar.addEventListener("click", closeMenu);
  const stop = watchServer(app, () => setTriggerValue("back", true));
  return () => {
    sidebar.removeEventListener("click", closeMenu);
    stop();
  };
}
