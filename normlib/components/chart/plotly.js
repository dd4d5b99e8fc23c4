// plotly.js is a classic script of 4.8 MB: loaded once per window, whichever chart comes first.

const PROMISE = "normlabPlotly";

export function loadPlotly(url) {
  window[PROMISE] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () =>
      window.Plotly ? resolve(window.Plotly) : reject(new Error("plotly.js did not start"));
    script.onerror = () => {
      delete window[PROMISE]; // so that the next chart tries again
      script.remove();
      reject(new Error("plotly.js could not be loaded"));
    };
    document.head.append(script);
  });
  return window[PROMISE];
}
