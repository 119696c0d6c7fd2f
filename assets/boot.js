// Runs before anything is painted: sets language and theme, so that neither flashes.
(function () {
  var root = document.documentElement;
  var theme = "system";
  var language = "";
  try {
    theme = localStorage.getItem("theme") || "system";
    language = localStorage.getItem("cherry.language") || "";
  } catch (e) {
    // Storage can be forbidden; the defaults hold then.
  }
  var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.style.colorScheme = dark ? "dark" : "light";
  root.lang = language || root.dataset.offered || (/^ko\b/i.test(navigator.language) ? "ko" : "en");
})();
