// The picker: shows GET api/models, stores what the user does to the favorites, follows the stream of changes.

import { follow } from "./connection.js";
import { draw, placeOf } from "./drawing.js";
import { moved, request, withEdits } from "./favorites.js";
import { counted, fullName } from "./words.js";

const PATIENCE = 15_000; // milliseconds for one request
const RETRY_FAVORITES = 5_000;
const NOTICE_STAYS = 8_000;

const element = (id) => document.getElementById(id);
const main = element("models");

let view = null; // as the server gave it last
let etag = null;
let available = true; // the favorites
let edits = []; // made here and not confirmed yet, in order
let seen = new Map(); // providers shown so far: id -> label

function shown() {
  return withEdits(view, edits);
}

function render() {
  if (view === null) return;
  element("waiting")?.remove();
  draw(shown(), available);
  main.setAttribute("aria-busy", "false");
  summarize();
}

function summarize() {
  const rows = view.sections.slice(1).flatMap((section) => section.models);
  const groups = view.sections.length - 1;
  const known = rows.some((row) => row.id === view.default);
  const text = `${counted(rows.length, "model")} from ${counted(groups, "provider")}`;
  const missing = `. The default, ${view.default}, is not available now`;
  element("summary").textContent = known ? text : text + missing;
}

// Requests

async function ask(address, options = {}) {
  const response = await fetch(address, {
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
    ...options,
  });
  if (response.status === 401) location.assign("login");
  return response;
}

async function load() {
  const response = await ask("api/models", { headers: etag ? { "If-None-Match": etag } : {} });
  if (response.status !== 304) {
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const fresh = await response.json();
    tellOfProviders(fresh);
    view = fresh;
    etag = response.headers.get("ETag");
  }
  setAvailable(response.headers.get("X-Booconf-Favorites") !== "unavailable");
  render();
}

let running = null;
let queued = null;

/** Load the view, beginning after this call: one request at a time, and one more for all who asked meanwhile. */
function refresh() {
  if (running === null) {
    running = load().finally(() => (running = null));
    return running;
  }
  queued ??= running.catch(() => {}).then(() => ((queued = null), refresh()));
  return queued;
}

let retryFavorites = 0;

function setAvailable(now) {
  available = now;
  clearTimeout(retryFavorites);
  if (!now) retryFavorites = setTimeout(() => refresh().catch(() => setAvailable(false)), RETRY_FAVORITES);
}

// Edits

let storing = Promise.resolve();

/** Show `edit` at once and store it after those before it; take it back when the server refuses. */
function change(edit, done, failed) {
  edits.push(edit);
  render();
  say(done);
  storing = storing.then(() => store(edit)).catch((error) => {
    edits = edits.filter((other) => other !== edit);
    render();
    notify(`${failed}: ${error.message}`, { stays: true });
  });
}

async function store(edit) {
  const response = await ask(...request(edit)).catch(() => {
    throw new Error("the server did not answer.");
  });
  if (!response.ok) {
    if (response.status === 503) setAvailable(false);
    throw new Error(await reason(response));
  }
  dismissError();
  try {
    await refresh();
  } catch {
    view = withEdits(view, [edit]); // stored, and the next view will have it
  }
  edits = edits.filter((other) => other !== edit);
  render();
}

async function reason(response) {
  const body = await response.json().catch(() => null);
  return body?.error?.message ?? `the server answered ${response.status}.`;
}

function act(button) {
  const { section, id } = placeOf(button);
  const rows = shown().sections.find((other) => other.id === section).models;
  const row = rows.find((other) => other.id === id);
  const name = fullName(row);
  if (button.dataset.action === "star") {
    return row.favorite
      ? change({ kind: "remove", id }, `${name} removed from favorites`, `${name} is still a favorite`)
      : change({ kind: "add", id }, `${name} added to favorites`, `${name} was not added to favorites`);
  }
  const ids = moved(rows.map((other) => other.id), id, button.dataset.action === "up" ? -1 : 1);
  if (ids === null) return;
  const place = `${name} is now ${ids.indexOf(id) + 1} of ${ids.length}`;
  change({ kind: "order", ids }, place, `${name} was not moved`);
}

main.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button === null) return;
  if (button.getAttribute("aria-disabled") !== "true") act(button);
  else if (!available) notify("Favorites cannot be changed just now.");
});

// Telling

function say(text) {
  element("spoken").textContent = text;
}

let hiding = 0;
let before = null;

/** Show a notice, and speak it; it goes by itself unless it `stays`. */
function notify(text, { stays = false } = {}) {
  clearTimeout(hiding);
  const notice = element("notice");
  element("notice-text").textContent = text;
  notice.classList.toggle("error", stays);
  notice.hidden = false;
  say(text);
  if (!stays) hiding = setTimeout(dismiss, NOTICE_STAYS);
}

function dismiss() {
  const notice = element("notice");
  const focused = notice.contains(document.activeElement);
  notice.hidden = true;
  if (focused) (before?.isConnected ? before : element("title")).focus();
}

function dismissError() {
  if (element("notice").classList.contains("error")) dismiss();
}

element("dismiss").addEventListener("click", dismiss);
element("dismiss").addEventListener("focus", (event) => (before = event.relatedTarget ?? before));

/** Say which providers went or came since the last view. */
function tellOfProviders(fresh) {
  const labels = (sections) => new Map(sections.slice(1).map((section) => [section.id, section.label]));
  const now = labels(fresh.sections);
  if (view !== null) {
    const past = labels(view.sections);
    const gone = [...past].filter(([id]) => !now.has(id)).map(([, label]) => label);
    const come = [...now].filter(([id]) => !past.has(id));
    const news = gone.map((label) => `${label} is not available now.`);
    news.push(...come.map(([id, label]) => `${label} is available ${seen.has(id) ? "again" : "now"}.`));
    if (news.length) notify(news.join(" "));
  }
  seen = new Map([...seen, ...now]);
}

let settled = 0;

function tellState(state) {
  const connection = element("connection");
  const regained = connection.dataset.state === "lost" && state === "live";
  if (connection.dataset.state === state) return;
  clearTimeout(settled);
  connection.dataset.state = state;
  if (state === "lost") connection.textContent = "Connection lost. Trying again…";
  else connection.textContent = regained ? "Connected again" : "Live";
  if (regained) settled = setTimeout(() => (connection.textContent = "Live"), NOTICE_STAYS);
}

// Beginning

function refreshQuietly() {
  refresh().catch(() => {
    if (view === null) element("waiting").textContent = "The models cannot be loaded. Trying again…";
  });
}

follow("api/events", { onChange: refreshQuietly, onState: tellState });
