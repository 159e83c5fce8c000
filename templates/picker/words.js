// Numbers and models in words.

const STEPS = ["", "k", "M", "B", "T", "P"];
const EXACT = new Intl.NumberFormat("en");
const LIST = new Intl.ListFormat("en-GB");
const ISOLATES = /[\u2066-\u2069]/gu;
const TURNING =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const SHORT = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, useGrouping: false });

/** A count of tokens as people write it: 65536 is "64k", 128000 "128k", 1000000 "1M". */
export function shortened(tokens) {
  // Windows come in thousands or in powers of two; 128000 is a multiple of either, and meant as the former.
  const base = tokens % 1000 === 0 || tokens % 1024 !== 0 ? 1000 : 1024;
  let step = 0;
  let value = tokens;
  while (value >= base && step < STEPS.length - 1) {
    value /= base;
    step += 1;
  }
  return SHORT.format(value) + STEPS[step];
}

/** A count of tokens, to the last one. */
export function exactly(tokens) {
  return `${EXACT.format(tokens)} tokens`;
}

/** `1 model`, `2 models`. */
export function counted(number, noun) {
  return `${EXACT.format(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** `a, b and c`. */
export function listed(names) {
  return LIST.format(names);
}

/** How a model is called wherever there is no row around the name. */
export function fullName(row) {
  return `${isolated(row.label)} on ${isolated(row.provider_label)}`;
}

/** A name to put into a sentence: one that is written from right to left does not turn the words around it. */
export function isolated(name) {
  return TURNING.test(name) ? `\u2068${name.replace(ISOLATES, "")}\u2069` : name;
}

/** `view` with labels that tell its providers apart: where two share one, each has its id, too. */
export function toldApart(view) {
  const times = new Map();
  for (const { label } of view.sections) times.set(label, (times.get(label) ?? 0) + 1);
  const named = (label, id) => (times.get(label) > 1 && id !== "favorites" ? `${label} (${id})` : label);
  const sections = view.sections.map((section) => ({
    ...section,
    label: named(section.label, section.id),
    models: section.models.map((row) => ({ ...row, provider_label: named(row.provider_label, row.provider) })),
  }));
  return { ...view, sections };
}

/** What to know of stored favorites that no view shows, or nothing. */
export function keptInWords(favorites) {
  const hidden = favorites.filter((favorite) => !favorite.visible);
  const away = new Set(hidden.map(({ model }) => model).filter((model) => model !== null)).size;
  const undeclared = hidden.filter(({ model }) => model === null).length;
  const sentences = [
    [away, "is kept and returns with its host", "are kept and return with their hosts"],
    [undeclared, "is kept, but its model is not declared now", "are kept, but their models are not declared now"],
  ];
  return sentences
    .filter(([number]) => number > 0)
    .map(([number, one, more]) => `${counted(number, "favorite")} ${number === 1 ? one : more}.`)
    .join(" ");
}
