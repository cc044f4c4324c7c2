// Toasts: one at a time, gone after eight seconds unless pointed at; Z takes the last act back.
const box = document.getElementById("toasts");
const pattern = document.getElementById("toast-template");
const SECONDS = 8;
const timers = new WeakMap();

function start(toast) {
  timers.set(toast, setTimeout(() => toast.remove(), SECONDS * 1000));
}
function hold(toast) {
  clearTimeout(timers.get(toast));
}

function adopt(toast) {
  for (const other of box.querySelectorAll("[data-toast]")) if (other !== toast) other.remove();
  start(toast);
  toast.addEventListener("pointerenter", () => hold(toast));
  toast.addEventListener("pointerleave", () => start(toast));
  toast.addEventListener("focusin", () => hold(toast));
  toast.addEventListener("focusout", () => start(toast));
}

function show({ text, level = "success", undo = "" }) {
  const toast = pattern.content.firstElementChild.cloneNode(true);
  toast.classList.replace("success", level);
  toast.querySelector("p").textContent = text;
  const form = toast.querySelector("[data-undo]");
  if (undo) {
    form.action = undo;
    form.elements.next.value = location.pathname + location.search;
  } else form.remove();
  if (level === "error") toast.setAttribute("role", "alert");
  box.append(toast);
}

if (box) {
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.nodeType === 1 && node.matches("[data-toast]")) adopt(node);
    }
  }).observe(box, { childList: true });
  const waiting = [...box.querySelectorAll("[data-toast]")];
  if (waiting.length) adopt(waiting.at(-1));
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove();
  });
}

// Server: HX-Trigger: {"toast": {"text": "…", "undo": "/…/"}}; scripts: document.dispatchEvent(new CustomEvent("toast", …)).
document.addEventListener("toast", (event) => show(event.detail));
document.addEventListener("htmx:error", () => show({ text: "No answer from the server. Nothing was lost, try again.", level: "error" }));
document.addEventListener("undo", () => box?.querySelector("[data-undo]")?.requestSubmit());
