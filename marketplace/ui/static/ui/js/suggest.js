// The search box as a combobox with a list, by the WAI-ARIA pattern; without this file it is a plain form.
const WAIT = 120;

function combobox(input) {
  const list = document.getElementById("suggestions"), status = document.getElementById("suggest-status");
  let timer = 0, asked = null, active = -1, shown = "";
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"], ["aria-haspopup", "listbox"]]) input.setAttribute(name, value);
  const options = () => [...list.querySelectorAll("[role=option]")];

  function mark(index) {
    const all = options();
    active = all.length ? (index + all.length + 1) % (all.length + 1) : -1;
    if (active === all.length) active = -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", at === active));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }
  function close() {
    clearTimeout(timer);
    if (asked) asked.abort();
    list.hidden = true;
    status.textContent = "";
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }
  function open() {
    const any = options().length > 0;
    list.hidden = !any;
    input.setAttribute("aria-expanded", any);
    const first = list.querySelector("[data-said]");
    status.textContent = any && first ? first.dataset.said : "";
  }
  async function ask() {
    const typed = input.value.trim();
    if (!typed) { shown = ""; list.replaceChildren(); close(); return; }
    if (typed === shown) { open(); return; }
    if (asked) asked.abort();
    asked = new AbortController();
    const quantity = document.getElementById("quantity"), number = quantity && quantity.form.method === "get" ? quantity.value : new URLSearchParams(location.search).get("quantity");
    const query = new URLSearchParams({ q: typed });
    if (/^\d+$/.test(number || "")) query.set("quantity", number);
    try {
      const answer = await fetch(`${input.dataset.suggest}?${query}`, { signal: asked.signal });
      if (!answer.ok) { close(); return; }
      list.innerHTML = await answer.text();
    } catch (stopped) {
      if (stopped.name !== "AbortError") close();
      return;
    }
    shown = typed;
    mark(-1);
    if (document.activeElement === input) open();
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) mark(active + (event.key === "ArrowDown" ? 1 : -1)); else ask();
    } else if (event.key === "Enter" && isOpen && active >= 0) {
      event.preventDefault();
      options()[active].click();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") close();
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
}

const box = document.querySelector("input[data-suggest]");
if (box && box.dataset.suggest) combobox(box);

// What is opened from a results page is told to its log: no cookie, no name. Again after signing in, within the tab.
const listingOf = (link) => (new URL(link.href, location.href).pathname.match(/\/listings\/([0-9a-z]{13})\/$/) || [])[1];
function tell(door, search, listing, place) {
  if (navigator.doNotTrack !== "1") fetch(`${door}?${new URLSearchParams({ search, listing, place })}`, { keepalive: true }).catch(() => {});
}
function opened(event) {
  const link = event.target.closest && event.target.closest("[data-search] a[href*='/listings/']");
  const listing = link && listingOf(link);
  if (!listing) return;
  const page = link.closest("[data-search]"), all = [...new Set([...page.querySelectorAll("a.card__link")].map(listingOf))];
  const seen = [page.dataset.door, page.dataset.search, listing, String(Number(page.dataset.first || 1) + all.indexOf(listing))];
  tell(...seen);
  try { sessionStorage.setItem("opened", JSON.stringify(seen)); } catch (refused) { root.dataset.storage = "none"; }
}
const root = document.documentElement;
for (const kind of ["click", "auxclick"]) document.addEventListener(kind, opened, true);
if (document.body.hasAttribute("hx-headers")) {
  try {
    const seen = JSON.parse(sessionStorage.getItem("opened") || "null");
    if (seen && location.pathname.includes(`/listings/${seen[2]}/`)) { sessionStorage.removeItem("opened"); tell(...seen); }
  } catch (refused) { root.dataset.storage = "none"; }
}
