// Answers one request a line: {"evaluate": source} with the value of a function body, {"format": source} with what
// prettier makes of a TypeScript file. argv: the path of prettier's module.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const prettier = await import(pathToFileURL(process.argv[2]).href);

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = {
      value:
        "format" in request
          ? await prettier.format(request.format, { parser: "typescript" })
          : new Function(request.evaluate)(),
    };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
