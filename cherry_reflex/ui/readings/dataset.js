// The dataset that a reading is of, as the form needs it: with its columns.
import { current, runView } from "../live/store.js";

const NOTHING = { id: "", name: "", columns: [] };

/** By the id where that is known, else by the name that the reading says, else the first that the
 *  question was asked about. */
export function datasetOf(runId, reading, id = "") {
  const datasets = current().uploads.map(({ dataset }) => dataset);
  const first = id || (reading?.dataset ? "" : runView(runId)?.datasets[0]);
  const found = datasets.find((one) => (first ? one.id === first : one.name === reading.dataset));
  return found ?? NOTHING;
}
