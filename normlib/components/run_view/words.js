// Numbers and sentences of the run view.

import { write as writeNumber } from "../normlib.tensor_view/arithmetic.js";

const NBSP = "\u00a0";

// Significant digits; a step is written to its last one.
export const write = (value, digits = 3) => (
  Number.isFinite(value) ? writeNumber(value, { digits, short: true }) : "infinite");
export const writeStep = (step) => write(step, 6);

// Means and standard deviations, beside histograms of a few units: as many digits at every step.
export function writeMoment(value) {
  const size = Math.abs(value);
  if (size >= 1000 || !Number.isFinite(value)) return write(value, 2);
  const text = value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "\u2212");
}

export function writePercent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.05) return `under 0.1${NBSP}%`;
  const digits = value === 0 || Math.abs(value - 100) < 1e-9 || (value >= 10 && value < 99) ? 0 : 1;
  return `${value.toFixed(digits)}${NBSP}%`;
}

// A share of test rows to a digit more: networks that learn well differ there.
export const writeShare = (share) => `${(100 * share).toFixed(1).replace(/^100\.0$/, "100")}${NBSP}%`;

export const writeMeasure = (value, { percent }) => (percent ? writeShare(value) : write(value));

let pen;

export function textWidth(text, font) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = font;
  return pen.measureText(text).width;
}

const networks = (many) => (many === 1 ? "1 network is" : `${many} networks are`);

// What is said once, when a run begins to wait or to train.
export const stateWords = (state, many) => `${networks(many)} ${state === "queued" ? "waiting" : "training"}`;

// What the title says while a run goes on.
export function liveTitle({ state, share }, many) {
  const how = state === "queued" ? "waiting" : `training: ${Math.floor(100 * share)}${NBSP}%`;
  return `${networks(many)} ${how}`;
}

export function statusWords({ state, place, seconds, message, stored }) {
  if (state === "queued") {
    const where = place > 1 ? `Place ${place} in the queue` : "Next in the queue";
    return sentence([where, wait(seconds)], message);
  }
  if (state === "running") return sentence([wait(seconds) || "Training"], message);
  if (state === "done") return stored ? "Replayed from the store" : "Trained to the end";
  return state === "failed" ? "The run failed" : "Ended by Stop";
}

const sentence = (parts, message) => [parts.filter(Boolean).join(", "), message].filter(Boolean).join(". ");

function wait(seconds) {
  if (!(seconds > 0)) return "";
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))}${NBSP}s left`;
  return `about ${Math.round(seconds / 60)}${NBSP}min left`;
}

// What else should be known of a run, each a sentence.
export function notesOf(status) {
  const { state, message, notes, agrees } = status;
  const agreed = agrees ? ["The second run gave the same numbers, to the last bit."] : [];
  return [...(state === "failed" || state === "stopped" ? [message] : []), ...agreed, ...notes].filter(Boolean);
}

// The open step for those who do not see it.
export function stepWords(step, last, heads) {
  return `Step ${writeStep(step)} of ${writeStep(last)}. ${heads.join(" ")}`;
}
