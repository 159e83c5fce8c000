// Time `resolve` of a compiled routing.ts against its Map: arguments are the module's path and the batches.

import { pathToFileURL } from "node:url";

const BATCH = 20_000; // least number of look-ups in a batch; each id occurs equally often
const [path, batches] = process.argv.slice(2);
const { MODEL_IDS, resolve } = await import(pathToFileURL(path).href);
const table = new Map(MODEL_IDS.map((id) => [id, resolve(id)]));
let sink; // what was found last, so that no look-up can be left out as unused

const ways = {
  empty(ids) {
    for (let index = 0; index < ids.length; index += 1) sink = ids[index];
  },
  bare(ids) {
    for (let index = 0; index < ids.length; index += 1) sink = table.get(ids[index]);
  },
  resolve(ids) {
    for (let index = 0; index < ids.length; index += 1) sink = resolve(ids[index]);
  },
};

const held = shuffled(Array.from({ length: Math.ceil(BATCH / table.size) }, () => MODEL_IDS).flat());
const kinds = {
  "as received": () => held.map((id) => Buffer.from(id).toString("latin1")),
  held: () => held,
};

const result = {};
for (const [strings, make] of Object.entries(kinds)) {
  const times = { empty: [], bare: [], resolve: [] };
  for (let turn = 0; turn < Number(batches); turn += 1) {
    for (const way of Object.keys(ways)) {
      const ids = make();
      const start = process.hrtime.bigint();
      ways[way](ids);
      times[way].push(Number(process.hrtime.bigint() - start) / ids.length);
    }
  }
  const loop = median(times.empty);
  result[strings] = { bare: median(times.bare) - loop, resolve: median(times.resolve) - loop };
}
console.log(JSON.stringify(result));
if (sink === undefined) throw new Error("nothing was found");

function median(numbers) {
  return numbers.sort((left, right) => left - right)[Math.floor(numbers.length / 2)];
}

// The same order in every run: Fisher and Yates with a linear congruential generator.
function shuffled(elements) {
  let state = 1;
  for (let last = elements.length - 1; last > 0; last -= 1) {
    state = (state * 48271) % 2147483647;
    const other = state % (last + 1);
    [elements[last], elements[other]] = [elements[other], elements[last]];
  }
  return elements;
}
