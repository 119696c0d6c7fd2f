// Who works: icon, title (the name that `@` takes is its tooltip), protocol.
import { Bot, Wrench } from "lucide-react";
import { useT } from "../live/strings.js";
import { workerKind, workerName, workerTitle } from "./worker.js";

/** `byName` shows the name itself, as one types it. */
export default function Badge({ worker, byName = false }) {
  const t = useT();
  const kind = workerKind(worker);
  const Icon = kind === "MCP" ? Wrench : Bot;
  const name = workerName(worker);
  const title = byName ? name : workerTitle(t, worker);
  return (
    <span title={`@${name}`} className={`agent-badge agent-badge--${kind.toLowerCase()}`}>
      <Icon size={14} aria-hidden="true" />
      <span className="agent-badge__name">{title}</span>
      {title !== name && <span className="c-hidden">({name})</span>}
      <span className="agent-badge__kind">{kind}</span>
    </span>
  );
}
