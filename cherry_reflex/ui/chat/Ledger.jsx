// What left this machine for an answer: to which model, agent or tool, how much, which columns.
import "./evidence.css";
import { Send } from "lucide-react";
import { bytes } from "../live/slots.js";
import { useT } from "../live/strings.js";

export default function Ledger({ sent }) {
  const t = useT();
  if (sent.length === 0) return null;
  const isAllHere = sent.every(({ here }) => here);
  return (
    <details className="c-ledger">
      <summary>
        <Send size={13} aria-hidden="true" />
        {t(isAllHere ? "ui.ledger_nothing" : "ui.ledger")}
      </summary>
      <ul>
        {sent.map((one) => (
          <li key={`${one.kind} ${one.to}`}>
            <strong>{one.to}</strong> ({t(`ui.ledger_${one.kind}`)}
            {one.here && `, ${t("ui.ledger_here")}`})
            <span>
              {t("ui.ledger_amount", { characters: one.characters, times: one.times })}
              {one.table_bytes > 0 && `; ${t("ui.ledger_tables", { size: bytes(one.table_bytes) })}`}
            </span>
            {one.columns.length > 0 && (
              <span>{t("ui.ledger_columns", { columns: one.columns.join(", ") })}</span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
