// The view as elements. Elements are kept as long as what they show is there, the focused one is never moved, and all
// text is text.

import { counted, exactly, fullName, shortened } from "./words.js";

const main = document.getElementById("models");
const groups = document.getElementById("groups");
const title = document.getElementById("title");
const templates = Object.fromEntries(
  [...document.querySelectorAll("template")].map((template) => [
    template.id,
    template.content.firstElementChild,
  ]),
);

const EMPTY =
  "No favorites to show. Press the star of a model to add it here; it stays in its group too. " +
  "Favorites of a host that is away return with it.";
const UNAVAILABLE = "Favorites cannot be read or changed just now. They are kept, and return by themselves.";
const LAST_KNOWN = "Favorites cannot be read or changed just now. These were the last known.";

const BELOW_HEADING = 64; // pixels that the heading of a section covers, which stays at the top of the page

/** Show `view`; stars and moves are off while the favorites are not `available`. */
export function draw(view, available) {
  const focus = remembered();
  const still = standing();
  const context = { available, defaultId: view.default, ambiguous: ambiguousNames(view) };
  arrange(main, view.sections, "section", (element, section) => drawSection(element, section, context));
  arrange(groups, view.sections, "group", drawGroup);
  restore(focus);
  hold(still);
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
  const count = section.models.length > 0 ? counted(section.models.length, "model") : "";
  fill(element, { label: section.label, count, hint: favorites ? hintFor(section, context) : "" });
  const list = element.querySelector(".rows");
  list.hidden = section.models.length === 0;
  arrange(list, section.models, "row", (row, model, index) =>
    drawRow(
      row,
      model,
      context,
      favorites && { first: index === 0, last: index === section.models.length - 1 },
    ),
  );
}

/** What to know about the favorites, where there is something. */
function hintFor(section, { available }) {
  const empty = section.models.length === 0;
  if (available) return empty ? EMPTY : "";
  return empty ? UNAVAILABLE : LAST_KNOWN;
}

function drawGroup(element, section) {
  element.querySelector("a").href = `#group-${section.id}`;
  fill(element, { label: section.label, count: section.models.length ? String(section.models.length) : "" });
}

function drawRow(element, row, { available, defaultId, ambiguous }, place) {
  const drawn = JSON.stringify([row, available, row.id === defaultId, place, ambiguous.has(fullName(row))]);
  if (element.drawn === drawn) return;
  element.drawn = drawn;
  const limits = [`Context window ${row.context ? exactly(row.context) : "unknown"}`];
  if (row.input && row.input !== row.context) limits.push(`input ${exactly(row.input)}`);
  if (row.output) limits.push(`output ${exactly(row.output)}`);
  fill(element, {
    label: row.label,
    provider: row.provider_label,
    id: row.id,
    traits: row.capabilities.join(" · "),
    window: row.context ? shortened(row.context) : "?",
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

/** Names that more than one model has: two models of one host may share a label, as may two hosts. */
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

/** Make the children of `parent` show `items` in order, one each, known by the item's id. */
function arrange(parent, items, kind, update) {
  const known = new Map();
  for (const child of [...parent.children]) {
    if (child.dataset.key !== undefined) known.set(child.dataset.key, child);
  }
  const wanted = new Set(items.map((item) => item.id));
  for (const [id, child] of known) if (!wanted.has(id)) child.remove();
  const focused = [...parent.children].find((child) => child.contains(document.activeElement));
  let next = parent.firstElementChild;
  items.forEach((item, index) => {
    let child = known.get(item.id);
    if (child === undefined) {
      child = templates[kind].cloneNode(true);
      child.dataset.key = item.id;
    }
    update(child, item, index);
    // Moving the focused child would take its focus away, so its neighbours move around it.
    while (child === focused && next !== focused) {
      const passed = next;
      next = next.nextElementSibling;
      parent.append(passed);
    }
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  });
}

/** Where the focus is, in words that outlive the element. */
function remembered() {
  const element = document.activeElement;
  const section = element.closest("[data-section]");
  const row = element.closest(".row");
  const group = element.closest("#groups > li");
  return {
    element,
    preventScroll: !isOnScreen(element),
    section,
    row,
    group,
    sectionIndex: section && indexOf(section),
    rowIndex: row && indexOf(row),
    groupIndex: group && indexOf(group),
  };
}

/** Give the focus to what stands where it was, when what had it is gone; who looks elsewhere goes on to. */
function restore(focus) {
  if (!focus.element.isConnected) successor(focus).focus({ preventScroll: focus.preventScroll });
}

function successor({ element, section, row, group, sectionIndex, rowIndex, groupIndex }) {
  if (group) return near(groups.children, groupIndex).querySelector("a");
  if (row && section.isConnected) {
    const other = near(section.querySelectorAll(".row"), rowIndex);
    return other ? control(other, element.dataset.action) : section.querySelector("h2");
  }
  const other = section && near(main.querySelectorAll("section"), sectionIndex);
  return other?.querySelector("h2") ?? title;
}

/** What shall stay where it is on the screen, and its distance from the top: the row in use, else the first one. */
function standing() {
  const { left, width } = main.getBoundingClientRect();
  const used = document.activeElement.closest(".row");
  const first = scrollY > 0 && document.elementFromPoint(left + width / 2, BELOW_HEADING)?.closest(".row");
  const element = [used, first].find((row) => row && isOnScreen(row));
  return element && { element, top: element.getBoundingClientRect().top };
}

/** Scroll by as much as what came and went above has moved it, which few browsers do reliably by themselves. */
function hold(still) {
  if (still?.element.isConnected) scrollBy(0, still.element.getBoundingClientRect().top - still.top);
}

function isOnScreen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

function near(elements, index) {
  return elements[Math.min(index, elements.length - 1)];
}

function indexOf(element) {
  return [...element.parentElement.children].indexOf(element);
}
