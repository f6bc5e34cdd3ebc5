// Small conveniences over pages that work without them. No inline code, no eval, no dependency.
const root = document.documentElement;
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, value); else localStorage.removeItem(name);
  } catch (refused) { root.dataset.storage = "none"; }
}

// Colours and density -----------------------------------------------------------------------------
function showTheme() {
  const now = root.dataset.theme || "auto";
  for (const button of document.querySelectorAll("[data-theme-set]")) button.setAttribute("aria-pressed", button.dataset.themeSet === now);
}
function setTheme(choice) {
  if (choice === "auto") delete root.dataset.theme; else root.dataset.theme = choice;
  keep("theme", choice === "auto" ? "" : choice);
  showTheme();
}
function setDensity(choice) {
  if (choice === "compact") root.dataset.density = choice; else delete root.dataset.density;
  keep("density", choice === "compact" ? choice : "");
  for (const button of document.querySelectorAll("[data-density-set]")) button.setAttribute("aria-pressed", button.dataset.densitySet === choice);
}

// Dialogs, menus, palette -------------------------------------------------------------------------
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  return dialog;
}
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}
function filterPalette(input) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of document.querySelectorAll("#palette-list li")) {
    item.hidden = !words.every((word) => item.dataset.words.includes(word));
    if (!item.hidden) shown += 1;
  }
  document.querySelector("[data-palette-none]").hidden = shown > 0;
}
function stepPalette(event) {
  const links = [...document.querySelectorAll("#palette-list li:not([hidden]) a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown") links[(at + 1) % links.length].focus();
  else if (event.key === "ArrowUp") links[(at - 1 + links.length) % links.length].focus();
  else if (event.key === "Enter" && at < 0) links[0].click();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && document.getElementById("palette")) {
    event.preventDefault();
    openDialog("palette").querySelector("[data-palette-input]").focus();
    return;
  }
  if (event.target.closest("#palette")) stepPalette(event);
  if (event.key === "Escape") {
    const menu = event.target.closest("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    const sheet = document.querySelector("details.sheet[open]");
    if (sheet) { sheet.open = false; sheet.querySelector("summary").focus(); }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const box = document.querySelector("[data-focus-key='/']");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  } else if (event.key === "?") openDialog("keys");
});

// Copy --------------------------------------------------------------------------------------------
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("[data-copy-label]") || button;
  const before = label.textContent;
  label.textContent = button.dataset.copied || "✓";
  setTimeout(() => { label.textContent = before; }, 2000);
}

document.addEventListener("click", (event) => {
  const hit = (selector) => event.target.closest(selector);
  const menu = hit("details.menu");
  closeMenus(menu);
  let found;
  if ((found = hit("[data-theme-set]"))) setTheme(found.dataset.themeSet);
  else if ((found = hit("[data-density-set]"))) setDensity(found.dataset.densitySet);
  else if ((found = hit("[data-copy]"))) copy(found);
  else if ((found = hit("[data-open]"))) { if (openDialog(found.dataset.open)) event.preventDefault(); }
  else if ((found = hit("[data-close]"))) found.closest("dialog, details").open = false;
  else if ((found = hit("[data-step]"))) stepNumber(found);
  else if ((found = hit("[data-toast]"))) found.remove();
  else if ((found = hit("[data-check-all]"))) for (const box of document.querySelectorAll(found.dataset.checkAll)) box.checked = found.checked;
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-palette-input]")) filterPalette(event.target);
  const matrix = event.target.closest("[data-matrix]");
  if (matrix) sumMatrix(matrix);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
});

// Numbers -----------------------------------------------------------------------------------------
function stepNumber(button) {
  const input = button.parentElement.querySelector("input");
  const by = Number(button.dataset.step) * Number(input.step || 1);
  input.value = Math.max(Number(input.min || 0), Number(input.value || 0) + by);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
const group = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
function money(minor, symbol, digits) {
  const text = String(minor).padStart(digits + 1, "0");
  return symbol + group(digits ? text.slice(0, -digits) : text) + (digits ? "." + text.slice(-digits) : "");
}

/* The running sum of a grid of quantities. The form carries what it needs:
   data-tiers='[[100, 245], [3000, 210]]' (from quantity, unit price in minor units), data-symbol, data-digits, data-moq, data-multiple,
   data-next-text ("{n} more for {price}, saves {saving}"), data-short-text ("{n} more to the minimum of {moq}"), data-off-text ("sold in steps of {multiple}: {below} or {above}").
   Outputs: [data-sum="pieces" | "price" | "total" | "next" | "problem"]. The server counts again and decides. */
function sumMatrix(form) {
  const tiers = JSON.parse(form.dataset.tiers);
  const digits = Number(form.dataset.digits || 2), symbol = form.dataset.symbol || "", moq = Number(form.dataset.moq || 1), multiple = Number(form.dataset.multiple || 1);
  let pieces = 0;
  for (const input of form.querySelectorAll("[data-qty]")) pieces += /^\d+$/.test(input.value) ? Number(input.value) : 0;
  let reached = 0;
  tiers.forEach(([from], index) => { if (pieces >= from) reached = index; });
  const price = tiers[reached][1], next = tiers[reached + 1];
  const say = (template, words) => (template || "").replace(/\{(\w+)\}/g, (_, word) => words[word]);
  const put = (name, text) => { for (const out of form.querySelectorAll(`[data-sum="${name}"]`)) out.textContent = text; };
  put("pieces", group(pieces));
  put("price", money(price, symbol, digits));
  put("total", money(price * pieces, symbol, digits));
  put("next", pieces && next ? say(form.dataset.nextText, { n: group(next[0] - pieces), price: money(next[1], symbol, digits), saving: money((price - next[1]) * next[0], symbol, digits) }) : "");
  let problem = "";
  if (pieces && pieces < moq) problem = say(form.dataset.shortText, { n: group(moq - pieces), moq: group(moq) });
  else if (pieces % multiple) problem = say(form.dataset.offText, { multiple: group(multiple), below: group(pieces - pieces % multiple), above: group(pieces - pieces % multiple + multiple) });
  put("problem", problem);
  for (const row of form.querySelectorAll("[data-ladder] [data-from]")) row.toggleAttribute("data-reached", pieces > 0 && Number(row.dataset.from) === tiers[reached][0]);
}

// Filters are a sheet on small screens; beside the results they are open, for readers of the page's structure too.
const wide = matchMedia("(min-width: 62rem)");
function unfoldSheets(scope) {
  for (const sheet of scope.querySelectorAll("details.sheet")) sheet.open = wide.matches;
}
wide.addEventListener("change", () => unfoldSheets(document));

function ready(scope) {
  for (const form of scope.querySelectorAll("[data-matrix]")) sumMatrix(form);
  unfoldSheets(scope);
  const summary = scope.querySelector("[data-errors]");
  if (summary) summary.focus();
  for (const toast of scope.querySelectorAll("[data-toast]:not(.tone--bad)")) setTimeout(() => toast.remove(), 8000);
}
showTheme();
ready(document);
document.addEventListener("htmx:afterSwap", (event) => ready(event.target));
