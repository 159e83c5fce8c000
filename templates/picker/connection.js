// The stream of changes: kept open while the page is seen, opened again after a while when it breaks or falls silent.

const FIRST_WAIT = 500; // milliseconds
const LONGEST_WAIT = 30_000;
const HEARTBEAT = 15_000; // after which the server breaks its silence: HEARTBEAT of answers/events.py
const LONGEST_SILENCE = 2.5 * HEARTBEAT;

/**
 * Call `onChange` whenever the catalog may have changed, each new connection included, and `onState` with "live" or
 * "lost". A hidden page has no stream: browsers open few connections to one server, and every tab would take one.
 * What is returned has `reopen`, for when there is another reason to think that the connection is lost.
 */
export function follow(address, { onChange, onState }) {
  let stream = null;
  let retry = 0;
  let silence = 0;
  let failures = 0;

  function open() {
    close();
    stream = new EventSource(address);
    stream.addEventListener("open", () => {
      failures = 0;
      hear();
      onState("live");
      onChange();
    });
    stream.addEventListener("changed", () => {
      hear();
      onChange();
    });
    stream.addEventListener("alive", hear);
    stream.addEventListener("error", lose);
    hear();
  }

  /** A connection that ended without a word (sleep, another network) is known by its silence alone. */
  function hear() {
    clearTimeout(silence);
    silence = setTimeout(lose, LONGEST_SILENCE);
  }

  function lose() {
    close();
    onState("lost");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
    failures += 1;
    retry = setTimeout(open, wait * (0.5 + Math.random() / 2)); // not all pages at the same moment
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
  return { reopen: () => document.hidden || lose() };
}
