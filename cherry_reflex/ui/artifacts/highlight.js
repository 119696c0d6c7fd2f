// Colours for code, loaded when the first piece of code is opened.

let loading;

const LANGUAGES = {
  sql: () => import("highlight.js/lib/languages/sql"),
  python: () => import("highlight.js/lib/languages/python"),
  json: () => import("highlight.js/lib/languages/json"),
};

/** Return the code as HTML with classes for colours; everything of the code itself is escaped.
 * Null when the language is not known. */
export async function highlighted(code, language) {
  const load = LANGUAGES[language];
  if (!load) return null;
  loading ??= import("highlight.js/lib/core");
  const [{ default: highlighter }, { default: grammar }] = await Promise.all([loading, load()]);
  if (!highlighter.getLanguage(language)) highlighter.registerLanguage(language, grammar);
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}
