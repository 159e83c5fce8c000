// The stream of changes: kept open while the page is seen, opened again after a while when it breaks.

const FIRST_WAIT = 500; // milliseconds
const LONGEST_WAIT = 30_000;

/**
 * Call `onChange` whenever the catalog may have changed, each new connection included, and `onState` with "live" or
 * "lost". A hidden page has no stream: browsers open few connections to one server, and every tab would take one.
 */
export function follow(address, { onChange, onState }) {
  let stream = null;
  let retry = 0;
  let failures = 0;

  function open() {
    close();
    stream = new EventSource(address);
    stream.addEventListener("open", () => {
      failures = 0;
      onState("live");
      onChange();
    });
    stream.addEventListener("changed", onChange);
    stream.addEventListener("error", () => {
      close();
      onState("lost");
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
      failures += 1;
      retry = setTimeout(open, wait * (0.5 + Math.random() / 2)); // not all pages at the same moment
    });
  }

  function close() {
    clearTimeout(retry);
    stream?.close();
    stream = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("online", () => document.hidden || open());
  if (!document.hidden) open();
}
