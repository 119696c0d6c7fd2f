// A worker reference, `a2a:<agent>` or `mcp:<server>/<tool>`, as people see it.

export function workerKind(worker) {
  return worker.startsWith("mcp:") ? "MCP" : "A2A";
}

export function workerName(worker) {
  return worker.replace(/^(a2a|mcp):/, "");
}
