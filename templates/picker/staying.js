// What stays where it is while everything around it is drawn anew: the focus, and what is looked at.

import { guarded, pointedRow } from "./slipping.js";

const main = document.getElementById("models");
const title = document.getElementById("title");

const BELOW_HEADING = 64; // pixels that the heading of a section covers, which stays at the top of the page

let latest = []; // what the last change shall not have moved, until it is painted

/** Make a `change` to the models; who uses the page finds focus, pointer and text where they were. */
export function inPlace(change) {
  guarded(() => {
    const focus = remembered();
    const still = standing();
    change();
    restore(focus);
    hold(still);
    latest = still;
    requestAnimationFrame(() => requestAnimationFrame(() => (latest = [])));
  });
}

// New rows get their height when the browser finds that they are seen, a moment after the change.
new ResizeObserver(() => hold(latest)).observe(main);

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
  if (group) return near(document.getElementById("groups").children, groupIndex).querySelector("a");
  if (row && section.isConnected) {
    const other = near(section.querySelectorAll(".row"), rowIndex);
    const action = element.dataset.action;
    return other ? other.querySelector(`[data-action="${action}"]`) : section.querySelector("h2");
  }
  const other = section && near(main.querySelectorAll("section"), sectionIndex);
  return other?.querySelector("h2") ?? title;
}

/** The rows that shall stay where they are, the dearest first: pointed at, in use, first to be seen; and where. */
function standing() {
  const { left, width } = main.getBoundingClientRect();
  const first = scrollY > 0 && document.elementFromPoint(left + width / 2, BELOW_HEADING)?.closest(".row");
  return [pointedRow(), document.activeElement.closest(".row"), first]
    .filter((row) => row && isOnScreen(row))
    .map((row) => ({ row, top: row.getBoundingClientRect().top }));
}

/** Scroll by as much as what came and went above has moved a row, which few browsers do reliably by themselves. */
function hold(still) {
  const kept = still.find(({ row }) => row.isConnected);
  if (kept) scrollBy(0, kept.row.getBoundingClientRect().top - kept.top);
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
