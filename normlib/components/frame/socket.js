// Whether the server has answered what Streamlit told it last: nothing on the page says so.

const MARK = Symbol.for("normlab.socket");
const STREAM = /\/_stcore\/stream$/;

const line = (window[MARK] ??= install(WebSocket.prototype));

function install(sockets) {
  const found = { since: 0 };
  const heard = new WeakSet();
  const { send } = sockets;
  sockets.send = function (message) {
    if (STREAM.test(this.url)) {
      if (!heard.has(this)) {
        heard.add(this);
        for (const kind of ["message", "close"]) this.addEventListener(kind, () => (found.since = 0));
      }
      found.since ||= performance.now();
    }
    return send.call(this, message);
  };
  return found;
}

// Since when an answer is missing, as `performance.now()` counts; 0 when none is.
export const unanswered = () => line.since;
