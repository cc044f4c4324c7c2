// The form editor: add, remove and move fields; the preview follows what is typed.
const form = document.getElementById("webform");
const rows = form?.querySelector("[data-field-rows]");
const preview = document.querySelector("[data-preview]");

if (rows) {
  form.addEventListener("click", (event) => {
    const press = event.target.closest("[data-add-field], [data-remove-field], [data-move]");
    if (!press) return;
    const row = press.closest("[data-field-row]");
    if ("addField" in press.dataset) {
      rows.append(document.querySelector("[data-field-template]").content.cloneNode(true));
      rows.lastElementChild.querySelector("select").focus();
    } else if ("removeField" in press.dataset) {
      row.remove();
    } else if (press.dataset.move < 0) {
      row.previousElementSibling?.before(row);
      press.focus();
    } else {
      row.nextElementSibling?.after(row);
      press.focus();
    }
    form.dispatchEvent(new Event("input"));
  });

  // A chosen field brings its own name, unless somebody wrote another.
  rows.addEventListener("change", (event) => {
    if (event.target.name !== "key") return;
    const label = event.target.closest("[data-field-row]").querySelector('[name="label"]');
    const names = [...event.target.options].map((option) => option.dataset.label);
    if (!label.value || names.includes(label.value)) label.value = event.target.selectedOptions[0].dataset.label || "";
    form.dispatchEvent(new Event("input"));
  });
}

if (form && preview) {
  const frame = preview.querySelector("iframe");
  let waiting = 0;
  const show = async () => {
    const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form) });
    if (!answer.ok) return;
    frame.srcdoc = await answer.text();
    preview.hidden = false;
  };
  frame.addEventListener("load", () => {
    const main = frame.contentDocument?.querySelector("main");
    if (main) frame.style.height = `${main.getBoundingClientRect().height + 4}px`;
  });
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 250); });
  form.querySelector("[data-preview-button]").hidden = true;
  show();
}
