// Who can be named by `@name` at the start of a question.

/** The name that is being written, or null when none is. */
export function mentionAt(text, caret) {
  const match = /^@(\S*)$/.exec(text.slice(0, caret));
  return match ? match[1] : null;
}

/** Those of the roster whose name, title or description has `part`, the best first. */
export function candidates(roster, part) {
  const wanted = part.toLowerCase();
  return everyone(roster)
    .map((one) => ({ ...one, place: one.name.toLowerCase().indexOf(wanted) }))
    .filter(({ place, title, description }) => {
      return place >= 0 || `${title} ${description}`.toLowerCase().includes(wanted);
    })
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 8);
}

function everyone(roster) {
  if (!roster) return [];
  const agents = roster.agents
    .filter(({ healthy, name }) => healthy && name !== "orchestrator")
    .map(({ name, description = "", title = "" }) => ({
      name,
      worker: `a2a:${name}`,
      title: title === name ? "" : title,
      description,
    }));
  const tools = roster.tools
    .filter(({ healthy }) => healthy)
    .flatMap(({ name: server, tools: functions }) =>
      (functions ?? []).map((one) => {
        const name = `${server}/${one.name ?? one}`;
        return { name, worker: `mcp:${name}`, title: "", description: one.description ?? "" };
      }),
    );
  // What is no member of the team: code that is run.
  const others = (roster.mentions ?? []).map((one) => ({ title: "", ...one }));
  return [...agents, ...others, ...tools];
}

function rank({ place }) {
  if (place === 0) return 0;
  return place > 0 ? 1 : 2;
}
