// Pictures made in the browser; nothing is sent anywhere.

import { copy } from "./tree.js";

const CHARACTERS_PER_LINE = 80;
const LINE = 24;

export async function savePicture(Plotly, node, { format, title, background, fileName }) {
  const layout = copy(node.layout);
  const lines = wrap(title, Math.max(24, Math.round((CHARACTERS_PER_LINE * node.clientWidth) / 720)));
  const extra = lines.length * LINE + LINE;
  const width = node.clientWidth;
  const height = node.clientHeight + extra;
  const top = (node._fullLayout?.margin?.t ?? 0) + extra;
  Object.assign(layout, {
    width,
    height,
    // On the page the figure is transparent; a picture is looked at on any ground.
    paper_bgcolor: background,
    margin: { ...layout.margin, t: top },
    title: {
      text: lines.map(escape).join("<br>"),
      x: 0.01, xanchor: "left", y: 1 - LINE / 2 / height, yanchor: "top", yref: "container",
      font: { size: 16 },
    },
  });
  const figure = { data: copy(node.data), layout, config: { staticPlot: true } };
  const url = await Plotly.toImage(figure, { format, width, height, scale: format === "png" ? 2 : 1 });
  download(toBlob(url), `${fileName.replaceAll(" ", "-")}.${format}`);
}

export function wrap(text, length) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length > length && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

// Not with fetch: a strict connect-src does not allow data: addresses.
function toBlob(url) {
  const comma = url.indexOf(",");
  const head = url.slice(5, comma);
  const body = url.slice(comma + 1);
  if (!head.endsWith(";base64")) return new Blob([decodeURIComponent(body)], { type: head.split(";")[0] });
  const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: head.split(";")[0] });
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
