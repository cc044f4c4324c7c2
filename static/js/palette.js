// The command menu: Ctrl or Cmd K, the server ranks, arrows move, Enter opens; without an answer it lists the places.
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const results = dialog?.querySelector("[role=listbox]");
const places = dialog?.querySelector("[data-palette-places]");
let waiting = 0;
let asked = 0;

const options = () => [...results.querySelectorAll("[role=option]")];
const chosen = () => results.querySelector('[aria-selected="true"]');

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function ready() {
  options().forEach((option, n) => {
    option.id = `palette-option-${n}`;
    option.tabIndex = -1;
  });
  choose(options()[0]);
}

function listPlaces(words) {
  results.replaceChildren(places.content.cloneNode(true));
  for (const option of options()) {
    if (!option.textContent.toLowerCase().includes(words.toLowerCase())) option.remove();
  }
  ready();
}

async function ask() {
  const turn = ++asked;
  const words = input.value.trim();
  try {
    const url = `${document.body.dataset.paletteUrl}?q=${encodeURIComponent(words)}&from=${encodeURIComponent(location.pathname)}`;
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const html = await answer.text();
    if (turn !== asked) return;
    results.replaceChildren(document.createRange().createContextualFragment(html));
    ready();
  } catch {
    if (turn === asked) listPlaces(words);
  }
}

function show() {
  document.querySelector("#more-menu:popover-open")?.hidePopover();
  showScope();
  input.value = "";
  listPlaces("");
  dialog.showModal();
  input.focus();
  ask();
}

function showScope() {
  const count = document.querySelectorAll(".row-check:checked").length;
  const scope = dialog.querySelector("[data-palette-scope]");
  scope.hidden = !count;
  scope.textContent = `${document.querySelector("h1")?.textContent.trim()}, ${count} selected`;
}

function step(by) {
  const list = options();
  choose(list[(list.indexOf(chosen()) + by + list.length) % list.length]);
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else show();
  });
  document.addEventListener("click", (event) => event.target.closest?.("[data-open-palette]") && show());
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = chosen();
      if (option?.href && (event.ctrlKey || event.metaKey)) window.open(option.href, "_blank", "noopener");
      else option?.click();
    }
  });
  results.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
}
