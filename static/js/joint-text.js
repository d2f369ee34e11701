/* Texts that several people write in at once, for the pages that have them. A text lives in the page until the server
   has it; nothing is stored here. Each page says what it is about and how it goes on. */
window.JointText = (() => {
  "use strict";
  const PAUSE = 1500, RETRY = 4000, LOOK = 4000;
  /* What the page asks for by itself is no sign that somebody sits there; only what is typed and pressed is. */
  const asks = { headers: { "X-Unattended": "1" }, redirect: "error" };
  const status = document.querySelector("#page-status, #hub-status");
  const tell = (words) => {
    if (status && words && status.textContent !== words) status.textContent = words;
  };
  const live = () => document.getElementById("laget");
  const texts = [];
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

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
    const fresh = parse(await answer.text()).getElementById("laget");
    if (!fresh || !part.isConnected) return;
    const place = [...part.querySelectorAll("button, a")].indexOf(document.activeElement);
    part.replaceWith(fresh);
    if (place >= 0) fresh.querySelectorAll("button, a")[place]?.focus();
  };

  /* Something begun in another form of the page. */
  const typed = (atHere) => ({ type, value, defaultValue }) => /^text/.test(type) && value !== (atHere ? defaultValue : "");
  const typedBeside = (here) => {
    const beside = [...document.querySelectorAll("main form:not([data-autosave])")];
    const begun = typed(location.pathname === here);
    return beside.some((other) => other.contains(document.activeElement) || [...other.elements].some(begun));
  };

  /* A form beside the texts is first sent without leaving the page: where no answer comes, what is typed stays. Then it
     is sent as forms are, and counts once by its key, so that the server's answer is what is shown. */
  let sure = null, sending = false;
  const send = async (other, button) => {
    for (const text of texts) if (!(await text.settled())) return false;
    const options = { method: "POST", body: new FormData(other), redirect: "manual" };
    const answer = await fetch(other.action, options).catch(() => null);
    if (!answer || answer.status >= 500) return false;
    sure = other;
    other.requestSubmit(button);
    return true;
  };
  const guard = () => document.addEventListener("submit", async (event) => {
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

  /* Make a form save by itself.
     here: the page's own address. line: where it says that it is saved. gone: what to say when it is too late.
     stands: what the live part says of this text, as { version, saved }, or null. same: whether the form of a page that
     was fetched anew is about the same thing. */
  const text = (form, { here, line, gone, stands, same }) => {
    const area = form.elements.text;
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
      const fresh = parse(await answer.text());
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
      const page = answer && answer.ok ? parse(await answer.text()) : null;
      busy = false;
      const fresh = page && page.getElementById(form.id);
      if (!fresh || dirty() || !same(fresh)) return;
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
        form.dispatchEvent(new CustomEvent("saved"));
        say(found.clash ? `${found.saved} · ni skrev på samma ställe, läs igenom` : found.saved, false);
        if (dirty()) later(PAUSE);
        return;
      }
      if (answer && answer.status === 422) {
        const wrong = await answer.json().catch(() => ({}));
        say((wrong.errors || ["Texten går inte att spara så här."]).join(" "), true);
        form.dispatchEvent(new CustomEvent("refused", { detail: wrong }));
        return;
      }
      if (answer && (answer.status === 404 || answer.status === 409)) {
        say(gone, true);
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
      const now = stands();
      if (!now || busy || dirty()) return;
      if (now.version > Number(form.elements.version.value)) take();
      else if (now.saved && !line.classList.contains("unsaved")) line.textContent = now.saved;
    }, 1000);
    window.addEventListener("beforeunload", (event) => {
      if (dirty()) event.preventDefault();
    });
    const joint = { dirty, save, settled };
    texts.push(joint);
    return joint;
  };

  /* Begin: look at the live part, and go on as the page says each second. */
  const start = (follow) => {
    setInterval(look, LOOK);
    setInterval(follow, 1000);
    guard();
  };
  return { tell, warn, live, look, text, start, typedBeside, dirty: () => texts.some((one) => one.dirty()),
    save: () => { for (const one of texts) if (one.dirty()) one.save(); } };
})();
