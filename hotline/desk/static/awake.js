// Keeps a session open while somebody types or reads, and covers the page when nobody does.
// Without script the desk still locks by itself; the page stays as it is until it is touched.
"use strict";
(() => {
  const MINUTE = 60_000;
  const IDLE = 15 * MINUTE;
  const form = document.getElementById("lock");
  const countsOnly = location.pathname === "/queue"; // may stay on a wall all night
  if (!form) return;
  let last = Date.now();
  let told = Date.now();

  const seen = () => {
    last = Date.now();
  };
  for (const act of ["keydown", "pointerdown", "wheel", "touchmove"]) {
    document.addEventListener(act, seen, { passive: true });
  }

  setInterval(() => {
    if (Date.now() - last >= IDLE) return countsOnly || form.submit();
    if (last <= told) return;
    told = Date.now();
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    fetch("/awake", { method: "POST", body, cache: "no-store", redirect: "error" }).catch(() => {});
  }, MINUTE / 2);
})();
