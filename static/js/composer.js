// Writing: count what is left, send on Ctrl or Cmd Enter, keep a draft in this browser, insert tokens at the cursor.
const key = (field) => `draft:${location.pathname}:${field.name}`;

function count(field) {
  const counter = field.form?.querySelector("[data-counter]");
  if (!counter) return;
  const limit = Number(field.dataset.limit || 0);
  const words = field.value.trim().split(/\s+/).filter(Boolean).length;
  counter.textContent = limit ? `${field.value.length} of ${limit}` : `${words} words`;
  counter.classList.toggle("over", limit > 0 && field.value.length > limit);
}

function prepare(root) {
  for (const field of root.querySelectorAll?.("[data-composer]") ?? []) {
    const kept = "draft" in field.dataset ? localStorage.getItem(key(field)) : null;
    if (kept && (!field.value || "suggested" in field.dataset)) field.value = kept;
    count(field);
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-composer]")) return;
  count(field);
  if ("draft" in field.dataset) localStorage.setItem(key(field), field.value);
});
document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-composer][data-draft]")) localStorage.removeItem(key(field));
});
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-composer], [data-note]");
  if (field && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    field.form.requestSubmit();
  }
});
document.addEventListener("click", (event) => {
  const press = event.target.closest?.("[data-insert]");
  if (!press) return;
  const field = document.querySelector(press.dataset.into ?? "[data-composer]");
  field.setRangeText(press.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
document.addEventListener("htmx:after:swap", (event) => prepare(event.target));
prepare(document);
