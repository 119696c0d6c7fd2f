// Fills templates with the page's own code: JSON lines in, sentences as JSON lines out.
import { createInterface } from "node:readline";
import { fill } from "../../cherry_reflex/ui/live/slots.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { template, params, language, words } = JSON.parse(line);
  const word = (key) => words[key]?.[language] ?? key;
  process.stdout.write(JSON.stringify(fill(template, params, language, word)) + "\n");
}
