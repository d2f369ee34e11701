/* Dragging a proposed meeting to another half hour: the same form as the page that each meeting has, sent for one. */
(() => {
  "use strict";
  const form = document.getElementById("dra");
  const table = document.querySelector(".plan-week");
  const says = document.getElementById("dra-lage");
  if (!form || !table) return;
  document.querySelector("[data-drag-hint]").hidden = false;
  let held = null;
  for (const entry of table.querySelectorAll("[data-move]")) {
    entry.draggable = true;
    entry.querySelector("a").draggable = false;
    entry.addEventListener("dragstart", (event) => {
      held = entry;
      entry.classList.add("plan-moving");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
    });
    entry.addEventListener("dragend", () => {
      held = null;
      entry.classList.remove("plan-moving");
      for (const cell of table.querySelectorAll(".plan-over")) cell.classList.remove("plan-over");
    });
  }
  const cellOf = (event) => held && event.target.closest("td[data-day]");
  table.addEventListener("dragover", (event) => {
    if (cellOf(event)) event.preventDefault();
  });
  table.addEventListener("dragenter", (event) => {
    const cell = cellOf(event);
    for (const other of table.querySelectorAll(".plan-over")) if (other !== cell) other.classList.remove("plan-over");
    if (cell) cell.classList.add("plan-over");
  });
  table.addEventListener("drop", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    event.preventDefault();
    if (cell.contains(held)) return;
    says.textContent = `Flyttar till ${cell.dataset.what}.`;
    form.action = held.dataset.move;
    form.elements.day.value = cell.dataset.day;
    form.elements.starts_at.value = cell.dataset.begins;
    form.elements.room.value = held.dataset.room;
    form.requestSubmit();
  });
})();
