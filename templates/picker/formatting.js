// Numbers, names and counts as text.

const UNITS = ["", "k", "M", "B", "T", "P"];
const EXACT = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, useGrouping: false });
const LIST = new Intl.ListFormat("en-GB");
const ISOLATES = /[\u2066-\u2069]/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const DIRECTION_CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A short count of tokens: 65536 is "64k", 128000 "128k", 1000000 "1M". */
export function shortTokens(tokens) {
  // Windows are multiples of 1000 or of 1024; 128000 is both, and meant as the former.
  const base = tokens % 1000 === 0 || tokens % 1024 !== 0 ? 1000 : 1024;
  let unit = 0;
  let value = tokens;
  while (value >= base && unit < UNITS.length - 1) {
    value /= base;
    unit += 1;
  }
  return SHORT.format(value) + UNITS[unit];
}

/** An exact count of tokens: `65,536 tokens`. */
export function exactTokens(tokens) {
  return `${EXACT.format(tokens)} tokens`;
}

/** `1 model`, `2 models`. */
export function plural(number, noun) {
  return `${EXACT.format(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** `a, b and c`. */
export function joinNames(names) {
  return LIST.format(names);
}

/** The name of a model together with that of its provider. */
export function fullName(row) {
  return `${isolate(row.label)} on ${isolate(row.provider_label)}`;
}

/** A name to insert into a sentence; isolates right-to-left text, which would reorder the words around it. */
export function isolate(name) {
  const reordersText = RIGHT_TO_LEFT.test(name) || DIRECTION_CONTROLS.test(name);
  return reordersText ? `\u2068${name.replace(ISOLATES, "")}\u2069` : name;
}

/** `view` with unique provider labels: the id is appended to a label that two providers share. */
export function withUniqueLabels(view) {
  const counts = new Map();
  for (const { label } of view.sections) counts.set(label, (counts.get(label) ?? 0) + 1);
  const unique = (label, id) => (counts.get(label) > 1 && id !== "favorites" ? `${label} (${id})` : label);
  const sections = view.sections.map((section) => ({
    ...section,
    label: unique(section.label, section.id),
    models: section.models.map((row) => ({
      ...row,
      provider_label: unique(row.provider_label, row.provider),
    })),
  }));
  return { ...view, sections };
}

/** Sentences about stored favorites that no view shows; empty if there are none. */
export function hiddenFavoritesText(favorites) {
  const hidden = favorites.filter((favorite) => !favorite.visible);
  const offline = new Set(hidden.map(({ model }) => model).filter((model) => model !== null)).size;
  const undeclared = hidden.filter(({ model }) => model === null).length;
  const sentences = [
    [offline, "is kept and returns with its host", "are kept and return with their hosts"],
    [
      undeclared,
      "is kept, but its model is not declared now",
      "are kept, but their models are not declared now",
    ],
  ];
  return sentences
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => `${plural(number, "favorite")} ${number === 1 ? one : many}.`)
    .join(" ");
}
