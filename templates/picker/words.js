// Numbers and models in words.

const STEPS = ["", "k", "M", "B", "T", "P"];
const EXACT = new Intl.NumberFormat("en");
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

/** How a model is called wherever there is no row around the name. */
export function fullName(row) {
  return `${row.label} on ${row.provider_label}`;
}
