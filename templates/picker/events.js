// Provider events: providers that appear or disappear within a second are reported in one message.

import { isolate, joinNames } from "./formatting.js";
import { notify } from "./notifications.js";

const DELAY = 1_000; // milliseconds
const MAX_NAMES = 4;

const labels = new Map(); // id -> label of every provider that was ever shown
const pending = new Map(); // id -> label and event of providers not reported yet
let timer = 0;

/** Report the providers that are in only one of two views. */
export function reportProviders(before, after) {
  const [old, current] = [before, after].map((view) => view.sections.slice(1));
  const contains = (sections, id) => sections.some((section) => section.id === id);
  for (const { id, label } of old) {
    labels.set(id, label);
    if (!contains(current, id)) add(id, label, "gone");
  }
  for (const { id, label } of current) {
    if (!contains(old, id)) add(id, label, labels.has(id) ? "back" : "new");
  }
}

/** Two pending events of one provider cancel out. */
function add(id, label, event) {
  if (!pending.delete(id)) pending.set(id, { label, event });
  timer ||= setTimeout(flush, DELAY);
}

function flush() {
  const labelsOf = (wanted) =>
    [...pending.values()].filter(({ event }) => event === wanted).map(({ label }) => label);
  const text = providerMessage(labelsOf("gone"), labelsOf("back"), labelsOf("new"));
  timer = 0;
  pending.clear();
  if (text !== "") notify(text);
}

/** One sentence per kind of event, with the labels of its providers. */
export function providerMessage(gone, back = [], added = []) {
  return [
    [gone, "not available now"],
    [back, "available again"],
    [added, "available now"],
  ]
    .filter(([names]) => names.length > 0)
    .map(([names, state]) => `${nameList(names)} ${names.length === 1 ? "is" : "are"} ${state}.`)
    .join(" ");
}

function nameList(labels) {
  const names = labels.map(isolate);
  if (names.length > MAX_NAMES) {
    names.splice(MAX_NAMES - 1, names.length, `${names.length - MAX_NAMES + 1} others`);
  }
  return joinNames(names);
}
