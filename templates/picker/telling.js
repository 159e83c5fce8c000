// What the page says besides the models: notices, words for screen readers alone, and how the connection is.

const NOTICE_STAYS = 8_000; // milliseconds

const notice = document.getElementById("notice");
const dismissal = document.getElementById("dismiss");
const spoken = document.getElementById("spoken");
const connection = document.getElementById("connection");

/** Tell a screen reader what everybody else sees. */
export function say(text) {
  spoken.textContent = text;
}

let hiding = 0;

/** Show a notice and speak it; it goes by itself, unless it is an `error`. */
export function notify(text, { error = false } = {}) {
  clearTimeout(hiding);
  document.getElementById("notice-text").textContent = text;
  notice.classList.toggle("error", error);
  notice.hidden = false;
  say(text);
  if (!error) hiding = setTimeout(dismiss, NOTICE_STAYS);
}

/** Take an error away that is over. */
export function settleError() {
  if (notice.classList.contains("error")) dismiss();
}

let left = null; // where the focus was before it went into the notice

function dismiss() {
  clearTimeout(hiding);
  const focused = notice.contains(document.activeElement);
  notice.hidden = true;
  if (focused) (left?.isConnected ? left : document.getElementById("title")).focus();
}

dismissal.addEventListener("click", dismiss);
dismissal.addEventListener("focus", (event) => (left = event.relatedTarget ?? left));

let settling = 0;

/** Say how the connection is: "live" or "lost". */
export function tellConnection(state) {
  const before = connection.dataset.state;
  if (before === state) return;
  clearTimeout(settling);
  connection.dataset.state = state;
  if (state === "lost") {
    connection.textContent = "Connection lost. Trying again…";
  } else {
    connection.textContent = before === "lost" ? "Connected again" : "Live";
    settling = setTimeout(() => (connection.textContent = "Live"), NOTICE_STAYS);
  }
}
