// Streamlit calls the default export with new data for the same element, again and again.
//
// The server gives every component's files under its name, so the chart's modules are one step up and down.

import { mendHistory } from "../normlib.chart/history.js";
import { RunView } from "./run.js";

mendHistory();

const views = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = new RunView(parentElement);
    views.set(parentElement, view);
  }
  view.send = setTriggerValue;
  view.update(data);
  return () => {
    // Streamlit also cleans up after a call that a newer one has overtaken; then the element is still there.
    if (parentElement.isConnected || views.get(parentElement) !== view) return;
    views.delete(parentElement);
    view.dispose();
  };
}
