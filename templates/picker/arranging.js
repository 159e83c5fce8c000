// Lists of elements that follow lists of items.

/**
 * Make the children of `parent` show `items` in order, one each, known by the item's id. An element is kept as long as
 * its item is there, a new one is a copy of `template`, and the focused one is never moved.
 */
export function arrange(parent, items, template, update) {
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
      child = template.cloneNode(true);
      child.dataset.key = item.id;
    }
    update(child, item, index);
    // Moving the focused child would take its focus away, so its neighbors move around it.
    while (child === focused && next !== focused) {
      const passed = next;
      next = next.nextElementSibling;
      parent.append(passed);
    }
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  });
}
