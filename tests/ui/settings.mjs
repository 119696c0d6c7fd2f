// What the page makes of what the first script was told: scripts as JSON lines in ("" is none); out,
// for each, what the modules of the page ask for.
import { createInterface } from "node:readline";
import * as settings from "../../cherry_reflex/ui/live/settings.js";

for await (const line of createInterface({ input: process.stdin })) {
  // As in a browser, it holds strings alone.
  const set = (all, name, value) => Reflect.set(all, name, String(value));
  globalThis.document = { documentElement: { dataset: new Proxy({}, { set }) } };
  (0, eval)(JSON.parse(line));
  const chars = settings.questionCharsMax();
  const said = {
    language: document.documentElement.dataset.offered ?? null,
    chars: Number.isFinite(chars) ? chars : null,
    first: settings.conversationPath("c1"),
    earlier: settings.conversationPath("c1", 7),
    near: [0, 5, 64, 65, 300].filter((away) => settings.isNear(away)),
    rests: [1, 80, 1000].map((spent) => settings.restAfter(spent)),
  };
  process.stdout.write(JSON.stringify(said) + "\n");
}
