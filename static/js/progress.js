// Progress and clocks: polling parts stop while the tab is hidden, countdowns tick, the page title counts what waits.
document.addEventListener("htmx:before:request", (event) => {
  const polls = event.target.getAttribute?.("hx-trigger")?.includes("every ");
  if (polls && document.hidden) event.preventDefault();
});

function tick() {
  for (const clock of document.querySelectorAll("time[data-due]")) {
    const minutes = Math.round((Date.parse(clock.dateTime) - Date.now()) / 60000);
    clock.textContent = minutes >= 0 ? `${minutes} min` : `${-minutes} min late`;
    clock.classList.toggle("bad", minutes < 0);
  }
}
if (document.querySelector("time[data-due]")) {
  tick();
  setInterval(tick, 15000);
}

const waiting = document.querySelector(".side-nav .badge")?.firstChild?.textContent;
if (waiting) document.title = `(${waiting}) ${document.title}`;

// A thread opens at its newest turn.
for (const turns of document.querySelectorAll(".turns")) turns.scrollTop = turns.scrollHeight;
document.addEventListener("htmx:after:swap", (event) => {
  const turns = event.target.closest?.(".turns") ?? event.target.querySelector?.(".turns");
  if (turns) turns.scrollTop = turns.scrollHeight;
});
