// Language and theme; and help, which has no room in the header of a phone.

import { CircleHelp } from "lucide-react";

import { LANGUAGES, setLanguage, useLanguage } from "../live/language.js";
import { useT } from "../live/strings.js";
import { setTheme, useTheme } from "../live/theme.js";
import { useOpen } from "../shell/opening.js";
import Choice from "./Choice.jsx";

export default function LookTab() {
  const t = useT();
  const language = useLanguage();
  const theme = useTheme();
  const opening = useOpen();
  const themes = {
    system: t("ui.settings.theme_system"),
    light: t("ui.settings.theme_light"),
    dark: t("ui.settings.theme_dark"),
  };
  return (
    <>
      <Choice
        label={t("ui.settings.language")}
        options={LANGUAGES}
        value={language}
        onChange={setLanguage}
      />
      <p>{t("ui.settings.language_about")}</p>
      <Choice label={t("ui.settings.theme")} options={themes} value={theme} onChange={setTheme} />
      <button type="button" className="c-button" onClick={opening.help}>
        <CircleHelp size={14} aria-hidden="true" />
        {t("ui.help")}
      </button>
    </>
  );
}
