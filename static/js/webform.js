// On the public form: tell the page around us how tall we are, go on after «Thank you», focus what is wrong.
document.querySelector("[data-focus]")?.focus();
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[type=submit]");
  if (button.disabled) return event.preventDefault();
  setTimeout(() => { button.disabled = true; }, 0);
});
addEventListener("pageshow", () => { for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false; });

if (window.parent !== window) {
  const tell = (said) => window.parent.postMessage(said, "*");
  const main = document.querySelector("main");
  new ResizeObserver(() => tell({ height: main.getBoundingClientRect().height + 2 })).observe(main);
  const goesOn = document.querySelector("[data-goes-on]")?.dataset.goesOn;
  if (goesOn) tell({ goesOn });
}
