// What every request and press shares: the CSRF header, asking before what cannot be undone, dialogs, copying.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx?.request;
  if (!request || request.method === "GET") return;
  request.headers["X-CSRFToken"] = token();
});

document.addEventListener("click", (event) => {
  const press = event.target.closest?.("[data-open], [data-close], [data-copy], [data-confirm]");
  if (!press) return;
  if (press.dataset.open) document.getElementById(press.dataset.open)?.showModal();
  if ("close" in press.dataset) press.closest("dialog")?.close();
  if (press.dataset.copy) copy(press.dataset.copy);
  if (press.dataset.confirm && !window.confirm(press.dataset.confirm)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// A click on the backdrop closes a dialog; the page behind never gets it.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

// A double press must not send twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  const button = event.submitter;
  if (!button || button.getAttribute("aria-busy") === "true") return void (button && event.preventDefault());
  if (!event.target.matches("[hx-post], [hx-get], [data-boosted]") && event.target.method === "post") {
    setTimeout(() => button.setAttribute("aria-busy", "true"), 0);
  }
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll('.btn[aria-busy="true"]')) button.removeAttribute("aria-busy");
});

// Irreversible acts on many rows ask to type a name.
document.addEventListener("input", (event) => {
  const wanted = event.target.dataset?.mustEqual;
  if (wanted === undefined) return;
  event.target.form.querySelector('[type="submit"]').disabled = event.target.value.trim() !== wanted;
});

// After a refused form the summary takes the focus, else the first wrong field.
function showErrors(root) {
  const summary = root.querySelector?.("[data-focus]") ?? root.querySelector?.('[aria-invalid="true"]');
  summary?.focus();
}
document.addEventListener("htmx:after:swap", (event) => showErrors(event.target));
showErrors(document);

async function copy(text) {
  await navigator.clipboard.writeText(text);
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: "Copied" } }));
}

for (const key of document.querySelectorAll("[data-mod-key]")) {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) key.textContent = `Ctrl ${key.dataset.modKey}`.trim();
}
