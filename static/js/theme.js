// The theme follows the system until someone chooses; the choice is kept in this browser and sent as a cookie.
// Loaded in the head, before the first paint. The key is the one Django's admin uses, so both agree.
(() => {
  const root = document.documentElement;
  const kept = () => localStorage.getItem("theme") || root.dataset.theme || "auto";

  const show = (theme) => {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
    }
  };

  const keep = (theme) => {
    localStorage.setItem("theme", theme);
    document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
    show(theme);
  };

  show(kept());
  document.addEventListener("DOMContentLoaded", () => show(kept()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-set]");
    if (button) keep(button.dataset.themeSet);
  });
  window.addEventListener("storage", (event) => event.key === "theme" && show(kept()));
})();
