// Keep the keyboard focus when the focused element is removed.

const main = document.getElementById("models");
const title = document.getElementById("title");

/** Call `update`, which changes the page. If it removes the focused element, focus the one in its place. */
export function keepFocus(update) {
  const before = focusPosition();
  update();
  if (before.element.isConnected) return;
  successor(before).focus({ preventScroll: !before.wasVisible }); // the user may be reading elsewhere
}

function focusPosition() {
  const element = document.activeElement;
  const section = element.closest("[data-section]");
  const row = element.closest(".row");
  const group = element.closest("#groups > li");
  const { top, bottom } = element.getBoundingClientRect();
  return {
    element,
    wasVisible: bottom > 0 && top < innerHeight,
    section,
    row,
    group,
    sectionIndex: section && indexOf(section),
    rowIndex: row && indexOf(row),
    groupIndex: group && indexOf(group),
  };
}

function successor({ element, section, row, group, sectionIndex, rowIndex, groupIndex }) {
  if (group) return nearest(document.getElementById("groups").children, groupIndex).querySelector("a");
  if (row && section.isConnected) {
    const other = nearest(section.querySelectorAll(".row"), rowIndex);
    const action = element.dataset.action;
    return other ? other.querySelector(`[data-action="${action}"]`) : section.querySelector("h2");
  }
  const other = section && nearest(main.querySelectorAll("section"), sectionIndex);
  return other?.querySelector("h2") ?? title;
}

function nearest(elements, index) {
  return elements[Math.min(index, elements.length - 1)];
}

function indexOf(element) {
  return [...element.parentElement.children].indexOf(element);
}
