// Sequence steps: drag by the handle, or Alt and an arrow; the new order goes to the server by the list's own form.
// Needs Sortable.min.js beside it; without it the keys still work.
const list = document.querySelector("[data-sortable]");

function save() {
  const form = document.getElementById(list.dataset.sortable);
  form.elements.order.value = [...list.querySelectorAll("[data-step]")].map((step) => step.dataset.step).join(",");
  form.requestSubmit();
}

if (list) {
  window.Sortable?.create(list, { handle: ".handle", draggable: "[data-step]", animation: 120, onEnd: save });
  list.addEventListener("keydown", (event) => {
    const step = event.target.closest("[data-step]");
    if (!step || !event.altKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
    event.preventDefault();
    const steps = [...list.querySelectorAll("[data-step]")];
    const other = steps[steps.indexOf(step) + (event.key === "ArrowUp" ? -1 : 1)];
    if (!other) return;
    if (event.key === "ArrowUp") other.before(step);
    else other.after(step);
    step.focus();
    save();
  });
}
