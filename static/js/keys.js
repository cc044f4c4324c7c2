// The keyboard: G then a letter, / find, ? help, J K cursor, Enter open, X choose, 1 to 9 tabs, and data-key on any button.
// Keys never fire in a field, and single letters can be switched off.
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
let afterG = 0;

const on = () => localStorage.getItem("keys") !== "off";
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
const current = () => document.querySelector("[data-row].cursor");
const busy = (event) => event.target.closest?.(TYPING) || event.ctrlKey || event.metaKey || event.altKey;

function move(step, extend) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(current());
  const next = list[Math.min(list.length - 1, Math.max(0, at + step))];
  current()?.classList.remove("cursor");
  next.classList.add("cursor");
  next.scrollIntoView({ block: "nearest" });
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  if (extend) choose(next, true);
}

function choose(row, checked) {
  const box = row?.querySelector(".row-check");
  if (!box) return row?.querySelector("[data-done]")?.click();
  box.checked = checked ?? !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function open(row) {
  const main = row?.querySelector("[data-main]");
  if (main) main.click();
  else if (row?.dataset.href) location.assign(row.dataset.href);
  else row?.querySelector("a[href]")?.click();
}

function press(letter) {
  const wanted = CSS.escape(letter);
  const dialog = document.querySelector("dialog[open]");
  const bar = document.querySelector("[data-bulk-bar]:not([hidden])");
  const found = bar?.querySelector(`[data-bulk-key="${wanted}"]`)
    ?? [...(dialog ?? document).querySelectorAll(`[data-key="${wanted}"]`)].find((one) => one.offsetParent !== null);
  if (found?.matches(TYPING)) found.focus();
  else found?.click();
  return Boolean(found);
}

const fixed = {
  j: (event) => move(1, event.shiftKey), k: (event) => move(-1, event.shiftKey),
  x: () => choose(current()), z: () => document.dispatchEvent(new Event("undo")),
  "/": () => document.querySelector("[data-find]")?.focus(),
  "?": () => help(),
};

function help() {
  const dialog = document.getElementById("keys-help");
  const list = dialog.querySelector("[data-page-keys]");
  const here = [...document.querySelectorAll("[data-key]")].filter((one) => one.offsetParent !== null);
  list.hidden = !here.length;
  list.querySelector("ul").replaceChildren(...here.map(line));
  dialog.showModal();
}

function line(button) {
  const item = document.createElement("li");
  const key = document.createElement("kbd");
  const name = button.cloneNode(true);
  for (const shown of name.querySelectorAll("kbd")) shown.remove();
  key.textContent = button.dataset.key.toUpperCase();
  item.append(button.getAttribute("aria-label") ?? name.textContent.trim(), key);
  return item;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return document.activeElement?.matches?.(TYPING) && document.activeElement.blur();
  if (busy(event) || !on() || event.defaultPrevented) return;
  const letter = event.key.toLowerCase();
  if (event.key === "Enter" && current() && !event.target.closest("a, button, summary")) return open(current());
  if (document.querySelector("dialog[open]")) return void (press(letter) && event.preventDefault());
  if (Date.now() - afterG < 1200) {
    afterG = 0;
    document.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.click();
    return event.preventDefault();
  }
  if (letter === "g") return void (afterG = Date.now());
  if (/^[1-9]$/.test(letter)) return document.querySelectorAll("[data-tab]")[letter - 1]?.click();
  const act = fixed[event.key.length === 1 ? letter : event.key];
  const done = !event.shiftKey && press(letter);
  if (!done && act) act(event);
  if (done || act) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-open-keys]")) help();
});
for (const toggle of document.querySelectorAll("[data-keys-toggle]")) {
  toggle.checked = on();
  toggle.addEventListener("change", () => localStorage.setItem("keys", toggle.checked ? "on" : "off"));
}
