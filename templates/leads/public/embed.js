{% autoescape off %}// Puts the form into this page: one frame that grows with its content. No cookie of ours, no library.
(() => {
  const script = document.currentScript;
  const address = script?.src ? new URL(".", script.src).href : "{{ address|escapejs }}", origin = new URL(address).origin;
  const names = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid", "fbclid", "msclkid"];
  const keep = (store, name, value) => { try { if (value) store.setItem(name, value); return store.getItem(name) || ""; } catch { return value || ""; } };

  const here = new URLSearchParams(location.search), seen = new URLSearchParams();
  for (const name of names) if (here.get(name)) seen.set(name, here.get(name).slice(0, 200));
  const marks = keep(sessionStorageOrNone(), "loom_marks", String(seen));
  let visitor = keep(localStorageOrNone(), "loom_visitor", "");
  if (!visitor) visitor = keep(localStorageOrNone(), "loom_visitor", crypto.randomUUID());

  const frame = document.createElement("iframe"), query = new URLSearchParams({ frame: "1", page: location.href.slice(0, 500), marks, visitor });
  if (script?.dataset.theme) query.set("theme", script.dataset.theme);
  frame.src = `${address}?${query}`;
  frame.title = "{{ name|escapejs }}";
  frame.loading = "lazy";
  frame.style.cssText = "display:block;width:100%;min-height:120px;border:0;color-scheme:light dark";
  script ? script.after(frame) : document.body.append(frame);

  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow || typeof event.data !== "object") return;
    if (event.data.height > 0) frame.style.height = `${Math.ceil(event.data.height)}px`;
    if (/^https?:/.test(event.data.goesOn || "")) location.href = event.data.goesOn;
  });

  function sessionStorageOrNone() { try { return window.sessionStorage; } catch { return null; } }
  function localStorageOrNone() { try { return window.localStorage; } catch { return null; } }
})();
{% endautoescape %}
