// The picker: shows GET api/models, stores the user's edits of the favorites, and follows the event stream.

import { errorMessage, send } from "./api.js";
import { connect } from "./connection.js";
import { reportProviders } from "./events.js";
import { applyEdits, editRequest, moveId } from "./favorites.js";
import { fullName, hiddenFavoritesText, plural, withUniqueLabels } from "./formatting.js";
import { announce, clearError, notify, notifyError, showConnection } from "./notifications.js";
import { renderView, rowOf } from "./rendering.js";

const RETRY_DELAY = 5_000; // milliseconds

const main = document.getElementById("models");
const summary = document.getElementById("summary");
const loading = document.getElementById("loading");

let served = null; // the latest view from the server
let etag = null;
let available = true; // whether the favorites can be read and changed
let lastKnown = []; // ids of the favorites when they were last available
let hidden = ""; // text about stored favorites that the view does not contain
let edits = []; // not confirmed by the server yet, in order
let streaming = false;
let upToDate = true;

/** The view with the edits that are not confirmed yet. */
function currentView() {
  const remembered = available ? [] : lastKnown.map((id) => ({ kind: "add", id }));
  return applyEdits(served, [...remembered, ...edits]);
}

function render() {
  if (served === null) return;
  loading.remove();
  const view = currentView();
  renderView(view, { available, hidden: available ? hidden : "" });
  main.setAttribute("aria-busy", "false");
  summary.textContent = summaryText(view);
}

function summaryText(view) {
  const groups = view.sections.slice(1);
  const rows = groups.flatMap((group) => group.models);
  if (groups.length === 0) return "No provider is available now";
  const counts = `${plural(rows.length, "model")} from ${plural(groups.length, "provider")}`;
  if (rows.some((row) => row.id === view.default)) return counts;
  return `${counts}. The default, ${view.default}, is not available now.`;
}

// The view

/** Load the view and the hidden favorites, then render both at once. */
async function load() {
  const response = await send("api/models", { headers: etag === null ? {} : { "If-None-Match": etag } });
  if (response.status !== 304 && !response.ok) throw new Error(errorMessage(response));
  const favoritesAvailable = response.headers.get("X-Booconf-Favorites") !== "unavailable";
  const hiddenText = favoritesAvailable ? await loadHiddenFavorites() : "";
  if (response.status !== 304) {
    const view = withUniqueLabels(JSON.parse(response.text));
    if (served !== null) reportProviders(served, view);
    served = view;
    etag = response.headers.get("ETag");
  }
  available = favoritesAvailable;
  hidden = hiddenText;
  if (available) lastKnown = served.sections[0].models.map((row) => row.id);
  render();
}

/** The text about hidden favorites, empty after an error. They may change without the view and its ETag. */
async function loadHiddenFavorites() {
  const response = await send("api/favorites").catch(() => ({ ok: false }));
  return response.ok ? hiddenFavoritesText(JSON.parse(response.text).favorites) : "";
}

let running = null;
let next = null;

/** Load the view, starting after this call. Calls during a load share the next one. */
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

let retryTimer = 0;

/** Load the view; retry after a failure, and while the favorites are unavailable. */
async function update() {
  clearTimeout(retryTimer);
  try {
    await refresh();
    upToDate = true;
  } catch {
    upToDate = false;
    loading.textContent = "The models cannot be loaded. Trying again…";
  }
  showConnection(streaming && upToDate ? "live" : "lost");
  clearTimeout(retryTimer);
  if (!document.hidden && streaming && !(upToDate && available)) retryTimer = setTimeout(update, RETRY_DELAY);
}

// Edits

let storing = Promise.resolve();

/** Show `edit` at once and store it after the edits before it; undo it if that fails. Clear the error. */
function submit(edit, success, failure) {
  clearError();
  edits.push(edit);
  render();
  announce(success);
  storing = storing
    .then(() => store(edit))
    .catch((error) => notifyError(`${failure}: ${error.message}`))
    .finally(() => {
      edits = edits.filter((other) => other !== edit);
      render();
    });
}

async function store(edit) {
  const response = await send(...editRequest(edit)).catch(() => {
    connection.reopen();
    throw new Error("the server did not answer");
  });
  if (!response.ok) {
    if (response.status === 503) {
      available = false;
      update();
    }
    throw new Error(errorMessage(response));
  }
  await refresh().catch(() => {
    served = applyEdits(served, [edit]); // stored: the next view contains it, unless it is undone by then
    etag = null;
  });
}

function toggle(row) {
  const { id } = row;
  const name = fullName(row);
  if (row.favorite)
    submit({ kind: "remove", id }, `${name} removed from favorites`, `${name} is still a favorite`);
  else submit({ kind: "add", id }, `${name} added to favorites`, `${name} was not added to favorites`);
}

function move(row, rows, offset) {
  const ids = moveId(
    rows.map((other) => other.id),
    row.id,
    offset,
  );
  const name = fullName(row);
  const position = `${name} is now ${ids.indexOf(row.id) + 1} of ${ids.length}`;
  submit({ kind: "order", ids }, position, `${name} was not moved`);
}

let clicked = null; // the last button

main.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button === null) return;
  // The second click of a double click would act on the row that replaced the first one.
  if (event.detail > 1 && button !== clicked) return;
  clicked = button;
  if (button.getAttribute("aria-disabled") === "true") {
    if (!available) notify("Favorites cannot be changed just now.");
    return;
  }
  const { section, id } = rowOf(button);
  const rows = currentView().sections.find((other) => other.id === section).models;
  const row = rows.find((other) => other.id === id);
  if (button.dataset.action === "star") toggle(row);
  else move(row, rows, button.dataset.action === "up" ? -1 : 1);
});

// A held key repeats, and focus moves to the next star when a favorite is removed.
main.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest(".star")) event.preventDefault();
});

loading.hidden = false;
main.setAttribute("aria-busy", "true");
const connection = connect("api/events", {
  onChange: update,
  onState(state) {
    streaming = state === "live";
    if (streaming) return;
    showConnection("lost");
    update(); // the stream gives no reason for its end, which may be the end of the session
  },
});
