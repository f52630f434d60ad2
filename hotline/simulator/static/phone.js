"use strict";
// A telephone in the browser. The page keeps the call between two steps; the server keeps nothing.
const $ = (id) => document.getElementById(id);
const keys = [...document.querySelectorAll("[data-key]")];
let last = null, call = null, gathered = "", waiting = null, timer = 0, closing = 0;

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ from: $("caller").value, ...body }),
  });
  if (!answer.ok) throw new Error("HTTP " + answer.status);
  return answer.json();
}

function put(list, kind, text, below) {
  const item = document.createElement("li");
  item.className = kind === "note" ? "note" : "bubble " + kind;
  item.textContent = text;
  if (below) {
    const small = document.createElement("small");
    small.textContent = below;
    item.append(small);
  }
  $(list).append(item);
  $(list).scrollTop = $(list).scrollHeight;
}

const parts = (alphabet, segments) => `${alphabet} · ${segments} phần (segments)`;

async function text(body, more) {
  if (body) put("sms", "out", body);
  else put("sms", "out", more && more.picture ? "🖼 ảnh" : "(trống)");
  $("sms-send").disabled = true;
  try {
    const told = await ask("/simulator/text", { body, ...more });
    last = { body, sid: told.sid };
    $("sms-again").disabled = false;
    for (const act of told.acts) {
      if ("message" in act) put("sms", "in", act.message, parts(act.alphabet, act.segments));
      else put("sms", "note", "lỗi " + (act.error || act.warning));
    }
    if (!told.acts.length) put("sms", "note", "không trả lời");
  } catch (error) {
    put("sms", "note", "không gửi được: " + error.message);
  }
  $("sms-send").disabled = false;
  $("sms-input").focus();
}

$("sms-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = $("sms-input").value;
  $("sms-input").value = "";
  text(body);
});
$("sms-input").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("sms-form").requestSubmit(); }
});
$("sms-again").addEventListener("click", () => last && text(last.body, { sid: last.sid }));
$("sms-picture").addEventListener("click", () => text("", { picture: true }));

function speak(said, language) {
  if (!$("call-voice").checked || !window.speechSynthesis) return;
  const words = new SpeechSynthesisUtterance(said);
  words.lang = language;
  speechSynthesis.speak(words);
}

function show(told) {
  call = told.call;
  waiting = null;
  for (const act of told.acts) {
    if ("say" in act) { put("call-transcript", "in", act.say, act.language); speak(act.say, act.language); }
    else if ("gather" in act) waiting = { kind: "gather", ...act.gather };
    else if ("record" in act) { waiting = { kind: "record", ...act.record }; put("call-transcript", "note", "🔔 bíp"); }
    else if ("hangup" in act) put("call-transcript", "note", "đã cúp máy");
    else put("call-transcript", "note", JSON.stringify(act));
  }
  ready();
}

function ready() {
  clearInterval(timer);
  const live = call && !call.over;
  for (const key of keys) key.disabled = !live || !waiting;
  $("call-hangup").disabled = !live;
  $("call-dial").disabled = Boolean(live);
  $("call-record").disabled = !(live && waiting && waiting.kind === "record");
  $("caller").disabled = Boolean(live);
  gathered = "";
  if (!live) { $("call-waits").textContent = "Chưa gọi."; return; }
  if (waiting && waiting.kind === "gather") countdown(waiting.timeout);
  else $("call-waits").textContent = waiting ? "Đang ghi âm…" : "";
}

function countdown(seconds) {
  clearInterval(timer);
  let left = seconds;
  const tell = () => {
    $("call-waits").textContent = (gathered ? `Đã bấm ${gathered}. ` : "") + `Chờ phím: ${left} giây`;
  };
  tell();
  if (!$("call-wait").checked) return;
  timer = setInterval(() => {
    left -= 1;
    tell();
    if (left > 0) return;
    clearInterval(timer);
    gathered ? send() : act({ do: "silent" }, "(im lặng)");
  }, 1000);
}

async function act(body, said) {
  clearInterval(timer);
  clearTimeout(closing);
  if (said) put("call-transcript", "out", said);
  for (const key of keys) key.disabled = true;
  try {
    show(await ask("/simulator/call", { call, ...body }));
  } catch (error) {
    put("call-transcript", "note", "lỗi: " + error.message);
    ready();
  }
}

function send() {
  const pressed = gathered;
  act({ do: "press", keys: pressed }, pressed);
}

function press(key) {
  if (!waiting || !call || call.over) return;
  if (waiting.kind === "record") { act({ do: "record", seconds: 3 }, "🎙 3 giây " + key); return; }
  gathered += key;
  const complete = waiting.closing.includes(key) || (waiting.most && gathered.length >= waiting.most);
  if (complete) send();
  else countdown(waiting.timeout);
}

for (const key of keys) key.addEventListener("click", () => press(key.dataset.key));
document.addEventListener("keydown", (event) => {
  if (event.target.matches("textarea, select, input") || !/^[0-9*#]$/.test(event.key)) return;
  press(event.key);
});
$("call-dial").addEventListener("click", () => {
  $("call-transcript").textContent = "";
  call = null;
  act({ do: "dial" }, "📞 gọi");
});
$("call-hangup").addEventListener("click", () => act({ do: "hang_up" }));
$("call-record").addEventListener("click", () => act({ do: "record", seconds: 10 }, "🎙 10 giây"));
ready();
