// Run vectors.json through a compiled routing.js and print the differences as JSON. argv: routing.js, vectors.json.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const routing = await import(pathToFileURL(process.argv[2]).href);
const vectors = JSON.parse(readFileSync(process.argv[3], "utf8"));

const asked = {
  resolve: [routing.resolve, "route"],
  context_window: [routing.contextWindow, "context"],
  to_opencode: [routing.toOpencode, "reference"],
  from_opencode: [routing.fromOpencode, "id"],
  role: [routing.role, "ids"],
};

function answer(ask, name, input) {
  try {
    return { input, [name]: ask(input) };
  } catch (error) {
    if (!(error instanceof routing.ResolutionError)) {
      throw error;
    }
    return { input: error.id, error: error.code };
  }
}

const differences = [];
let count = 0;

function compare(where, expected, actual) {
  count += 1;
  if (JSON.stringify(expected) !== JSON.stringify(actual)) {
    differences.push({ where, expected, actual });
  }
}

for (const [section, [ask, name]] of Object.entries(asked)) {
  for (const vector of vectors[section]) {
    compare(section, vector, answer(ask, name, vector.input));
  }
}
for (const vector of vectors.catalog_view) {
  const { favorites, offline, env } = vector;
  const view = routing.catalogView({ favorites, offline, env });
  compare("catalog_view", vector, { favorites, offline, env, view });
}
process.stdout.write(JSON.stringify({ count, differences }));
