// The root of everything visible. Reflex gives it `hydrated`, `language` and its events.
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import { useEffect, useState } from "react";
import { useT } from "../live/strings.js";
import { offerLanguage } from "../live/language.js";
import { watchTheme } from "../live/theme.js";
import Mark from "./Mark.jsx";

export default function Page({ hydrated, language, onFollow }) {
  const [mounted, setMounted] = useState(false);
  useEffect(() => {
    setMounted(true);
    return watchTheme();
  }, []);
  useEffect(() => {
    if (hydrated) offerLanguage(language);
  }, [hydrated, language]);
  return mounted ? <Shell /> : <div className="c-page" />;
}

function Shell() {
  const t = useT();
  return (
    <div className="c-page">
      <Mark /> {t("ui.title")}
    </div>
  );
}
