// The event stream: open while the page is visible, reopened after a delay when it fails or is silent.

const FIRST_DELAY = 500; // milliseconds
const LONGEST_DELAY = 30_000;
const HEARTBEAT = 15_000; // interval of "alive" events: HEARTBEAT of routes/events.py
const LONGEST_SILENCE = 2.5 * HEARTBEAT;

/**
 * Call `onChange` whenever the catalog may have changed, including after every new connection, and `onState`
 * with "live" or "lost". A hidden page has no stream, because browsers limit the connections to one server.
 * Returns `reopen`, to call when a request failed and the connection is probably lost.
 */
export function connect(address, { onChange, onState }) {
  let stream = null;
  let retry = 0;
  let silence = 0;
  let failures = 0;

  function open() {
    close();
    stream = new EventSource(address);
    stream.addEventListener("open", () => {
      failures = 0;
      restartSilenceTimer();
      onState("live");
      onChange();
    });
    stream.addEventListener("changed", () => {
      restartSilenceTimer();
      onChange();
    });
    stream.addEventListener("alive", restartSilenceTimer);
    stream.addEventListener("error", reconnect);
    restartSilenceTimer();
  }

  /** Silence is the only sign of a connection that ended without an error (sleep, another network). */
  function restartSilenceTimer() {
    clearTimeout(silence);
    silence = setTimeout(reconnect, LONGEST_SILENCE);
  }

  function reconnect() {
    close();
    onState("lost");
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures);
    failures += 1;
    retry = setTimeout(open, delay * (0.5 + Math.random() / 2)); // so that pages do not reconnect all at once
  }

  function close() {
    clearTimeout(retry);
    clearTimeout(silence);
    stream?.close();
    stream = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("online", () => document.hidden || open());
  if (!document.hidden) open();
  return { reopen: () => document.hidden || reconnect() };
}
