// The segment builder: its buttons redraw only the conditions; Enter in a value saves nothing by accident.
const form = document.querySelector("[data-builder]");

function redraw(act) {
  const values = Object.fromEntries([["act", act]]);
  htmx.ajax("POST", "/segments/build/", { source: form, target: "#builder", swap: "outerMorph", values });
}

form?.addEventListener("submit", (event) => {
  if (event.submitter?.name !== "act") return;
  event.preventDefault();
  event.stopPropagation();
  redraw(event.submitter.value);
});

// Enter in a value adds the next condition of the same group instead of saving a half-built rule.
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".rule-line input")) return;
  event.preventDefault();
  redraw(`row:${event.target.id.replace("id_c-", "").replace(/-(value|low|high)$/, "").replace(/\.\d+$/, "")}`);
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.target.id !== "builder" && !event.target.querySelector?.("#builder")) return;
  document.querySelector("#builder [data-focus]")?.focus();
  document.body.dispatchEvent(new Event("recount"));
});
