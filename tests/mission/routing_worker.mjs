// Answers one call a line of a compiled routing.js: {"ask": "resolve", "arguments": ["a"]} with {"answer": ...} or
// {"refused": code}. argv: the path of routing.js.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const routing = await import(pathToFileURL(process.argv[2]).href);

for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  let reply;
  try {
    reply = { answer: routing[call.ask](...call.arguments) };
  } catch (error) {
    if (!(error instanceof routing.ResolutionError)) {
      throw error;
    }
    reply = { refused: error.code };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
}
