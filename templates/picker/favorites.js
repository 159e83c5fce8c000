// What the user did to the favorites and the server has not confirmed yet. An edit may be applied to a view that
// has it already: the second time changes nothing.

/** The catalog view as it is once `edits` are stored. */
export function withEdits(view, edits) {
  if (edits.length === 0) return view;
  const [favorites, ...groups] = view.sections;
  const rows = new Map(groups.flatMap((group) => group.models.map((row) => [row.id, row])));
  let ids = favorites.models.map((row) => row.id);
  for (const edit of edits) ids = edited(ids, edit);
  ids = ids.filter((id) => rows.has(id));
  const chosen = new Set(ids);
  const marked = (row) => (row.favorite === chosen.has(row.id) ? row : { ...row, favorite: !row.favorite });
  return {
    ...view,
    sections: [
      { ...favorites, models: ids.map((id) => marked(rows.get(id))) },
      ...groups.map((group) => ({ ...group, models: group.models.map(marked) })),
    ],
  };
}

function edited(ids, edit) {
  switch (edit.kind) {
    case "add":
      return ids.includes(edit.id) ? ids : [...ids, edit.id];
    case "remove":
      return ids.filter((id) => id !== edit.id);
    case "order":
      return ordered(ids, edit.ids);
  }
}

/** `ids` in the order `wanted`; one that is not named there stays behind the one it stood behind. */
function ordered(ids, wanted) {
  const there = new Set(ids);
  const result = wanted.filter((id) => there.has(id));
  const named = new Set(result);
  ids.forEach((id, index) => {
    if (!named.has(id)) result.splice(index === 0 ? 0 : result.indexOf(ids[index - 1]) + 1, 0, id);
  });
  return result;
}

/** The order with `id` one place up (-1) or down (1), or null when there is no such place. */
export function moved(ids, id, places) {
  const from = ids.indexOf(id);
  const to = from + places;
  if (from < 0 || to < 0 || to >= ids.length) return null;
  const result = [...ids];
  [result[from], result[to]] = [result[to], result[from]];
  return result;
}

/** Method, address and body of the request that stores `edit`. */
export function request(edit) {
  if (edit.kind === "order") {
    const headers = { "Content-Type": "application/json" };
    return ["api/favorites", { method: "PUT", headers, body: JSON.stringify({ favorites: edit.ids }) }];
  }
  const path = edit.id.split("/").map(encodeURIComponent).join("/");
  return [`api/favorites/${path}`, { method: edit.kind === "add" ? "PUT" : "DELETE" }];
}
