// The app's theme, as Streamlit writes it into CSS variables, and what Plotly needs of it.

const PLOTLY_SIZE = 12; // px, of type that says nothing of its size

export function readTheme(node) {
  const style = getComputedStyle(node);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const theme = {
    text: read("text-color") || "#31333f",
    background: read("background-color") || "#ffffff",
    secondary: read("secondary-background-color") || "#f0f2f6",
    border: read("border-color") || "rgba(128, 128, 128, 0.4)",
    grid: read("border-color-light") || "rgba(128, 128, 128, 0.2)",
    font: read("font") || "sans-serif",
  };
  theme.dark = luminance(theme.background) < 0.5;
  return theme;
}

// How much larger than usual the page's type is: on a projector it is, and figures go along.
export function magnification() {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.max(1, Math.round((size / 16) * 20) / 20 || 1);
}

// Enlarges the type that a figure asks for itself; whatever else it has follows the template.
export function enlarge(node, times, isFont = false) {
  if (node === null || typeof node !== "object" || ArrayBuffer.isView(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (isFont && key === "size" && typeof value === "number") node[key] = value * times;
    else enlarge(value, times, key.endsWith("font"));
  }
}

let pen;

// A canvas knows every way CSS has to write a colour.
function luminance(colour) {
  pen ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

// Goes into the template, so that what the figure sets itself wins.
export function themeLayout(theme, times = 1) {
  const axis = {
    gridcolor: theme.grid,
    linecolor: theme.border,
    zerolinecolor: theme.border,
    tickcolor: theme.border,
    tickfont: { color: theme.text },
    title: { font: { color: theme.text } },
    automargin: true,
  };
  return {
    font: { family: theme.font, color: theme.text, size: PLOTLY_SIZE * times },
    title: { font: { color: theme.text } },
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    hoverlabel: {
      bgcolor: theme.secondary,
      bordercolor: theme.border,
      font: { family: theme.font, color: theme.text },
    },
    legend: { bgcolor: "rgba(0, 0, 0, 0)", font: { color: theme.text } },
    modebar: { bgcolor: "rgba(0, 0, 0, 0)", color: theme.text, activecolor: theme.text },
    xaxis: axis,
    yaxis: axis,
    scene: { xaxis: axis, yaxis: axis, zaxis: axis },
    coloraxis: { colorbar: { tickfont: { color: theme.text }, outlinewidth: 0 } },
  };
}
