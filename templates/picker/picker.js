// The picker: shows GET api/models, stores what the user does to the favorites, follows the stream of changes.

import { follow } from "./connection.js";
import { draw, placeOf } from "./drawing.js";
import { moved, request, withEdits } from "./favorites.js";
import { notify, say, settleError, tellConnection } from "./telling.js";
import { counted, fullName } from "./words.js";

const PATIENCE = 15_000; // milliseconds for one request
const RETRY = 5_000;

const main = document.getElementById("models");
const summary = document.getElementById("summary");

let served = null; // the view as the server gave it last
let etag = null;
let available = true; // the favorites
let known = []; // ids of the favorites when they were available last
let edits = []; // made here and not confirmed yet, in order
let streaming = false;
let upToDate = true;

/** The view that the user shall see. */
function shown() {
  const remembered = available ? [] : known.map((id) => ({ kind: "add", id }));
  return withEdits(served, [...remembered, ...edits]);
}

function render() {
  if (served === null) return;
  document.getElementById("waiting")?.remove();
  const view = shown();
  draw(view, available);
  main.setAttribute("aria-busy", "false");
  summarize(view);
}

function summarize(view) {
  const groups = view.sections.slice(1);
  const rows = groups.flatMap((group) => group.models);
  let text = `${counted(rows.length, "model")} from ${counted(groups.length, "provider")}`;
  if (!rows.some((row) => row.id === view.default))
    text += `. The default, ${view.default}, is not available now.`;
  summary.textContent = text;
}

// The view

/** The answer to a request, read to its end: status, headers, text. */
async function ask(address, options) {
  const response = await fetch(address, {
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
    ...options,
  });
  const text = await response.text();
  if (response.status === 401) location.assign("login");
  return { ok: response.ok, status: response.status, headers: response.headers, text };
}

async function load() {
  const answer = await ask("api/models", { headers: etag === null ? {} : { "If-None-Match": etag } });
  if (answer.status !== 304) {
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const fresh = JSON.parse(answer.text);
    if (served !== null) tellOfProviders(served, fresh);
    served = fresh;
    etag = answer.headers.get("ETag");
  }
  available = answer.headers.get("X-Booconf-Favorites") !== "unavailable";
  if (available) known = served.sections[0].models.map((row) => row.id);
  render();
}

let running = null;
let next = null;

/** Load the view, beginning after this call: one request at a time, and one more for all who ask meanwhile. */
function refresh() {
  if (running === null) {
    running = load().finally(() => (running = null));
    return running;
  }
  next ??= running
    .catch(() => {})
    .then(() => {
      next = null;
      return refresh();
    });
  return next;
}

let retrying = 0;

/** Load the view until that succeeds, and for as long as its favorites are unavailable. */
async function keepUp() {
  clearTimeout(retrying);
  try {
    await refresh();
    upToDate = true;
  } catch {
    upToDate = false;
    const waiting = document.getElementById("waiting");
    if (waiting !== null) waiting.textContent = "The models cannot be loaded. Trying again…";
  }
  tellConnection(streaming && upToDate ? "live" : "lost");
  clearTimeout(retrying);
  if (!document.hidden && streaming && !(upToDate && available)) retrying = setTimeout(keepUp, RETRY);
}

const labels = new Map(); // of every provider that was ever here

function tellOfProviders(before, after) {
  const ids = (view) => new Set(view.sections.slice(1).map((section) => section.id));
  for (const { id, label } of before.sections) labels.set(id, label);
  const [past, now] = [ids(before), ids(after)];
  const news = [...past].filter((id) => !now.has(id)).map((id) => `${labels.get(id)} is not available now.`);
  for (const { id, label } of after.sections.slice(1)) {
    if (!past.has(id)) news.push(`${label} is available ${labels.has(id) ? "again" : "now"}.`);
  }
  if (news.length > 0) notify(news.join(" "));
}

// Edits

let storing = Promise.resolve();

/** Show `edit` at once, and store it after those before it; take it back when that fails. */
function change(edit, done, failed) {
  edits.push(edit);
  render();
  say(done);
  storing = storing
    .then(() => store(edit))
    .catch((error) => notify(`${failed}: ${error.message}`, { error: true }))
    .finally(() => {
      edits = edits.filter((other) => other !== edit);
      render();
    });
}

async function store(edit) {
  const answer = await ask(...request(edit)).catch(() => {
    throw new Error("the server did not answer");
  });
  if (!answer.ok) {
    if (answer.status === 503) {
      available = false;
      keepUp();
    }
    throw new Error(reasonIn(answer));
  }
  settleError();
  await refresh().catch(() => {
    served = withEdits(served, [edit]); // it is stored: the next view has it too
  });
}

/** Why the server refused: in its words, where it is our server that answered. */
function reasonIn({ status, text }) {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return `the server answered ${status}`;
  }
}

function toggle(row) {
  const { id } = row;
  const name = fullName(row);
  if (row.favorite)
    change({ kind: "remove", id }, `${name} removed from favorites`, `${name} is still a favorite`);
  else change({ kind: "add", id }, `${name} added to favorites`, `${name} was not added to favorites`);
}

function move(row, rows, places) {
  const ids = moved(
    rows.map((other) => other.id),
    row.id,
    places,
  );
  const name = fullName(row);
  const place = `${name} is now ${ids.indexOf(row.id) + 1} of ${ids.length}`;
  change({ kind: "order", ids }, place, `${name} was not moved`);
}

main.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button === null) return;
  if (button.getAttribute("aria-disabled") === "true") {
    if (!available) notify("Favorites cannot be changed just now.");
    return;
  }
  const { section, id } = placeOf(button);
  const rows = shown().sections.find((other) => other.id === section).models;
  const row = rows.find((other) => other.id === id);
  if (button.dataset.action === "star") toggle(row);
  else move(row, rows, button.dataset.action === "up" ? -1 : 1);
});

follow("api/events", {
  onChange: keepUp,
  onState(state) {
    streaming = state === "live";
    if (streaming) return;
    tellConnection("lost");
    keepUp(); // the stream does not say why it ended: the session may have, too
  },
});
