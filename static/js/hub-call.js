/* A call's clock and its joint text. The text lives in the page until the server has it; nothing is stored here. */
(() => {
  "use strict";
  const PAUSE = 1500, RETRY = 4000, LOOK = 4000;
  /* What the page asks for by itself is no sign that somebody sits there; only what is typed and pressed is. */
  const asks = { headers: { "X-Unattended": "1" }, redirect: "error" };
  const minutes = (seconds) => {
    const size = Math.abs(seconds);
    const two = (n) => String(n).padStart(2, "0");
    return `${seconds < 0 ? "+" : ""}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  };
  const status = document.getElementById("hub-status");
  const tell = (words) => {
    if (status && words && status.textContent !== words) status.textContent = words;
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

  const live = () => document.getElementById("laget");
  const form = document.querySelector("form[data-autosave]");
  const began = live() ? { child: live().dataset.child, state: live().dataset.state } : null;
  /* What the live part says has changed is read aloud; a new child or an ended call shows the page anew. */
  let moving = false;
  const follow = () => {
    const part = live();
    if (!part || !began || moving) return;
    tell(part.dataset.summary);
    if (part.dataset.child === began.child && part.dataset.state === began.state) return;
    if (form && dirty()) {
      save();
      return;
    }
    if (form && document.activeElement && document.activeElement.closest("form:not([data-autosave])")) return;
    moving = true;
    location.reload();
  };
  setInterval(follow, 1000);

  /* The session has ended: said where it is seen, and what is typed stays. Signed in anew, it is said no longer. */
  let out = false;
  const signedOut = (now) => {
    if (now === out) return;
    out = now;
    const box = document.getElementById("connection-warning");
    const words = "Du har loggats ut. Det du har skrivit finns kvar här. Logga in i en ny flik, så går det att fortsätta.";
    if (box) {
      if (now) box.querySelector("[data-text]").textContent = words;
      box.hidden = !now;
    }
    if (now) tell(words);
  };

  /* Answers come by themselves. A lost session or line leaves what stands here: a page to sign in is no answer. */
  const look = async () => {
    const part = live();
    if (!part || !part.dataset.live || document.hidden) return;
    const answer = await fetch(part.dataset.live, asks).catch(() => null);
    if (answer && (answer.status === 401 || answer.ok)) signedOut(answer.status === 401);
    if (!answer || answer.status !== 200) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("laget");
    if (fresh && part.isConnected) part.replaceWith(fresh);
  };
  setInterval(look, LOOK);
  if (!form) return;

  const area = form.elements.text;
  const line = document.getElementById("sparat");
  const clean = (text) => text.replace(/\r\n?/g, "\n").trim();
  let base = clean(area.value), busy = false, wait = null;
  const dirty = () => clean(area.value) !== base;
  const say = (words, unsaved) => {
    line.textContent = words;
    line.classList.toggle("unsaved", Boolean(unsaved));
    if (unsaved) tell(words);
  };
  const later = (pause) => {
    clearTimeout(wait);
    wait = setTimeout(save, pause);
  };

  /* A new sign-in in another tab gives the page a new key. */
  const renew = async () => {
    const answer = await fetch(location.href, asks).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const key = fresh.querySelector("input[name=csrfmiddlewaretoken]");
    if (!key) return;
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = key.value;
  };

  /* Put the joined text in the field without moving the writer's place. */
  const put = (text) => {
    if (clean(area.value) === text) return;
    const { selectionStart: start, selectionEnd: end, value } = area;
    let same = 0;
    while (same < value.length && value[same] === text[same]) same += 1;
    const grown = text.length - value.length;
    const place = (at) => Math.max(0, Math.min(text.length, at <= same ? at : at + grown));
    area.value = text;
    if (document.activeElement === area) area.setSelectionRange(place(start), place(end));
  };

  /* Others' words, read and not saved: an empty chair saves nothing. */
  const take = async () => {
    busy = true;
    const answer = await fetch(location.href, asks).catch(() => null);
    const page = answer && answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    busy = false;
    const fresh = page && page.querySelector("form[data-autosave]");
    if (!fresh || dirty() || fresh.elements.child.value !== form.elements.child.value) return;
    if (Number(fresh.elements.version.value) <= Number(form.elements.version.value)) return;
    const text = clean(fresh.elements.text.value);
    put(text);
    base = text;
    form.elements.version.value = fresh.elements.version.value;
  };

  async function save() {
    clearTimeout(wait);
    wait = null;
    if (busy) return later(PAUSE);
    busy = true;
    const sent = area.value;
    const body = new FormData(form);
    body.set("base", base);
    const answer = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "error",
    }).catch(() => null);
    busy = false;
    if (answer && answer.ok) {
      const found = await answer.json();
      form.elements.version.value = found.version;
      const untouched = area.value === sent;
      if (found.text === null || !untouched) base = clean(sent);
      else {
        put(found.text);
        base = found.text;
      }
      say(found.clash ? `${found.saved} · ni skrev på samma ställe, läs igenom` : found.saved, false);
      if (!untouched) later(PAUSE);
      return;
    }
    if (answer && answer.status === 422) {
      const wrong = await answer.json().catch(() => ({}));
      say((wrong.errors || ["Texten går inte att spara så här."]).join(" "), true);
      return;
    }
    if (answer && (answer.status === 404 || answer.status === 409)) {
      say("Inte sparat: samtalet gäller inte längre barnet. Texten finns kvar här, kopiera den.", true);
      return;
    }
    if (answer && (answer.status === 401 || answer.status === 403)) {
      say("Inte sparat: du kan ha loggats ut. Logga in i en ny flik, så sparas texten.", true);
      await renew();
    } else say("Inte sparat: ingen kontakt just nu. Texten finns kvar och sparas så snart det går.", true);
    later(RETRY);
  }

  area.addEventListener("input", () => {
    if (!line.classList.contains("unsaved")) line.textContent = "Skriver …";
    if (!wait) later(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  /* Others' words come in while one's own rest. */
  setInterval(() => {
    const part = live();
    if (!part || busy || part.dataset.child !== began.child) return;
    if (!dirty() && Number(part.dataset.version) > Number(form.elements.version.value)) take();
    else if (!dirty() && part.dataset.saved && !line.classList.contains("unsaved")) line.textContent = part.dataset.saved;
  }, 1000);
  window.addEventListener("beforeunload", (event) => {
    if (dirty()) event.preventDefault();
  });
})();
