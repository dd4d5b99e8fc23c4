// A picture of both grids with the title, made in the browser; nothing is sent anywhere.

import { start } from "./layout.js";
import { download, wrap } from "../normlib.chart/export.js";

const MARGIN = 16;
const SCALE = 2;
const LINE = 22;
const HEAD = 24;

export function savePicture(grids, model, { title, note, fileName }) {
  const { layout, theme } = model;
  const wide = layout.beside ? grids[0].width + grids[1].width + 28 : Math.max(grids[0].width, grids[1].width);
  const tall = layout.beside ? layout.height + HEAD : 2 * (layout.height + HEAD + 12);
  const lines = wrap(title, Math.max(24, Math.round(wide / 8)));
  const top = MARGIN + lines.length * LINE + 6;
  const canvas = document.createElement("canvas");
  canvas.width = (wide + 2 * MARGIN) * SCALE;
  canvas.height = (top + tall + MARGIN) * SCALE;
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, wide + 2 * MARGIN, top + tall + MARGIN);
  pen.fillStyle = theme.text;
  pen.textBaseline = "top";
  pen.font = `600 16px ${theme.font}`;
  lines.forEach((line, index) => pen.fillText(line, MARGIN, MARGIN + index * LINE));
  grids.forEach((grid, index) => {
    const x = MARGIN + (layout.beside && index ? grids[0].width + 28 : 0);
    const y = top + (!layout.beside && index ? layout.height + HEAD + 12 : 0);
    pen.fillStyle = theme.text;
    pen.font = `600 13px ${theme.font}`;
    pen.fillText(index ? "After" : "Before", x + start(layout, grid.withNames), y);
    if (index && note) {
      pen.font = `13px ${theme.font}`;
      wrap(note, Math.round(layout.maps[0] / 7)).forEach((line, row) => pen.fillText(line, x, y + HEAD + row * 18));
      return;
    }
    for (const layer of [grid.base, grid.over]) pen.drawImage(layer, x, y + HEAD, grid.width, layout.height);
  });
  canvas.toBlob((blob) => download(blob, `${fileName}.png`));
}
