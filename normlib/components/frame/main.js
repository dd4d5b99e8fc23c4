// What the frame around every page needs from the browser: on a phone the menu covers the page, so it
// closes once a page is chosen.

const COVERS_BELOW = 768; // px, where Streamlit lays the sidebar over the page

function closeMenu(event) {
  const link = event.target instanceof Element && event.target.closest("a[href]");
  if (!link || window.innerWidth >= COVERS_BELOW) return;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

export default function ({ parentElement }) {
  const sidebar = (parentElement.host ?? parentElement).closest("[data-testid=stSidebar]");
  if (!sidebar) return undefined;
  sidebar.addEventListener("click", closeMenu);
  return () => sidebar.removeEventListener("click", closeMenu);
}
