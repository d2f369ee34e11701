/* A call's clock, the child that is spoken of, and its joint text (joint-text.js). */
(() => {
  "use strict";
  const { tell, live, text, start, typedBeside } = window.JointText;
  const minutes = (seconds) => {
    const size = Math.abs(seconds);
    const two = (n) => String(n).padStart(2, "0");
    return `${seconds < 0 ? "+" : ""}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  };

  /* The time left was counted by the server; the page only counts on from there. */
  const timer = document.getElementById("tid");
  if (timer) {
    const shown = performance.now();
    const left = Number(timer.dataset.left);
    const clock = timer.querySelector(".call-clock");
    let before = left;
    const tick = () => {
      const now = left - Math.floor((performance.now() - shown) / 1000);
      clock.textContent = minutes(now);
      if (before > 300 && now <= 300) tell("Fem minuter kvar.");
      if (now <= 0 && !timer.classList.contains("call-over")) {
        timer.classList.add("call-over");
        document.getElementById("tiden-ute").hidden = false;
        tell("30 minuter har gått. Hubben är fortfarande öppen.");
      }
      before = now;
    };
    setInterval(tick, 1000);
  }

  /* A page that was shown anew by itself says so in its address, and only until it stands here. */
  if (new URLSearchParams(location.search).has("sjalv")) history.replaceState(null, "", location.pathname);

  const form = document.querySelector("form[data-autosave]");
  const began = live() ? { child: live().dataset.child, state: live().dataset.state } : null;
  /* The page's own address: what a refused form is shown again under is another. */
  const here = form ? new URL("../", form.action).pathname : location.pathname;
  const joint = form && text(form, {
    here,
    line: document.getElementById("sparat"),
    gone: "Inte sparat: samtalet gäller inte längre barnet. Texten finns kvar här, kopiera den.",
    stands: () => {
      const part = live();
      if (!part || part.dataset.child !== began.child) return null;
      return { version: Number(part.dataset.version), saved: part.dataset.saved };
    },
    same: (fresh) => fresh.elements.child.value === form.elements.child.value,
  });

  /* What the live part says has changed is read aloud; a new child or an ended call shows the page anew. */
  let moving = false;
  start(() => {
    const part = live();
    if (!part || !began || moving) return;
    tell(part.dataset.summary);
    if (part.dataset.child === began.child && part.dataset.state === began.state) return;
    if (joint && joint.dirty()) {
      joint.save();
      return;
    }
    if (typedBeside(here)) {
      tell("Samtalet har gått vidare. Spara eller ta bort det du skriver, så visas det som gäller nu.");
      return;
    }
    moving = true;
    location.replace(`${here}?sjalv=1`);
  });
})();
