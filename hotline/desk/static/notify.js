// Tells the operator that something is new while the page is in the background: that, and no more.
// Only after a click on the button; without script or permission the page works as it is.
"use strict";
(() => {
  const EVERY = 20_000;
  const button = document.getElementById("tell");
  if (!button || !("Notification" in window)) return;
  button.hidden = false;
  let known = null;

  const on = () => Notification.permission === "granted" && sessionStorage.tell === "yes";
  const show = () => {
    button.setAttribute("aria-pressed", String(on()));
    button.textContent = on() ? button.dataset.on : button.dataset.off;
  };
  const say = (words) => new Notification(button.dataset.title, { body: words, tag: "hotline" });

  const ask = async () => {
    if (!on()) return;
    const answer = await fetch("/queue.json", { cache: "no-store", redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const now = await answer.json();
    if (known && document.hidden) {
      if (now.state === "alarm" && known.state !== "alarm") say(button.dataset.alarm);
      else if (now.new > known.new) say(button.dataset.news);
    }
    known = now;
  };

  button.addEventListener("click", async () => {
    const asked = on() ? "no" : await Notification.requestPermission();
    sessionStorage.tell = asked === "granted" ? "yes" : "no";
    show();
    ask();
  });
  show();
  ask();
  setInterval(ask, EVERY);
})();
