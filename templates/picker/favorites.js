// Edits of favorites that the server has not confirmed yet. An edit may be applied to a view that already
// contains it: the second time changes nothing.

/** The catalog view after `edits`. */
export function applyEdits(view, edits) {
  if (edits.length === 0) return view;
  const [favorites, ...groups] = view.sections;
  const rows = new Map(groups.flatMap((group) => group.models.map((row) => [row.id, row])));
  let ids = favorites.models.map((row) => row.id);
  for (const edit of edits) ids = applyEdit(ids, edit);
  ids = ids.filter((id) => rows.has(id));
  const favoriteIds = new Set(ids);
  const mark = (row) => {
    const favorite = favoriteIds.has(row.id);
    return row.favorite === favorite ? row : { ...row, favorite };
  };
  return {
    ...view,
    sections: [
      { ...favorites, models: ids.map((id) => mark(rows.get(id))) },
      ...groups.map((group) => ({ ...group, models: group.models.map(mark) })),
    ],
  };
}

function applyEdit(ids, edit) {
  switch (edit.kind) {
    case "add":
      return ids.includes(edit.id) ? ids : [...ids, edit.id];
    case "remove":
      return ids.filter((id) => id !== edit.id);
    case "order":
      return reorder(ids, edit.ids);
  }
}

/** `ids` in the order of `wanted`; an id missing there keeps its predecessor. */
function reorder(ids, wanted) {
  const present = new Set(ids);
  const result = wanted.filter((id) => present.has(id));
  const placed = new Set(result);
  ids.forEach((id, index) => {
    if (!placed.has(id)) result.splice(index === 0 ? 0 : result.indexOf(ids[index - 1]) + 1, 0, id);
  });
  return result;
}

/** `ids` with `id` moved up (-1) or down (1) by one place; null if it is already the first or last. */
export function moveId(ids, id, offset) {
  const from = ids.indexOf(id);
  const to = from + offset;
  if (from < 0 || to < 0 || to >= ids.length) return null;
  const result = [...ids];
  [result[from], result[to]] = [result[to], result[from]];
  return result;
}

/** Address and fetch options of the request that stores `edit`. */
export function editRequest(edit) {
  if (edit.kind === "order") {
    const headers = { "Content-Type": "application/json" };
    return ["api/favorites", { method: "PUT", headers, body: JSON.stringify({ favorites: edit.ids }) }];
  }
  const path = edit.id.split("/").map(encodeURIComponent).join("/");
  return [`api/favorites/${path}`, { method: edit.kind === "add" ? "PUT" : "DELETE" }];
}
