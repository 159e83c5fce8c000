// Render a catalog view as elements. Text is set as text, never parsed as HTML.

import { keepFocus } from "./focus.js";
import { exactTokens, fullName, plural, shortTokens } from "./formatting.js";
import { reconcile } from "./reconcile.js";

const main = document.getElementById("models");
const groups = document.getElementById("groups");
const templates = Object.fromEntries(
  [...document.querySelectorAll("template")].map((template) => [
    template.id,
    template.content.firstElementChild,
  ]),
);

const EMPTY = "No favorites to show. Press the star of a model to add it here; it stays in its group too.";
const NO_PROVIDER =
  "There is nothing to choose from just now. Providers and their models return by themselves.";
const UNAVAILABLE = "Favorites cannot be read or changed just now. They are kept, and return by themselves.";
const LAST_KNOWN = "Favorites cannot be read or changed just now. These were the last known.";

/**
 * Show `view`, and below the favorites the text `hidden` about those it does not contain. The buttons are
 * disabled while the favorites are not `available`.
 */
export function renderView(view, { available, hidden }) {
  const context = {
    available,
    hidden,
    defaultId: view.default,
    ambiguous: ambiguousNames(view),
    hasNoProvider: view.sections.length === 1,
  };
  keepFocus(() => {
    reconcile(main, view.sections, templates.section, (element, section) =>
      renderSection(element, section, context),
    );
    reconcile(groups, view.sections, templates.group, renderGroup);
  });
}

/** The ids of the section and the model around `element`. */
export function rowOf(element) {
  return {
    section: element.closest("[data-section]")?.dataset.section,
    id: element.closest(".row")?.dataset.key,
  };
}

function renderSection(element, section, context) {
  const favorites = section.id === "favorites";
  const heading = element.querySelector("h2");
  element.dataset.section = section.id;
  heading.id = `group-${section.id}`;
  element.setAttribute("aria-labelledby", heading.id);
  setTexts(element, {
    label: section.label,
    count: section.models.length > 0 ? plural(section.models.length, "model") : "",
    hint: favorites ? favoritesHint(section, context) : "",
    hidden: favorites ? context.hidden : "",
  });
  const list = element.querySelector(".rows");
  list.hidden = section.models.length === 0;
  reconcile(list, section.models, templates.row, (row, model, index) =>
    renderRow(
      row,
      model,
      context,
      favorites && { first: index === 0, last: index === section.models.length - 1 },
    ),
  );
}

/** The hint shown with the favorites: why there are none, or that they are not available. */
function favoritesHint(section, { available, hasNoProvider }) {
  const empty = section.models.length === 0;
  if (!available) return empty ? UNAVAILABLE : LAST_KNOWN;
  if (!empty) return "";
  return hasNoProvider ? NO_PROVIDER : EMPTY;
}

function renderGroup(element, section) {
  element.querySelector("a").href = `#group-${section.id}`;
  setTexts(element, {
    label: section.label,
    count: section.models.length ? String(section.models.length) : "",
  });
}

function renderRow(element, row, { available, defaultId, ambiguous }, position) {
  const state = JSON.stringify([
    row,
    available,
    row.id === defaultId,
    position,
    ambiguous.has(fullName(row)),
  ]);
  if (element.renderedState === state) return;
  element.renderedState = state;
  const shared = row.input === row.context || row.input === row.context - row.output;
  const input = !shared && row.input;
  const limits = [`Context window ${row.context ? exactTokens(row.context) : "unknown"}`];
  if (input) limits.push(`input ${exactTokens(input)}`);
  if (row.output) limits.push(`output ${exactTokens(row.output)}`);
  setTexts(element, {
    label: row.label,
    provider: row.provider_label,
    id: row.id,
    traits: row.capabilities.join(" · "),
    window: row.context ? shortTokens(row.context) : "",
    context: row.context ? "context" : "context unknown",
    input: input ? `${shortTokens(input)} input` : "",
    output: row.output ? `${shortTokens(row.output)} output` : "",
    tokens: limits.join(", "),
  });
  part(element, "window").title = limits.join("\n");
  part(element, "default").hidden = row.id !== defaultId;
  part(element, "moves").hidden = !position;
  const name = ambiguous.has(fullName(row)) ? `${fullName(row)} (${row.id})` : fullName(row);
  const star = button(element, "star");
  star.setAttribute("aria-pressed", String(row.favorite));
  setButton(star, `Favorite ${name}`, available);
  setButton(button(element, "up"), `Move ${name} up`, available && !position.first);
  setButton(button(element, "down"), `Move ${name} down`, available && !position.last);
}

/** The names of more than one model: two models of one provider may share a label. */
function ambiguousNames(view) {
  const counts = new Map();
  for (const section of view.sections.slice(1)) {
    for (const row of section.models) counts.set(fullName(row), (counts.get(fullName(row)) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count > 1).map(([name]) => name));
}

// aria-disabled instead of disabled: a button that becomes disabled loses the focus.
function setButton(element, name, enabled) {
  element.setAttribute("aria-label", name);
  element.title = element.dataset.action === "star" ? "" : name;
  if (enabled) element.removeAttribute("aria-disabled");
  else element.setAttribute("aria-disabled", "true");
}

function setTexts(element, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const target = element.querySelector(`:scope [data-text="${name}"]`);
    if (target.textContent !== text) target.textContent = text;
    if (target.tagName === "P") target.hidden = text === "";
  }
}

function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`);
}

function button(element, action) {
  return element.querySelector(`[data-action="${action}"]`);
}
