// Keeps the queue page fresh. Without script the page refreshes itself every 15 seconds.
"use strict";
(() => {
  const EVERY = 5000;
  const lost = document.getElementById("lost");
  const title = document.title;

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const board = page.getElementById("board");
    if (!board) throw new Error("no board");
    // The status is a live region: it is touched only when it says something else.
    const status = page.getElementById("status");
    const kept = document.getElementById("status");
    if (status && kept && status.textContent === kept.textContent) status.replaceWith(kept);
    document.getElementById("board").replaceWith(board);
    document.title = (board.dataset.level === "calm" ? "" : "● ") + title;
  };

  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch("/queue/live", { cache: "no-store", redirect: "error" });
      if (answer.status === 401) return location.replace("/login");
      if (!answer.ok) throw new Error("away");
      show(await answer.text());
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    }
  };

  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
})();
