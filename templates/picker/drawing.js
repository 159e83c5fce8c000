// The view as elements; all text is text.

import { arrange } from "./arranging.js";
import { inPlace } from "./staying.js";
import { counted, exactly, fullName, shortened } from "./words.js";

const main = document.getElementById("models");
const groups = document.getElementById("groups");
const templates = Object.fromEntries(
  [...document.querySelectorAll("template")].map((template) => [
    template.id,
    template.content.firstElementChild,
  ]),
);

const EMPTY = "No favorites to show. Press the star of a model to add it here; it stays in its group too.";
const NOBODY = "There is nothing to choose from just now. Providers and their models return by themselves.";
const UNAVAILABLE = "Favorites cannot be read or changed just now. They are kept, and return by themselves.";
const LAST_KNOWN = "Favorites cannot be read or changed just now. These were the last known.";

/** Show `view` and what is `kept` besides it; stars and moves are off while the favorites are not `available`. */
export function draw(view, { available, kept }) {
  const context = {
    available,
    kept,
    defaultId: view.default,
    ambiguous: ambiguousNames(view),
    isAlone: view.sections.length === 1,
  };
  inPlace(() => {
    arrange(main, view.sections, templates.section, (element, section) =>
      drawSection(element, section, context),
    );
    arrange(groups, view.sections, templates.group, drawGroup);
  });
}

/** The section and the model that `element` stands in, by id. */
export function placeOf(element) {
  return {
    section: element.closest("[data-section]")?.dataset.section,
    id: element.closest(".row")?.dataset.key,
  };
}

function drawSection(element, section, context) {
  const favorites = section.id === "favorites";
  const heading = element.querySelector("h2");
  element.dataset.section = section.id;
  heading.id = `group-${section.id}`;
  element.setAttribute("aria-labelledby", heading.id);
  fill(element, {
    label: section.label,
    count: section.models.length > 0 ? counted(section.models.length, "model") : "",
    hint: favorites ? hintFor(section, context) : "",
    kept: favorites ? context.kept : "",
  });
  const list = element.querySelector(".rows");
  list.hidden = section.models.length === 0;
  arrange(list, section.models, templates.row, (row, model, index) =>
    drawRow(
      row,
      model,
      context,
      favorites && { first: index === 0, last: index === section.models.length - 1 },
    ),
  );
}

/** What to know about the favorites, where there is something. */
function hintFor(section, { available, isAlone }) {
  const empty = section.models.length === 0;
  if (!available) return empty ? UNAVAILABLE : LAST_KNOWN;
  if (!empty) return "";
  return isAlone ? NOBODY : EMPTY;
}

function drawGroup(element, section) {
  element.querySelector("a").href = `#group-${section.id}`;
  fill(element, { label: section.label, count: section.models.length ? String(section.models.length) : "" });
}

function drawRow(element, row, { available, defaultId, ambiguous }, place) {
  const drawn = JSON.stringify([row, available, row.id === defaultId, place, ambiguous.has(fullName(row))]);
  if (element.drawn === drawn) return;
  element.drawn = drawn;
  const input = row.input !== row.context && row.input; // the window says it else
  const limits = [`Context window ${row.context ? exactly(row.context) : "unknown"}`];
  if (input) limits.push(`input ${exactly(input)}`);
  if (row.output) limits.push(`output ${exactly(row.output)}`);
  fill(element, {
    label: row.label,
    provider: row.provider_label,
    id: row.id,
    traits: row.capabilities.join(" · "),
    window: row.context ? shortened(row.context) : "",
    context: row.context ? "context" : "context unknown",
    input: input ? `${shortened(input)} input` : "",
    output: row.output ? `${shortened(row.output)} output` : "",
    tokens: limits.join(", "),
  });
  part(element, "window").title = limits.join("\n");
  part(element, "default").hidden = row.id !== defaultId;
  part(element, "moves").hidden = !place;
  const name = ambiguous.has(fullName(row)) ? `${fullName(row)} (${row.id})` : fullName(row);
  const star = control(element, "star");
  star.setAttribute("aria-pressed", String(row.favorite));
  label(star, `Favorite ${name}`, available);
  label(control(element, "up"), `Move ${name} up`, available && !place.first);
  label(control(element, "down"), `Move ${name} down`, available && !place.last);
}

/** Names that more than one model has: two models of one provider may share a label. */
function ambiguousNames(view) {
  const seen = new Map();
  for (const section of view.sections.slice(1)) {
    for (const row of section.models) seen.set(fullName(row), (seen.get(fullName(row)) ?? 0) + 1);
  }
  return new Set([...seen].filter(([, times]) => times > 1).map(([name]) => name));
}

// Off is aria-disabled, because a button that becomes disabled loses the focus.
function label(button, name, on) {
  button.setAttribute("aria-label", name);
  button.title = button.dataset.action === "star" ? "" : name;
  if (on) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}

function fill(element, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const place = element.querySelector(`:scope [data-text="${name}"]`);
    if (place.textContent !== text) place.textContent = text;
    if (place.tagName === "P") place.hidden = text === "";
  }
}

function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`);
}

function control(element, action) {
  return element.querySelector(`[data-action="${action}"]`);
}
