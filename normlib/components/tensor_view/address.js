// Keeps a chosen place in the address without asking the server.
//
// Streamlit leaves parameters alone that it does not know, as long as it reads them from the address: a moved
// control keeps them. What the server itself writes, after a callback has set a control, is made from the
// address that the server heard of last, and that may be older than the place. So the parameter is put back
// into whatever address of this page is written, until it is dropped.

const MARK = Symbol.for("normlab.address");

const held = (window[MARK] ??= install(window));

function install({ history, location }) {
  const kept = new Map();
  const keep = (url) => {
    const next = new URL(url ?? location.href, location.href);
    for (const [key, { path, text }] of kept) {
      if (next.pathname === path && path === location.pathname) next.search = withParameter(next.search, key, text);
    }
    return next;
  };
  const push = history.pushState;
  history.pushState = function (state, unused, url) {
    const next = kept.size ? keep(url) : url;
    // With the place put back, the new address may be the present one.
    const same = kept.size && next.pathname === location.pathname && sorted(next.search) === sorted(location.search);
    return same ? history.replaceState(state, unused, next) : push.call(this, state, unused, next);
  };
  const replace = history.replaceState;
  history.replaceState = function (state, unused, url) {
    return replace.call(this, state, unused, kept.size ? keep(url) : url);
  };
  return kept;
}

const parts = (search) => search.replace(/^\?/, "").split("&").filter(Boolean);
const sorted = (search) => parts(search).sort().join("&");

function withParameter(search, key, text) {
  const others = parts(search).filter((part) => part.split("=")[0] !== key);
  return (text === null ? others : [...others, `${key}=${text}`]).join("&");
}

export const read = (key) => new URLSearchParams(location.search).get(key);

export function hold(key, text) {
  held.set(key, { path: location.pathname, text });
  if (read(key) !== text) write(key, text);
}

export function drop(key) {
  held.delete(key);
  if (read(key) !== null) write(key, null);
}

// The page is left: its addresses are no longer touched, and the present one stays.
export function release(key) {
  held.delete(key);
}

function write(key, text) {
  const next = new URL(location.href);
  next.search = withParameter(next.search, key, text);
  history.replaceState(history.state, "", next);
}
