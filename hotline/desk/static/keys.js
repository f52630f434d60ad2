// Keys that go somewhere and never do anything: what an operator presses by accident harms nobody.
// Off where somebody types, with Ctrl, Alt or Meta held, and for good when the box is unticked.
"use strict";
(() => {
  const WAIT = 1_500;
  const TYPES = "input:not([type=checkbox]), textarea, select, [contenteditable]";
  const help = document.getElementById("keys");
  const opener = document.getElementById("open-keys");
  if (!help || !opener) return;
  const box = help.querySelector("input");
  const on = () => localStorage.keys !== "off";
  let began = 0; // when G was pressed

  const rows = () => [...document.querySelectorAll("ol.tips > li > a, ol.cases > li > a")];
  const step = (by) => {
    const all = rows();
    const here = all.indexOf(document.activeElement);
    const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
    if (next) next.focus();
  };
  const filter = () => {
    const field = document.getElementById("place");
    if (!field) return;
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.focus();
  };
  const go = (key) => {
    const link = [...document.querySelectorAll("a[data-key]")].find((a) => a.dataset.key === key);
    if (link) link.click();
  };
  const ACTS = { j: () => step(1), k: () => step(-1), "/": filter, "?": () => help.showModal() };

  document.addEventListener("keydown", (event) => {
    const free = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (!free || !on() || help.open || event.target.closest(TYPES)) return;
    const key = event.key.toLowerCase();
    const second = Date.now() - began < WAIT;
    began = !second && key === "g" ? Date.now() : 0;
    if (began) return;
    if (second) return go(key);
    if (!ACTS[key]) return;
    event.preventDefault();
    ACTS[key]();
  });
  box.checked = on();
  box.addEventListener("change", () => {
    if (box.checked) delete localStorage.keys;
    else localStorage.keys = "off";
  });
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
})();
