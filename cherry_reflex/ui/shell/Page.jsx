// The root of everything visible. Reflex gives it `hydrated`, `language` and its events.
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "./shell.css";
import { ColorModeContext } from "$/utils/context-registry";
import { useContext, useEffect, useRef, useState } from "react";
import { conversationId, onAddress } from "../live/address.js";
import { offerLanguage } from "../live/language.js";
import { connect } from "../live/socket.js";
import { current, open } from "../live/store.js";
import { useTheme, watchTheme } from "../live/theme.js";
import Shell from "./Shell.jsx";

export default function Page({ hydrated, language, onFollow }) {
  const [mounted, setMounted] = useState(false);
  const follow = useRef(onFollow);
  follow.current = onFollow;

  useEffect(() => {
    setMounted(true);
    // The router mounts the page anew when one goes back; what is shown stays then.
    const id = conversationId();
    if (id !== current().id) open(id);
    const unwatch = [watchTheme(), onAddress((next) => next !== current().id && open(next))];
    return () => unwatch.forEach((stop) => stop());
  }, []);

  useEffect(() => {
    if (!hydrated) return;
    offerLanguage(language);
    connect((id, after) => follow.current(id, after));
  }, [hydrated, language]);

  useReflexTheme();
  return mounted ? <Shell /> : <div className="c-page" />;
}

/** Reflex keeps a theme of its own (the colour scheme of controls): it follows ours. */
function useReflexTheme() {
  const { setColorMode } = useContext(ColorModeContext);
  const theme = useTheme();
  useEffect(() => setColorMode(theme), [theme, setColorMode]);
}
