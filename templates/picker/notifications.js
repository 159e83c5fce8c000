// Messages besides the models: the notice, the text for screen readers, and the state of the connection.

const DURATION = 8_000; // milliseconds that a message without an error is shown

const notice = document.getElementById("notice");
const errorText = document.getElementById("notice-error");
const newsText = document.getElementById("notice-news");
const dismissButton = document.getElementById("dismiss");
const announcement = document.getElementById("announcement");
const connection = document.getElementById("connection");

/** Have screen readers read `text`. */
export function announce(text) {
  announcement.textContent = text;
}

let newsTimer = 0;

/** Show and announce a message that is hidden after a while. */
export function notify(text) {
  clearTimeout(newsTimer);
  newsTimer = setTimeout(() => show(newsText, ""), DURATION);
  show(newsText, text);
  announce(text);
}

/** Show and announce an error; it is shown until the user dismisses it or makes the next edit. */
export function notifyError(text) {
  show(errorText, text);
  announce(text);
}

/** Hide the error. */
export function clearError() {
  show(errorText, "");
}

/** Show `text` in one paragraph of the notice. The notice is hidden when all paragraphs are empty. */
function show(paragraph, text) {
  paragraph.textContent = text;
  paragraph.hidden = text === "";
  const isEmpty = newsText.hidden && errorText.hidden;
  if (notice.hidden === isEmpty) return;
  const focused = notice.contains(document.activeElement);
  notice.hidden = isEmpty;
  if (focused) (previousFocus?.isConnected ? previousFocus : document.getElementById("title")).focus();
}

let previousFocus = null; // the focused element before the dismiss button

function dismiss() {
  clearTimeout(newsTimer);
  show(newsText, "");
  show(errorText, "");
}

dismissButton.addEventListener("click", dismiss);
dismissButton.addEventListener("focus", (event) => (previousFocus = event.relatedTarget ?? previousFocus));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") dismiss();
});

let connectionTimer = 0;

/** Show the state of the connection: "live" or "lost". */
export function showConnection(state) {
  const before = connection.dataset.state;
  if (before === state) return;
  clearTimeout(connectionTimer);
  connection.dataset.state = state;
  if (state === "lost") {
    connection.textContent = "Connection lost. Trying again…";
  } else {
    connection.textContent = before === "lost" ? "Connected again" : "Live";
    connectionTimer = setTimeout(() => (connection.textContent = "Live"), DURATION);
  }
}

connection.hidden = false;
