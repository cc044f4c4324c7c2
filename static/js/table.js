// Tables: choose rows (Shift extends), the bar of acts on them, and rows that open as a whole.
let last = null;

const checks = () => [...document.querySelectorAll(".row-check")];
const bar = () => document.querySelector("[data-bulk-bar]");

function refresh() {
  const all = checks();
  const count = all.filter((box) => box.checked).length;
  const head = document.querySelector("[data-check-all]");
  if (head) {
    head.checked = count > 0 && count === all.length;
    head.indeterminate = count > 0 && count < all.length;
  }
  if (!bar()) return;
  bar().hidden = count === 0;
  const everything = bar().querySelector("[data-bulk-all]");
  if (everything && count < all.length) everything.checked = false;
  const total = everything?.checked ? everything.nextElementSibling.textContent.trim() : count;
  bar().querySelector("[data-bulk-count]").textContent = total;
}

function setAll(checked) {
  for (const box of checks()) box.checked = checked;
  refresh();
}

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches?.("[data-check-all]")) setAll(target.checked);
  else if (target.matches?.("[data-bulk-all]")) setAll(target.checked);
  else if (target.matches?.(".row-check")) refresh();
  else if (target.matches?.("[data-auto-submit] *, [data-auto-submit]")) target.form?.requestSubmit();
});

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".row-check");
  if (box) return extend(box, event.shiftKey);
  if (event.target.closest?.("[data-bulk-clear]")) return setAll(false);
  const row = event.target.closest?.("[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, summary, .check")) return;
  if (window.getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});

function extend(box, shift) {
  const all = checks();
  if (shift && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  refresh();
}

// One open menu at a time; a press outside or Escape closes it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.drop[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (bar() && !bar().hidden && !document.querySelector("dialog[open]")) setAll(false);
});
document.addEventListener("htmx:after:swap", refresh);
refresh();

// What is typed into the find box of a list narrows it in place, a quarter of a second after the last letter.
let typed = 0;
function find(form) {
  const words = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const url = `${location.pathname}?${words}`;
  history.replaceState(history.state, "", url);
  htmx.ajax("GET", url, { source: form, target: "#main", select: "#main", swap: "outerMorph" });
}
document.addEventListener("input", (event) => {
  if (event.target.dataset?.find !== "live") return;
  clearTimeout(typed);
  typed = setTimeout(find, 250, event.target.form);
});
