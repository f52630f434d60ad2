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
  const SMALLEST = 512; // bytes after padding, then twice as many, as in stores/sealing.py
  const SLOW = 180000; // milliseconds that a voice note may take
  const HEAD = 9;
  const HANDFUL = 4096; // bytes that become letters at once

  const say = (text, mine) => {
    const bubble = document.createElement("p");
    bubble.className = mine ? "mine" : "ours";
    bubble.textContent = text;
    return bubble;
  };

  const ask = async (body, where) => {
    const answer = await fetch(where, {
      method: "POST",
      body,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(where === "./" ? PATIENCE : SLOW),
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

  const tell = async (body, where) => {
    const answer = await ask(body, where);
    const note = answer.page.getElementById("note");
    if (!note || !window.crypto || !crypto.subtle) return answer;
    body.set("note", note.value);
    body.set("proof", await work(note));
    return ask(body, where);
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
    const able = window.crypto && crypto.getRandomValues;
    if (own && able) own.hidden = false;
    const voice = document.getElementById("tape");
    const records = navigator.mediaDevices && window.MediaRecorder && window.AudioContext;
    if (own && able && records && voice) voice.hidden = false;
  };

  const load = (src, integrity) =>
    new Promise((done, failed) => {
      if (document.querySelector(`script[src="${src}"]`)) return done();
      const script = document.createElement("script");
      Object.assign(script, { src, integrity, onload: done, onerror: failed });
      document.head.append(script);
    });

  // Bytes as the worker opens them: padded, and closed to its key with one that is used once.
  const sealed = (told, key) => {
    let size = SMALLEST;
    while (size < told.length + 4) size *= 2;
    const padded = new Uint8Array(size);
    new DataView(padded.buffer).setUint32(0, told.length);
    padded.set(told, 4);
    const whole = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
    const once = nacl.box.keyPair();
    const nonce = nacl.randomBytes(nacl.box.nonceLength);
    const box = nacl.box(padded, nonce, whole.subarray(HEAD), once.secretKey);
    let letters = "";
    for (const part of [whole.subarray(0, HEAD), once.publicKey, nonce, box])
      for (let at = 0; at < part.length; at += HANDFUL)
        letters += String.fromCharCode(...part.subarray(at, at + HANDFUL));
    return btoa(letters);
  };

  const send = async (form, write, chosen, where = "./") => {
    if (form.getAttribute("aria-busy")) return false;
    const body = new URLSearchParams(new FormData(form));
    form.setAttribute("aria-busy", "true");
    try {
      await write(body);
      const { page, kept } = await tell(body, where);
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
      await load("nacl.js", integrity);
      body.set("box", sealed(new TextEncoder().encode(words), key));
    };
    const kept = await send(document.getElementById("chat"), write, words);
    if (kept) document.getElementById("shut").value = "";
  };

  // What records, and makes another voice of it, comes when somebody wants to speak.
  const speak = async (button) => {
    const box = document.getElementById("tape");
    button.disabled = true;
    try {
      await load("disguise.js", box.dataset.disguise);
      await load("voice.js", box.dataset.voice);
      const { key, integrity } = document.getElementById("own").dataset;
      const post = (sound, seconds) => {
        const write = async (body) => {
          await load("nacl.js", integrity);
          body.set("box", sealed(sound, key));
        };
        const said = box.dataset.said.replace("%s", seconds);
        return send(document.getElementById("chat"), write, said, "voice");
      };
      delete button.dataset.first;
      tape(box, post)();
    } catch {
      box.querySelector("[role=status]").textContent = box.dataset.failed;
    } finally {
      button.disabled = false;
    }
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
    if (event.target.dataset.first) speak(event.target);
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
