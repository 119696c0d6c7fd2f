// A worker reference, `a2a:<agent>` or `mcp:<server>/<tool>`, as people see it.

export function workerKind(worker) {
  return worker.startsWith("mcp:") ? "MCP" : "A2A";
}

/** What it is called by after `@`. */
export function workerName(worker) {
  return worker.replace(/^(a2a|mcp):/, "");
}

/** What people call it: ours by their titles, outsiders by their names; a tool's function after
 *  its server. */
export function workerTitle(t, worker) {
  const [member, ...rest] = workerName(worker).split("/");
  const key = `embedded.worker.${member}`;
  return [t.has(key) ? t(key) : member, ...rest].join(" · ");
}
