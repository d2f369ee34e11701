/* Passkeys: the browser's own dialogue, and its answer sent with the form. Without script the app with codes is used. */
(() => {
  "use strict";

  const TROUBLE = "Det gick inte. Försök igen, eller använd en kod från appen i stället.";

  const optionsOf = async (form, deed) => {
    if (deed !== "sign-in") return JSON.parse(document.getElementById(form.dataset.options).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  };

  const ask = async (form, deed) => {
    const options = await optionsOf(form, deed);
    if (deed !== "create") return window.webauthnJSON.get(options);
    const wish = options.creation_options;
    /* A passkey is kept by the device and opens only for its owner: it is both steps in one. */
    const selection = wish.publicKey.authenticatorSelection || (wish.publicKey.authenticatorSelection = {});
    Object.assign(selection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
    return window.webauthnJSON.create(wish);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-passkey]");
    if (!button) return;
    event.preventDefault();
    const form = button.form;
    const out = form.querySelector("[data-trouble]");
    out.hidden = true;
    try {
      const answer = await ask(form, button.dataset.passkey);
      form.elements.namedItem("credential").value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      out.textContent = TROUBLE;
      out.hidden = false;
    }
  });

  const show = () => {
    if (!window.PublicKeyCredential || !window.webauthnJSON) return;
    document.querySelectorAll("[data-needs-passkey]").forEach((part) => { part.hidden = false; });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
  else show();
})();
