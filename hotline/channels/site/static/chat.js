// The same form, sent without loading the page anew. Nothing is put into storage or history; what
// was said stands in this page's memory and goes with it. Without this file everything works.
"use strict";
(() => {
  // A browser too old for what follows sends the form itself, as it does without script.
  if (!window.SubmitEvent || !("submitter" in SubmitEvent.prototype)) return;
  if (!window.AbortSignal || !AbortSignal.timeout) return;
  const log = document.getElementById("log");
  const PATIENCE = 20000; // milliseconds
  const AT_ONCE = 32;

  const say = (text, mine) => {
    const bubble = document.createElement("p");
    bubble.className = mine ? "mine" : "ours";
    bubble.textContent = text;
    return bubble;
  };

  const ask = async (body) => {
    const answer = await fetch("./", {
      method: "POST",
      body,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("chat")) throw new Error("no page");
    return page;
  };

  // What opening a conversation costs while many are opened: see toll.py. Without it the page waits.
  const work = async (note) => {
    const bytes = (text) => new TextEncoder().encode(text);
    const spare = 32 - Number(note.dataset.bits);
    const iterations = Number(note.dataset.rounds);
    const key = await crypto.subtle.importKey("raw", bytes(note.value), "PBKDF2", false, ["deriveBits"]);
    const solves = async (n) => {
      const salt = bytes(String(n));
      const got = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 32);
      return new DataView(got).getUint32(0) >>> spare === 0;
    };
    const end = Date.now() + PATIENCE;
    for (let n = 0; Date.now() < end; n += AT_ONCE) {
      const tried = await Promise.all(Array.from({ length: AT_ONCE }, (_, more) => solves(n + more)));
      if (tried.includes(true)) return String(n + tried.indexOf(true));
    }
    return "";
  };

  const tell = async (body) => {
    const page = await ask(body);
    const note = page.getElementById("note");
    if (!note || !window.crypto || !crypto.subtle) return page;
    body.set("note", note.value);
    body.set("proof", await work(note));
    return ask(body);
  };

  const show = (page, chosen) => {
    const before = document.getElementById("now");
    before.removeAttribute("id");
    if (chosen) log.append(say(chosen, true));
    const now = document.adoptNode(page.getElementById("now"));
    log.append(now);
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    document.getElementById("chat").replaceWith(document.adoptNode(page.getElementById("chat")));
    document.getElementById("leave").textContent = page.getElementById("leave").textContent;
    now.scrollIntoView({ block: "start" });
    document.getElementById("words").focus({ preventScroll: true });
  };

  const send = async (form, button) => {
    if (form.getAttribute("aria-busy")) return;
    const body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.append(button.name, button.value);
    form.setAttribute("aria-busy", "true");
    try {
      show(await tell(body), button && button.name ? button.textContent : "");
    } catch {
      form.removeAttribute("aria-busy");
      const trouble = document.getElementById("trouble");
      trouble.textContent = form.dataset.failed;
      trouble.hidden = false;
    }
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });
  // Elsewhere, in the place of this page: the way back does not lead here.
  document.getElementById("leave").addEventListener("click", (event) => {
    event.preventDefault();
    const elsewhere = event.currentTarget.href;
    document.body.replaceChildren();
    document.title = "";
    location.replace(elsewhere);
  });
  // A page that is left is empty: what a browser keeps of it for the way back shows nothing.
  addEventListener("pagehide", () => document.body.replaceChildren());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
