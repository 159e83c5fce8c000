// The picker: shows GET api/models, stores what the user does to the favorites, follows the stream of changes.

import { ask, reasonIn } from "./asking.js";
import { follow } from "./connection.js";
import { draw, placeOf } from "./drawing.js";
import { moved, request, withEdits } from "./favorites.js";
import { tellOfProviders } from "./news.js";
import { say, settleError, tellConnection, tellError, tellNews } from "./telling.js";
import { counted, fullName, keptInWords, toldApart } from "./words.js";

const RETRY = 5_000; // milliseconds

const main = document.getElementById("models");
const summary = document.getElementById("summary");
const waiting = document.getElementById("waiting");

let served = null; // the view as the server gave it last
let etag = null;
let available = true; // the favorites
let known = []; // ids of the favorites when they were available last
let kept = ""; // words on the favorites that are stored and not shown
let keptAsked = 0; // how often they were asked for
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
  waiting.remove();
  const view = shown();
  draw(view, { available, kept: available ? kept : "" });
  main.setAttribute("aria-busy", "false");
  summarize(view);
}

function summarize(view) {
  const groups = view.sections.slice(1);
  const rows = groups.flatMap((group) => group.models);
  let text = `${counted(rows.length, "model")} from ${counted(groups.length, "provider")}`;
  if (groups.length === 0) text = "No provider is available now";
  else if (!rows.some((row) => row.id === view.default))
    text += `. The default, ${view.default}, is not available now.`;
  summary.textContent = text;
}

// The view

async function load() {
  const answer = await ask("api/models", { headers: etag === null ? {} : { "If-None-Match": etag } });
  if (answer.status !== 304) {
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const fresh = toldApart(JSON.parse(answer.text));
    if (served !== null) tellOfProviders(served, fresh);
    served = fresh;
    etag = answer.headers.get("ETag");
  }
  available = answer.headers.get("X-Booconf-Favorites") !== "unavailable";
  if (available) known = served.sections[0].models.map((row) => row.id);
  render();
  if (available) tellOfKept();
}

/**
 * Find out which favorites the view does not show; without an answer the page says nothing of them. They may change
 * where the view does not: its tag says nothing of them.
 */
async function tellOfKept() {
  keptAsked += 1;
  const asking = keptAsked;
  const answer = await ask("api/favorites").catch(() => ({ ok: false }));
  if (asking !== keptAsked) return;
  kept = answer.ok ? keptInWords(JSON.parse(answer.text).favorites) : "";
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
    waiting.textContent = "The models cannot be loaded. Trying again…";
  }
  tellConnection(streaming && upToDate ? "live" : "lost");
  clearTimeout(retrying);
  if (!document.hidden && streaming && !(upToDate && available)) retrying = setTimeout(keepUp, RETRY);
}

// Edits

let storing = Promise.resolve();

/** Show `edit` at once, and store it after those before it; take it back when that fails. Errors until now are over. */
function change(edit, done, failed) {
  settleError();
  edits.push(edit);
  render();
  say(done);
  storing = storing
    .then(() => store(edit))
    .catch((error) => tellError(`${failed}: ${error.message}`))
    .finally(() => {
      edits = edits.filter((other) => other !== edit);
      render();
    });
}

async function store(edit) {
  const answer = await ask(...request(edit)).catch(() => {
    connection.reopen();
    throw new Error("the server did not answer");
  });
  if (!answer.ok) {
    if (answer.status === 503) {
      available = false;
      keepUp();
    }
    throw new Error(reasonIn(answer));
  }
  await refresh().catch(() => {
    served = withEdits(served, [edit]); // it is stored: the next view has it too, unless it is undone by then
    etag = null;
  });
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
    if (!available) tellNews("Favorites cannot be changed just now.");
    return;
  }
  const { section, id } = placeOf(button);
  const rows = shown().sections.find((other) => other.id === section).models;
  const row = rows.find((other) => other.id === id);
  if (button.dataset.action === "star") toggle(row);
  else move(row, rows, button.dataset.action === "up" ? -1 : 1);
});

// A key that is held presses again and again, and the next star gets the focus of one that is gone.
main.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest(".star")) event.preventDefault();
});

waiting.hidden = false;
main.setAttribute("aria-busy", "true");
const connection = follow("api/events", {
  onChange: keepUp,
  onState(state) {
    streaming = state === "live";
    if (streaming) return;
    tellConnection("lost");
    keepUp(); // the stream does not say why it ended: the session may have, too
  },
});
