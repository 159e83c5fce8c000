// Update a list of elements from a list of items.

/**
 * Make the children of `parent` show `items` in order, one child per item, matched by the item's id.
 * An element is kept while its item exists; a new one copies `template`. The focused child is never moved.
 */
export function reconcile(parent, items, template, update) {
  const children = new Map();
  for (const child of [...parent.children]) {
    if (child.dataset.key !== undefined) children.set(child.dataset.key, child);
  }
  const ids = new Set(items.map((item) => item.id));
  for (const [id, child] of children) if (!ids.has(id)) child.remove();
  const focused = [...parent.children].find((child) => child.contains(document.activeElement));
  let next = parent.firstElementChild;
  items.forEach((item, index) => {
    let child = children.get(item.id);
    if (child === undefined) {
      child = template.cloneNode(true);
      child.dataset.key = item.id;
    }
    update(child, item, index);
    // Moving the focused child would remove the focus, so its siblings are moved instead.
    while (child === focused && next !== focused) {
      const sibling = next;
      next = next.nextElementSibling;
      parent.append(sibling);
    }
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  });
}
