// Reads what normlib/components/payload.py packs: JSON, and behind it arrays that stay where they are.

const TYPES = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

export function unpack(message) {
  const length = new DataView(message.buffer, message.byteOffset, 4).getUint32(0, true);
  const json = new TextDecoder().decode(message.subarray(4, 4 + length));
  // One copy for all arrays: inside the network message they are not aligned to their type.
  const numbers = message.slice(4 + length).buffer;
  return JSON.parse(json, (_, node) => (node && node.$array ? view(numbers, node.$array) : node));
}

function view(buffer, [type, first, ...shape]) {
  const size = shape.reduce((product, length) => product * length, 1);
  return rows(new TYPES[type](buffer, first, size), shape);
}

// Plotly's own form of a matrix is a list of typed rows; frames are one axis more.
function rows(array, [count, ...shape]) {
  if (!shape.length) return array;
  const size = array.length / count;
  return Array.from({ length: count }, (_, row) => rows(array.subarray(row * size, (row + 1) * size), shape));
}

export const isTyped = (node) => ArrayBuffer.isView(node);

export function sameBytes(a, b) {
  return Boolean(a && b) && a.length === b.length && a.every((byte, place) => byte === b[place]);
}
