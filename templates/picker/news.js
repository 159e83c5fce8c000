// News of providers that come and go, gathered for a moment: what happens at once is told at once.

import { tellNews } from "./telling.js";
import { isolated, listed } from "./words.js";

const GATHERING = 1_000; // milliseconds
const MOST_NAMED = 4;

const labels = new Map(); // of every provider that was ever here
const untold = new Map(); // by the id of a provider: its label, and what has become of it
let telling = 0;

/** Tell of the providers that one view has and the other has not. */
export function tellOfProviders(before, after) {
  const [past, now] = [before, after].map((view) => view.sections.slice(1));
  const isIn = (sections) => (id) => sections.some((section) => section.id === id);
  const [was, is] = [isIn(past), isIn(now)];
  for (const { id, label } of past) {
    labels.set(id, label);
    if (!is(id)) gather(id, label, "gone");
  }
  for (const { id, label } of now) if (!was(id)) gather(id, label, labels.has(id) ? "back" : "new");
}

/** What happens to a provider after something untold is the way back. */
function gather(id, label, change) {
  if (!untold.delete(id)) untold.set(id, { label, change });
  telling ||= setTimeout(tell, GATHERING);
}

function tell() {
  const those = (wanted) =>
    [...untold.values()].filter(({ change }) => change === wanted).map(({ label }) => label);
  const text = told(those("gone"), those("back"), those("new"));
  telling = 0;
  untold.clear();
  if (text !== "") tellNews(text);
}

/** The sentences about providers that are `gone`, `back` and `fresh`, by their labels. */
export function told(gone, back = [], fresh = []) {
  return [
    [gone, "not available now"],
    [back, "available again"],
    [fresh, "available now"],
  ]
    .filter(([those]) => those.length > 0)
    .map(([those, what]) => `${named(those)} ${those.length === 1 ? "is" : "are"} ${what}.`)
    .join(" ");
}

function named(those) {
  const names = those.map(isolated);
  if (names.length > MOST_NAMED)
    names.splice(MOST_NAMED - 1, names.length, `${names.length - MOST_NAMED + 1} others`);
  return listed(names);
}
