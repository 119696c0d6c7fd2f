// The page's one `input[type=file]`, opened from anywhere.
import { addFiles } from "./files.js";

export const ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.json,.jsonl,.ndjson,.parquet";

let input = null;

export function holdInput(element) {
  input = element;
}

export function pick() {
  input?.click();
}

export function onPicked(event) {
  const files = [...event.target.files];
  // The same file can be chosen again.
  event.target.value = "";
  if (files.length > 0) addFiles(files);
}
