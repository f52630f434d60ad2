// Passkeys: asks this browser for one, and puts its answer into the form it belongs to.
// Without script, or without a passkey, the one-time code does.
"use strict";
(() => {
  if (!window.PublicKeyCredential) return;
  const raw = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const asked = async (path) => {
    const answer = await fetch(path, { cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error("away");
    return answer.json();
  };
  const written = (found, names) => {
    const response = {};
    for (const name of names) if (found.response[name]) response[name] = text(found.response[name]);
    return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response });
  };

  const sign = async () => {
    const { challenge, host } = await asked("/challenge");
    const publicKey = { challenge: raw(challenge), rpId: host, userVerification: "required" };
    const found = await navigator.credentials.get({ publicKey });
    return written(found, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
  };

  const make = async () => {
    const publicKey = await asked("/own/passkeys/new");
    publicKey.challenge = raw(publicKey.challenge);
    publicKey.user.id = raw(publicKey.user.id);
    for (const each of publicKey.excludeCredentials || []) each.id = raw(each.id);
    const made = await navigator.credentials.create({ publicKey });
    return written(made, ["clientDataJSON", "attestationObject"]);
  };

  for (const button of document.querySelectorAll("button.passkey")) {
    const form = button.form;
    const trouble = form.querySelector(".passkey-trouble");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const needed = [...form.querySelectorAll("input:not([name=totp])")];
      if (!needed.every((each) => each.reportValidity())) return;
      trouble.hidden = true;
      try {
        form.elements.passkey.value = await (button.dataset.does === "make" ? make() : sign());
        form.submit();
      } catch {
        trouble.hidden = false;
      }
    });
  }
})();
