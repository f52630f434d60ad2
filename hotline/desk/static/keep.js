// Lays down what is being typed, so that a lock or a closed page loses none of it.
// Without script the form itself lays it down when it is sent.
"use strict";
(() => {
  const EVERY = 5_000;
  const form = document.getElementById("call");
  if (!form) return;
  const typed = () => new URLSearchParams(new FormData(form));
  let laid = String(typed());
  let sent = false;

  const isNew = () => !sent && String(typed()) !== laid;
  const keep = () => {
    if (!isNew()) return;
    const body = typed();
    fetch("/call/keep", { method: "POST", body, cache: "no-store", redirect: "error" })
      .then((answer) => { if (answer.ok) laid = String(body); })
      .catch(() => {});
  };

  setInterval(keep, EVERY);
  for (const each of document.querySelectorAll("form.ends")) {
    each.addEventListener("submit", () => { sent = true; });
  }
  const leave = () => {
    if (isNew()) navigator.sendBeacon("/call/keep", typed());
  };
  document.addEventListener("submit", leave);
  addEventListener("pagehide", leave);
})();
