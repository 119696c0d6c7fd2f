// Who works: icon, name, protocol.
import { Bot, Wrench } from "lucide-react";
import { workerKind, workerName } from "./worker.js";

export default function Badge({ worker }) {
  const kind = workerKind(worker);
  const Icon = kind === "MCP" ? Wrench : Bot;
  return (
    <span className={`agent-badge agent-badge--${kind.toLowerCase()}`}>
      <Icon size={14} aria-hidden="true" />
      <span className="agent-badge__name">{workerName(worker)}</span>
      <span className="agent-badge__kind">{kind}</span>
    </span>
  );
}
