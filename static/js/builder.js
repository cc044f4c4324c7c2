// The segment builder: add and remove conditions; the form counts its rows in Django's own way.
const rows = document.querySelector("[data-rows-of]");

function renumber() {
  const prefix = rows.dataset.rowsOf;
  [...rows.querySelectorAll("[data-rule-row]")].forEach((row, number) => {
    for (const part of row.querySelectorAll("[name]")) {
      part.name = part.name.replace(/-(\d+|__prefix__)-/, `-${number}-`);
      part.id = `id_${part.name}`;
    }
  });
  document.querySelector(`[name="${prefix}-TOTAL_FORMS"]`).value = rows.children.length;
  rows.dispatchEvent(new Event("input", { bubbles: true }));
}

if (rows) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-row]")) {
      rows.append(document.querySelector("[data-row-template]").content.cloneNode(true));
      renumber();
      rows.lastElementChild.querySelector("select").focus();
    }
    const remove = event.target.closest("[data-remove-row]");
    if (!remove) return;
    remove.closest("[data-rule-row]").remove();
    renumber();
  });
}
