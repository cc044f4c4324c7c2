// A lead's or a company's page: @ offers colleagues, facts are mended in place, files drop in, [ and ] keep the list.
const AT = /(^|[\s(])@([\w.+-]{0,40})$/;
let asked = 0;

const listOf = (field) => field.closest("form").querySelector(".mention-list");

async function offer(field) {
  const list = listOf(field);
  const found = field.value.slice(0, field.selectionStart).match(AT);
  if (!found) return void (list.hidden = true);
  const turn = ++asked;
  const answer = await fetch(`${field.dataset.mention}?q=${encodeURIComponent(found[2])}`, { headers: { "HX-Request": "true" } });
  if (turn !== asked || !answer.ok) return;
  list.innerHTML = await answer.text();
  list.hidden = !list.childElementCount;
}

function take(field, option) {
  const before = field.value.slice(0, field.selectionStart).replace(AT, `$1@${option.dataset.handle} `);
  field.setRangeText(before, 0, field.selectionStart, "end");
  listOf(field).hidden = true;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function walk(list, step) {
  const all = [...list.children];
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  all.forEach((one, place) => one.setAttribute("aria-selected", String(place === (at + step + all.length) % all.length)));
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-mention]")) offer(event.target);
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Escape") field.closest?.(".fact-form")?.querySelector("[data-cancel]")?.click();
  if (!field.matches?.("[data-mention]") || listOf(field).hidden) return;
  const list = listOf(field);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(list, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Escape") list.hidden = true;
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(field, list.querySelector('[aria-selected="true"]'));
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".mention-list [data-handle]");
  if (!option) return;
  event.preventDefault();
  take(option.closest("form").querySelector("[data-mention]"), option);
});

// A fact that became a form takes the focus; one that was saved is read aloud by its row.
document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector(".fact-form:not([data-ready])");
  if (!form) return;
  form.dataset.ready = "";
  const field = form.querySelector("input:not([type=hidden]), select, textarea");
  field?.focus();
  field?.select?.();
});

// Files are kept as soon as they are chosen or dropped.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-send-at-once]") && event.target.files.length) event.target.form.requestSubmit();
});
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", over);
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    zone.querySelector("input[type=file]").files = event.dataTransfer.files;
    zone.requestSubmit();
  });
}
