// The sign-in page works without this. It takes over the theme and language that were chosen in the
// app, and lets in whoever is signed in already.
(function () {
  var root = document.documentElement;
  function kept(storage, key) {
    try {
      return storage.getItem(key) || "";
    } catch (e) {
      return "";
    }
  }
  var theme = kept(localStorage, "theme") || "system";
  var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.style.colorScheme = root.dataset.theme;

  var query = new URLSearchParams(location.search);
  var chosen = kept(localStorage, "cherry.language");
  if (chosen && chosen !== root.lang && !query.has("language")) {
    query.set("language", chosen);
    query.set("next", query.get("next") || location.pathname);
    location.replace("/sign-in?" + query);
    return;
  }
  addEventListener("click", function (event) {
    var link = event.target.closest("[data-language]");
    if (!link) return;
    try {
      localStorage.setItem("cherry.language", link.dataset.language);
    } catch (e) {
      // Storage can be forbidden; the address says it as well.
    }
  });

  var tries = Number(kept(sessionStorage, "cherry.entering"));
  try {
    // The tab's name at the server belongs to whoever was here before.
    sessionStorage.removeItem("token");
  } catch (e) {
    return;
  }
  // A link from another site comes without the session's cookie (SameSite=Strict): ask again from here.
  if (tries > 1) {
    sessionStorage.removeItem("cherry.entering");
    return;
  }
  fetch("/api/session")
    .then(function (answer) {
      return answer.json();
    })
    .then(function (session) {
      if (!session.account) {
        sessionStorage.removeItem("cherry.entering");
        return;
      }
      sessionStorage.setItem("cherry.entering", String(tries + 1));
      location.replace(query.get("next") || (location.pathname === "/sign-in" ? "/" : location.pathname));
    })
    .catch(function () {});
})();
