// Folds lists of records with the page's own code: JSON lines in, views as JSON lines out.
import { createInterface } from "node:readline";
import { appendText, apply, newView } from "../../cherry_reflex/ui/live/view.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { run_id: runId, records, merged } = JSON.parse(line);
  const view = newView(runId);
  for (const record of records) apply(view, record);
  for (const [seq, pieces] of merged ?? []) {
    view.seq = seq;
    for (let i = 0; i < pieces.length; i += 2) appendText(view, pieces[i], pieces[i + 1]);
  }
  process.stdout.write(JSON.stringify(view) + "\n");
}
