/* A group's meeting: words that look like a name are asked about beside the text that they stand in. Nothing is saved
   before the writer has taken them away or said that they point nobody out. */
(() => {
  "use strict";
  const sayCleared = (form, words) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "cleared", value: words });
    form.append(input);
  };
  const ask = (form, words) => {
    form.querySelector(".cleared")?.remove();
    if (!words.length) return;
    const box = document.createElement("div");
    box.className = "cleared";
    for (const each of words) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "ds-button", textContent: `”${each}” pekar inte ut någon enskild` });
      button.dataset.size = "sm";
      button.dataset.variant = "secondary";
      button.addEventListener("click", () => {
        sayCleared(form, each);
        button.remove();
        if (!box.querySelector("button")) box.remove();
        form.querySelector("textarea").focus();
        form.requestSubmit();
      });
      box.append(button);
    }
    form.querySelector("textarea").after(box);
  };
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    form.addEventListener("refused", (event) => ask(form, event.detail.words || []));
    form.addEventListener("saved", () => form.querySelector(".cleared")?.remove());
  }
})();
