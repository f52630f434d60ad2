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
  const SIZES = [512, 1024, 2048, 4096, 8192]; // bytes, as in stores/sealing.py
  const HEAD = 9;

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
    return { page, kept: answer.ok };
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
    const answer = await ask(body);
    const note = answer.page.getElementById("note");
    if (!note || !window.crypto || !crypto.subtle) return answer;
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
    const own = page.getElementById("own");
    if (own) {
      const here = document.getElementById("own");
      own.open = here.open;
      own.querySelector("textarea").value = here.querySelector("textarea").value;
      here.replaceWith(document.adoptNode(own));
    }
    document.getElementById("leave").textContent = page.getElementById("leave").textContent;
    offer();
    now.scrollIntoView({ block: "start" });
    document.getElementById("words").focus({ preventScroll: true });
  };

  // Without chance from the browser there is nothing to seal with; without script it is not offered.
  const offer = () => {
    const own = document.getElementById("own");
    if (own && window.crypto && crypto.getRandomValues) own.hidden = false;
  };

  const library = (integrity) =>
    new Promise((done, failed) => {
      if (window.nacl) return done();
      const script = document.createElement("script");
      Object.assign(script, { src: "nacl.js", integrity, onload: done, onerror: failed });
      document.head.append(script);
    });

  // Words as the worker opens them: padded, and closed to its key with one that is used once.
  const sealed = (words, key) => {
    const told = new TextEncoder().encode(words);
    const padded = new Uint8Array(SIZES.find((size) => size >= told.length + 4));
    new DataView(padded.buffer).setUint32(0, told.length);
    padded.set(told, 4);
    const whole = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
    const once = nacl.box.keyPair();
    const nonce = nacl.randomBytes(nacl.box.nonceLength);
    const box = nacl.box(padded, nonce, whole.subarray(HEAD), once.secretKey);
    const parts = [...whole.subarray(0, HEAD), ...once.publicKey, ...nonce, ...box];
    return btoa(String.fromCharCode(...parts));
  };

  const send = async (form, write, chosen) => {
    if (form.getAttribute("aria-busy")) return false;
    const body = new URLSearchParams(new FormData(form));
    form.setAttribute("aria-busy", "true");
    try {
      await write(body);
      const { page, kept } = await tell(body);
      show(page, chosen);
      return kept;
    } catch {
      form.removeAttribute("aria-busy");
      const trouble = document.getElementById("trouble");
      trouble.textContent = form.dataset.failed;
      trouble.hidden = false;
      return false;
    }
  };

  const lock = async () => {
    const { key, integrity } = document.getElementById("own").dataset;
    const words = document.getElementById("shut").value;
    if (!words.trim()) return;
    const write = async (body) => {
      await library(integrity);
      body.set("box", sealed(words, key));
    };
    const kept = await send(document.getElementById("chat"), write, words);
    if (kept) document.getElementById("shut").value = "";
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const chooses = button && button.name;
    const write = (body) => chooses && body.append(button.name, button.value);
    send(event.target, write, chooses ? button.textContent : "");
  });
  document.addEventListener("click", (event) => {
    if (event.target.id === "lock") lock();
  });
  offer();
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
