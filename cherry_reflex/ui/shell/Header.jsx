// One slim row: the mark, the conversation's title, language, theme.
import { Languages, Moon, Sun, SquarePen } from "lucide-react";
import { setLanguage, useLanguage } from "../live/language.js";
import { useSignal } from "../live/signals.js";
import { current } from "../live/store.js";
import { useT } from "../live/strings.js";
import { setTheme, useShownTheme } from "../live/theme.js";
import Mark from "./Mark.jsx";

export default function Header({ onNew, before, after }) {
  const t = useT();
  useSignal("conversation");
  const title = titleOf(current());
  return (
    <header className="c-header">
      {before}
      <button type="button" className="c-header__home" onClick={onNew}>
        <Mark />
        <span className="c-header__name">CherryAI</span>
      </button>
      <h1 className="c-header__title">{title}</h1>
      <button
        type="button"
        className="c-icon-button"
        onClick={onNew}
        aria-label={t("ui.new_chat")}
        title={t("ui.new_chat")}
      >
        <SquarePen size={18} aria-hidden="true" />
      </button>
      <LanguageButton t={t} />
      <ThemeButton t={t} />
      {after}
    </header>
  );
}

function LanguageButton({ t }) {
  const now = useLanguage();
  const next = now === "ko" ? "en" : "ko";
  return (
    <button
      type="button"
      className="c-icon-button c-header__language"
      onClick={() => setLanguage(next)}
      aria-label={t("ui.language_switch")}
      title={t("ui.language_switch")}
    >
      <Languages size={18} aria-hidden="true" />
    </button>
  );
}

function ThemeButton({ t }) {
  const now = useShownTheme();
  const Icon = now === "dark" ? Sun : Moon;
  const label = t(now === "dark" ? "ui.theme_to_light" : "ui.theme_to_dark");
  return (
    <button
      type="button"
      className="c-icon-button"
      onClick={() => setTheme(now === "dark" ? "light" : "dark")}
      aria-label={label}
      title={label}
    >
      <Icon size={18} aria-hidden="true" />
    </button>
  );
}

function titleOf({ meta, runs }) {
  if (meta?.title) return meta.title;
  const first = runs.values().next().value;
  return first?.question ?? "";
}
