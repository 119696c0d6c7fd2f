// Texts that grow together, drawn with the page's own turns on a clock of the test's: settings as JSON
// lines in; out, for each drawing, when it was and which texts were parsed in it.
import { createInterface } from "node:readline";

let now = 1000;
let timers = [];
performance.now = () => now;
globalThis.setTimeout = (callback, wait) => timers.push({ at: now + wait, callback });
const { drawn, leave, take } = await import("../../cherry_reflex/ui/chat/turns.js");

for await (const line of createInterface({ input: process.stdin })) {
  const { texts, cost_ms: cost, drawings, every_ms: every, gone } = JSON.parse(line);
  const said = [];
  const stale = new Set();
  const draw = (group) => {
    const at = now;
    const parsed = group.filter((n) => {
      if (!stale.has(n) || !take(wakes[n], false)) return false;
      now += cost;
      return stale.delete(n);
    });
    drawn();
    said.push([at, parsed]);
  };
  const all = Array.from({ length: texts }, (_, n) => n);
  const wakes = all.map((n) => () => draw([n]));
  const until = (end) => {
    for (;;) {
      timers.sort((a, b) => a.at - b.at);
      if (!(timers[0]?.at <= end)) break;
      const { at, callback } = timers.shift();
      now = Math.max(now, at);
      callback();
    }
    now = Math.max(now, end);
  };
  for (let i = 0; i < drawings; i++) {
    all.forEach((n) => stale.add(n));
    draw(all);
    until(now + every);
  }
  for (const n of gone) leave(wakes[n]);
  until(now + 60_000);
  process.stdout.write(JSON.stringify({ said, stale: [...stale] }) + "\n");
}
