// Before the first paint: the reader's colours and density, kept in this browser only (no cookie).
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = localStorage.getItem("theme"), density = localStorage.getItem("density");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (density === "compact" && !root.dataset.density) root.dataset.density = density;
  } catch (refused) { root.dataset.storage = "none"; }
})();
