/* Small conveniences on top of pages that already work without them. No dependency, nothing stored. */
(() => {
  "use strict";

  /* Submit once: a second click on the same form does nothing until the page is shown again (P-Q3). */
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.hasAttribute("hx-post")) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || form.target) return;
    sent.add(form);
    form.dataset.sent = "";
    /* A file answers without leaving the page, and a lost connection should not lock the form. */
    setTimeout(() => wakeForm(form), 8000);
    /* Deferred, so that the clicked button's own name and value still travel with the form. */
    setTimeout(() => {
      for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
        button.setAttribute("aria-busy", "true");
        button.setAttribute("aria-disabled", "true");
      }
    });
  });

  const wakeForm = (form) => {
    sent.delete(form);
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    }
  };
  const wake = () => document.querySelectorAll("form[data-sent]").forEach(wakeForm);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) wake();
  });

  /* Unsaved text: the browser asks before a form marked data-keep is left with changes. */
  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-keep")) changed.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of changed) {
      if (form.isConnected && !("sent" in form.dataset)) {
        event.preventDefault();
        return;
      }
    }
  });

  /* Characters left, announced only when few remain. */
  const count = (field) => {
    const max = Number(field.dataset.max);
    const out = document.getElementById(`${field.id}_count`);
    if (!max || !out) return;
    const left = max - [...field.value].length;
    out.hidden = left > max * 0.2;
    out.classList.toggle("over", left < 0);
    out.textContent = left < 0 ? `${-left} tecken för mycket` : `${left} tecken kvar`;
  };
  document.addEventListener("input", (event) => {
    if (event.target.dataset && event.target.dataset.max) count(event.target);
  });

  /* A session about to end says so while there is time to save, and one press keeps it (P-Q5). */
  const session = document.querySelector("meta[name=session-minutes]");
  const warning = document.getElementById("session-warning");
  if (session && warning) {
    const minutes = Number(session.content);
    const wait = () => setTimeout(() => { warning.hidden = false; }, Math.max(minutes - 2, minutes / 2) * 60000);
    wait();
    warning.querySelector("[data-stay]").addEventListener("click", async (event) => {
      const answer = await fetch(event.target.dataset.stay, { redirect: "error" }).catch(() => null);
      if (!answer || !answer.ok) return;
      warning.hidden = true;
      wait();
    });
  }

  /* htmx: a lost connection or an expired session is told in words, and nothing on the page is replaced. */
  const trouble = (text) => {
    const box = document.getElementById("connection-warning");
    if (!box) return;
    box.querySelector("[data-text]").textContent = text;
    box.hidden = false;
  };
  document.addEventListener("htmx:error", () => {
    trouble("Vi fick inget svar. Det du har skrivit finns kvar. Försök igen om en stund.");
  });
  document.addEventListener("htmx:after:request", (event) => {
    const response = event.detail && event.detail.ctx && event.detail.ctx.response;
    const status = response && response.status;
    if (status === 401 || status === 403 || status === 419) {
      trouble("Du kan ha blivit utloggad. Öppna hubben i en ny flik, logga in och försök igen här.");
    }
  });

  const start = () => {
    const errors = document.querySelector("[data-error-summary]");
    if (errors) errors.focus();
    for (const field of document.querySelectorAll("[data-max]")) count(field);
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
