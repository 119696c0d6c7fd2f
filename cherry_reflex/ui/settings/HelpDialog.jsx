// Help: the keys, and how to ask.

import { useT } from "../live/strings.js";
import Dialog from "./Dialog.jsx";

const KEYS = [
  ["ui.help.send", ["Enter"]],
  ["ui.help.line", ["Shift", "Enter"]],
  ["ui.help.stop", ["Esc"]],
  ["ui.help.search", ["Mod", "K"]],
  ["ui.help.new", ["Mod", "Shift", "O"]],
  ["ui.help.sidebar", ["Mod", "Shift", "S"]],
  ["ui.help.help", ["Mod", "/"]],
  ["ui.help.grid", ["↑", "↓", "←", "→"]],
  ["ui.help.width", ["Alt", "←", "→"]],
  ["ui.help.copy", ["Mod", "C"]],
];
const WAYS = ["ui.help.ask_plain", "ui.help.ask_follow", "ui.help.ask_at"];

export default function HelpDialog({ open, onClose }) {
  if (!open) return null;
  return <Help onClose={onClose} />;
}

function Help({ onClose }) {
  const t = useT();
  const mod = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
  return (
    <Dialog title={t("ui.help.name")} className="c-dialog--help" onClose={onClose}>
      <div className="c-dialog__body" tabIndex={0} role="region" aria-label={t("ui.help.name")}>
        <h3>{t("ui.help.asking")}</h3>
        <ul className="c-help__ways">
          {WAYS.map((way) => (
            <li key={way}>{t(way)}</li>
          ))}
        </ul>
        <h3>{t("ui.help.keys")}</h3>
        <dl className="c-keys">
          {KEYS.map(([what, keys]) => (
            <div key={what}>
              <dt>{t(what)}</dt>
              <dd>
                {keys.map((key) => (
                  <kbd key={key}>{key === "Mod" ? mod : key}</kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
