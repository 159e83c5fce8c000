// What the page says besides the models: notices, words for screen readers alone, and how the connection is.

import { guarded } from "./slipping.js";

const NEWS_STAY = 8_000; // milliseconds

const notice = document.getElementById("notice");
const failure = document.getElementById("notice-error");
const news = document.getElementById("notice-news");
const dismissal = document.getElementById("dismiss");
const spoken = document.getElementById("spoken");
const connection = document.getElementById("connection");

/** Tell a screen reader what everybody else sees. */
export function say(text) {
  spoken.textContent = text;
}

let hiding = 0;

/** Show and speak what goes by itself after a while. */
export function tellNews(text) {
  clearTimeout(hiding);
  hiding = setTimeout(() => show(news, ""), NEWS_STAY);
  show(news, text);
  say(text);
}

/** Show and speak what stays until the user dismisses it or makes the next edit. */
export function tellError(text) {
  show(failure, text);
  say(text);
}

/** Take an error away: what the user does now comes in its place. */
export function settleError() {
  show(failure, "");
}

/** Put a text, or none, into its place in the notice, which is there as long as it says something. */
function show(place, text) {
  place.textContent = text;
  place.hidden = text === "";
  const isEmpty = news.hidden && failure.hidden;
  if (notice.hidden === isEmpty) return;
  const focused = notice.contains(document.activeElement);
  guarded(() => (notice.hidden = isEmpty));
  if (focused) (left?.isConnected ? left : document.getElementById("title")).focus();
}

let left = null; // where the focus was before it went into the notice

function dismiss() {
  clearTimeout(hiding);
  show(news, "");
  show(failure, "");
}

dismissal.addEventListener("click", dismiss);
dismissal.addEventListener("focus", (event) => (left = event.relatedTarget ?? left));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") dismiss();
});

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
    settling = setTimeout(() => (connection.textContent = "Live"), NEWS_STAY);
  }
}

connection.hidden = false;
