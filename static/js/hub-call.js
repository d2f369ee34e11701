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

  /* A page that was shown anew by itself says so in its address, and only until it stands here. */
  if (new URLSearchParams(location.search).has("sjalv")) history.replaceState(null, "", location.pathname);

  const live = () => document.getElementById("laget");
  const form = document.querySelector("form[data-autosave]");
  const began = live() ? { child: live().dataset.child, state: live().dataset.state } : null;
  /* The page's own address: what a refused form is shown again under is another. */
  const here = form ? new URL("../", form.action).pathname : location.pathname;
  /* Something begun in another form of the page: it is about the child that stands here. */
  const typed = ({ type, value, defaultValue }) => {
    return /^text/.test(type) && value !== (location.pathname === here ? defaultValue : "");
  };
  const typedBeside = () => {
    const beside = [...document.querySelectorAll("main form:not([data-autosave])")];
    return beside.some((other) => other.contains(document.activeElement) || [...other.elements].some(typed));
  };
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
    if (typedBeside()) {
      tell("Samtalet har gått vidare. Spara eller ta bort det du skriver, så visas det som gäller nu.");
      return;
    }
    moving = true;
    location.replace(`${here}?sjalv=1`);
  };
  setInterval(follow, 1000);

  /* The session has ended: said where it is seen, and what is typed stays. Signed in anew, it is said no longer. */
  const warn = (words) => {
    const box = document.getElementById("connection-warning");
    if (box && words) box.querySelector("[data-text]").textContent = words;
    if (box) box.hidden = !words;
    tell(words);
  };
  let out = false;
  const signedOut = (now) => {
    if (now === out) return;
    out = now;
    const words = "Du har loggats ut. Det du har skrivit finns kvar här. Logga in i en ny flik, så går det att fortsätta.";
    warn(now ? words : "");
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

  /* A form beside the text is first sent without leaving the page: where no answer comes, what is typed stays. Then it
     is sent as forms are, and counts once by its key, so that the server's answer is what is shown. */
  let sure = null, sending = false;
  const send = async (other, button) => {
    if (form && !(await settled())) return false;
    const options = { method: "POST", body: new FormData(other), redirect: "manual" };
    const answer = await fetch(other.action, options).catch(() => null);
    if (!answer || answer.status >= 500) return false;
    sure = other;
    other.requestSubmit(button);
    return true;
  };
  document.addEventListener("submit", async (event) => {
    const other = event.target;
    if (!other.elements.once || other === sure) {
      sure = null;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (sending) return;
    sending = true;
    const done = await send(other, event.submitter);
    sending = false;
    if (!done) warn("Inget svar just nu. Det du har skrivit finns kvar här. Tryck igen om en stund.");
  }, true);
  if (!form) return;

  const area = form.elements.text;
  const line = document.getElementById("sparat");
  const clean = (text) => text.replace(/\r\n?/g, "\n").trim();
  let base = clean(area.value), busy = false, wait = null, refused = false;
  /* A save without an answer may be stored or not. It is sent again as it was, with its key, so that it counts once. */
  let pending = null;
  const dirty = () => Boolean(pending) || clean(area.value) !== base;
  const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const asSent = () => {
    const body = new FormData(form);
    body.set("base", base);
    body.set("once", key());
    return { text: area.value, body };
  };
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
    const answer = await fetch(here, asks).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const key = fresh.querySelector("input[name=csrfmiddlewaretoken]");
    if (!key) return;
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = key.value;
  };

  /* Put the joined text in the field without moving the writer's place. */
  const put = (text) => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const writing = document.activeElement === area;
    if (clean(value) === text) return;
    /* A blank typed last is not stored; it stays where the writer is, or the next word would stand in another's. */
    const own = value.trimEnd();
    const blank = writing && start > own.length ? value.slice(own.length, start) : "";
    let same = 0;
    while (same < own.length && own[same] === text[same]) same += 1;
    const grown = text.length - own.length;
    const place = (at) => Math.max(0, Math.min(text.length, at <= same ? at : at + grown));
    const last = place(own.length);
    area.value = blank ? text.slice(0, last) + blank + text.slice(last) : text;
    if (blank) area.setSelectionRange(last + blank.length, last + blank.length);
    else if (writing) area.setSelectionRange(place(start), place(end));
  };

  /* Others' words, read and not saved: an empty chair saves nothing. */
  const take = async () => {
    busy = true;
    const answer = await fetch(here, asks).catch(() => null);
    const page = answer && answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    busy = false;
    const fresh = page && page.querySelector("form[data-autosave]");
    if (!fresh || dirty() || fresh.elements.child.value !== form.elements.child.value) return;
    if (Number(fresh.elements.version.value) <= Number(form.elements.version.value)) return;
    const text = clean(fresh.elements.text.value);
    put(text);
    base = text;
    form.elements.version.value = fresh.elements.version.value;
    if (dirty()) later(PAUSE);
  };

  async function save() {
    clearTimeout(wait);
    wait = null;
    if (busy) return later(PAUSE);
    busy = true;
    pending ||= asSent();
    const { text: sent, body } = pending;
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "error",
    }).catch(() => null);
    const found = answer && answer.ok ? await answer.json().catch(() => null) : null;
    busy = false;
    refused = Boolean(answer) && [404, 409, 422].includes(answer.status);
    if (found || refused) pending = null;
    if (found) {
      form.elements.version.value = found.version;
      const untouched = area.value === sent;
      const joined = found.text !== null && untouched;
      if (joined) put(found.text);
      base = joined ? found.text : clean(sent);
      say(found.clash ? `${found.saved} · ni skrev på samma ställe, läs igenom` : found.saved, false);
      if (dirty()) later(PAUSE);
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

  /* Whether all that is typed in the text is stored, or never will be as it stands: then the browser asks. */
  async function settled() {
    for (let times = 0; times < 3 && dirty() && !refused; times += 1) {
      if (busy) await new Promise((go) => { setTimeout(go, PAUSE); });
      else await save();
    }
    return !dirty() || refused;
  }

  area.addEventListener("input", () => {
    refused = false;
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
