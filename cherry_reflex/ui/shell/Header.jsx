// One slim row: the mark, the conversation's title, language, theme, settings.
import { CircleHelp, Languages, Moon, Settings, SquarePen, Sun } from "lucide-react";
import { useEffect } from "react";
import SidebarButton from "../history/SidebarButton.jsx";
import { useSidebar } from "../history/sidebar.js";
import { setLanguage, useLanguage } from "../live/language.js";
import { useSignal } from "../live/signals.js";
import { current } from "../live/store.js";
import { useT } from "../live/strings.js";
import { setTheme, useShownTheme } from "../live/theme.js";
import Mark from "./Mark.jsx";
import { useOpen } from "./opening.js";

export default function Header({ onNew }) {
  const t = useT();
  useSignal("conversation");
  const opening = useOpen();
  const isBesideSidebar = useSidebar()?.shown ?? false;
  const title = titleOf(current());
  useEffect(() => {
    document.title = title ? `${title} · CherryAI` : "CherryAI";
  }, [title]);
  return (
    <header className="c-header">
      {!isBesideSidebar && (
        <>
          <SidebarButton />
          <IconButton Icon={SquarePen} label={t("ui.new_chat")} onClick={onNew} />
        </>
      )}
      <button type="button" className="c-header__home" onClick={onNew} title={t("ui.new_chat")}>
        <Mark />
        <span className="c-header__name">CherryAI</span>
      </button>
      <h1 className="c-header__title">
        {title || <span className="c-hidden">{t("ui.new_chat")}</span>}
      </h1>
      <LanguageButton t={t} />
      <ThemeButton t={t} />
      <span className="c-header__help">
        <IconButton Icon={CircleHelp} label={t("ui.help")} onClick={opening.help} />
      </span>
      <IconButton Icon={Settings} label={t("ui.settings")} onClick={() => opening.settings()} />
    </header>
  );
}

function IconButton({ Icon, label, onClick }) {
  return (
    <button
      type="button"
      className="c-icon-button"
      onClick={onClick}
      aria-label={label}
      title={label}
    >
      <Icon size={18} aria-hidden="true" />
    </button>
  );
}

function LanguageButton({ t }) {
  const next = useLanguage() === "ko" ? "en" : "ko";
  return (
    <IconButton
      Icon={Languages}
      label={t("ui.language_switch")}
      onClick={() => setLanguage(next)}
    />
  );
}

function ThemeButton({ t }) {
  const isDark = useShownTheme() === "dark";
  return (
    <IconButton
      Icon={isDark ? Sun : Moon}
      label={t(isDark ? "ui.theme_to_light" : "ui.theme_to_dark")}
      onClick={() => setTheme(isDark ? "light" : "dark")}
    />
  );
}

function titleOf({ meta, runs }) {
  if (meta?.title) return meta.title;
  return runs.values().next().value?.question ?? "";
}
