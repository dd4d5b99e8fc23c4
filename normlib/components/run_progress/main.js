// Streamlit calls the default export with new data for the same element, again and again.

import { mendHistory } from "../normlib.chart/history.js";
import { Progress } from "./progress.js";

mendHistory();

const lines = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let line = lines.get(parentElement);
  if (!line) {
    line = new Progress(parentElement);
    lines.set(parentElement, line);
  }
  line.send = setTriggerValue;
  line.update(data);
  return () => {
    // Streamlit also cleans up after a call that a newer one has overtaken; then the element is still there.
    if (parentElement.isConnected || lines.get(parentElement) !== line) return;
    lines.delete(parentElement);
    line.dispose();
  };
}
