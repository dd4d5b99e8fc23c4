// The arithmetic of one value, in float64 from what the core has sent, and how its numbers are written.

import { broadcast } from "./place.js";
import { regionIndex } from "./regions.js";

const DIGITS = 6;
const THIN = "\u2009";
const MINUS = "\u2212";
const TIMES = "\u00d7";
const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// Significant digits, thousands apart by a thin space; very small and large numbers with a power of ten.
export function write(value, { digits = DIGITS, short = false } = {}) {
  if (value === 0) return "0";
  const [mantissa, exponent] = Math.abs(value).toExponential(digits - 1).split("e");
  const size = Number(exponent);
  const trim = (text) => (short && text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  let text;
  if (size < -4 || size > 5) {
    const power = [...String(size)].map((character) => SUPERSCRIPT[character]).join("");
    text = `${trim(mantissa)}${THIN}${TIMES}${THIN}10${power}`;
  } else {
    const [whole, part] = Number(`${mantissa}e${exponent}`).toFixed(Math.max(digits - 1 - size, 0)).split(".");
    const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
    text = trim(part ? `${grouped}.${part}` : grouped);
  }
  return value < 0 ? MINUS + text : text;
}

const inBrackets = (text) => (text.startsWith(MINUS) ? `(${text})` : text);

// Lines of [name, what is done, value]; the last value is the result. Always as many, so that nothing jumps.
export function arithmetic(x, place, shape, regions) {
  if (!regions) {
    return lines(x, [["nothing is done", "", x], ...blank(3)]);
  }
  const { spans, eps, center } = regions;
  const at = regionIndex(place, spans, shape);
  const [mean, variance] = [regions.mean[at], regions.variance[at]];
  const [gamma, beta] = [broadcast(regions.gamma, place), broadcast(regions.beta, place)];
  const deviation = center ? x - mean : x;
  const root = Math.sqrt(variance + eps);
  // As in the core: a region without any spread stays 0 where eps is 0.
  const quotient = root === 0 ? 0 : deviation * (1 / root);
  const result = quotient * gamma + beta;
  const square = center ? "variance" : "mean square";
  return lines(x, [
    center
      ? [`x ${MINUS} mean`, `${write(x)} ${MINUS} ${inBrackets(write(mean))}`, deviation]
      : ["no mean is subtracted", "", x],
    [`√(${square} + eps)`, `√(${write(variance)} + ${write(eps, { short: true })})`, root],
    ["quotient", `${write(deviation)} ÷ ${write(root)}${root === 0 ? " counts as 0" : ""}`, quotient],
    // RMS norm has no beta.
    [`${TIMES} gamma${center ? " + beta" : ""}`,
      `${write(quotient)} ${TIMES} ${inBrackets(write(gamma, { short: true }))}`
      + (center ? ` + ${inBrackets(write(beta, { short: true }))}` : ""), result],
  ]);
}

const blank = (many) => Array.from({ length: many }, () => ["", "", null]);

function lines(x, rest) {
  const all = [["x", "", x], ...rest];
  const result = all.findLast(([, , value]) => value !== null)[2];
  return { result, lines: all.map(([name, work, value]) => [name, work, value === null ? "" : write(value)]) };
}
