// Sentences: `const t = useT(); t("ui.send")`, `t("error.unknown", {code})`. `t.language` is "en" or "ko".
import { useMemo } from "react";
import STRINGS from "../strings.json";
import { language, useLanguage } from "./language.js";
import { fill } from "./slots.js";

export function useT() {
  const now = useLanguage();
  return useMemo(() => translator(now), [now]);
}

/** Outside of components; reads the language at the time of the call. */
export function text(key, params) {
  return translate(language(), key, params);
}

/** The sentence of a failure `{code, params, detail, message?}`; `name` is whose it is, where the
 *  failure itself does not say. */
export function failureText(t, failure, name) {
  const key = "error." + failure.code;
  if (t.has(key)) return t(key, name ? { name, ...failure.params } : failure.params);
  return failure.message || failure.detail || t("error.unknown", { code: failure.code });
}

function translator(now) {
  const t = (key, params) => translate(now, key, params);
  t.language = now;
  t.has = (key) => key in STRINGS;
  return t;
}

function translate(now, key, params) {
  const template = STRINGS[key]?.[now] ?? STRINGS[key]?.en ?? key;
  return fill(template, params, now, (word) => translate(now, word));
}
