/* Copies the text that a button names to the clipboard. Without it the text is marked and copied by hand. */
(() => {
  "use strict";

  const status = document.getElementById("page-status");
  for (const button of document.querySelectorAll("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    if (!text || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.value);
        status.textContent = "Texten är kopierad.";
        button.lastElementChild.textContent = "Kopierad";
      } catch {
        text.focus();
        text.select();
        status.textContent = "Texten är markerad. Kopiera den med tangenterna.";
      }
    });
  }
})();
