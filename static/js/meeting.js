/* The screen of a meeting: its joint texts (joint-text.js), and the gate that hides them while somebody in the room may
   not hear. What is hidden stays in the page and is saved all the same. */
(() => {
  "use strict";
  const { tell, live, text, start, typedBeside, dirty, save } = window.JointText;
  const forms = [...document.querySelectorAll("form[data-autosave]")];
  const began = live() ? { gate: live().dataset.gate, state: live().dataset.state } : null;
  /* The page's own address: what a refused form is shown again under is another. */
  const here = live() ? new URL("../", new URL(live().dataset.live, location.href)).pathname : location.pathname;
  for (const form of forms) {
    text(form, {
      here,
      line: form.querySelector(".saved"),
      gone: "Inte sparat: mötet pågår inte längre. Texten finns kvar här, kopiera den.",
      stands: () => {
        const said = document.querySelector(`#laget [data-text="${form.dataset.key}"]`);
        return said && { version: Number(said.dataset.version), saved: said.dataset.saved };
      },
      same: () => true,
    });
  }

  let moving = false;
  start(() => {
    const part = live();
    if (!part || !began || moving) return;
    tell(part.dataset.summary);
    document.getElementById("hallning").classList.toggle("gated", part.dataset.gate === "shut");
    const same = part.dataset.state === began.state && (part.dataset.gate === began.gate || forms.length > 0);
    if (same) return;
    if (dirty()) {
      save();
      return;
    }
    if (typedBeside(here)) {
      tell("Mötet har ändrats. Spara eller ta bort det du skriver, så visas det som gäller nu.");
      return;
    }
    moving = true;
    location.replace(here);
  });
})();
