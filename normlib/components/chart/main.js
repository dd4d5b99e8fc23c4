// Streamlit calls the default export with new data for the same element, again and again.

import { Chart } from "./chart.js";
import { mendHistory } from "./history.js";

mendHistory();

const charts = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let chart = charts.get(parentElement);
  if (!chart) {
    chart = new Chart(parentElement);
    charts.set(parentElement, chart);
  }
  chart.releases.send = (message) => setTriggerValue("release", message);
  chart.update(data);
  return () => {
    // Streamlit also cleans up after a call that a newer one has overtaken; then the element is still there.
    if (parentElement.isConnected || charts.get(parentElement) !== chart) return;
    charts.delete(parentElement);
    chart.dispose();
  };
}
