"use strict";
// A telephone in the browser. The page keeps the call between two steps; the server keeps nothing.
// Sound never leaves this page: of a recording, only its seconds are sent.
const $ = (id) => document.getElementById(id);
const keys = [...document.querySelectorAll("[data-key]")];
const READ = 18; // letters a second: how long the line would have spoken

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
  item.append(text);
  $(list).append(item);
  under(list, item, below);
  return item;
}

function under(list, item, below) {
  if (below) {
    const small = document.createElement("small");
    small.textContent = below;
    item.append(small);
  }
  $(list).scrollTop = $(list).scrollHeight;
}

function noted(list, act) {
  if ("error" in act) put(list, "note", `lỗi ${act.error}: Twilio báo lỗi (error)`);
  else if ("warning" in act) put(list, "note", `cảnh báo ${act.warning || ""} ${act.verb || act.why || act.path || ""}`);
  else if ("play" in act) play(list, act.play);
  else if ("reject" in act) put(list, "note", "máy bận (rejected)");
}

let queue = Promise.resolve(), player = null;

// A recorded prompt, one after the other; only from the line itself.
function play(list, url) {
  const path = new URL(url, location.href).pathname;
  put(list, "in", "♪ " + decodeURIComponent(path.split("/").pop()));
  if (!$("call-voice").checked) return;
  queue = queue.then(() => new Promise((done) => {
    player = new Audio(path);
    player.onended = player.onerror = player.onpause = done;
    player.play().catch(done);
  }));
}

// -- texts ----------------------------------------------------------------------------------------

const parts = (alphabet, segments) => `${alphabet} · ${segments} phần (segments)`;
let last = null;

function writable(yes) {
  const hidden = $("caller").value === $("caller").dataset.withheld;
  $("sms-withheld").hidden = !hidden;
  for (const id of ["sms-send", "sms-picture"]) $(id).disabled = !yes || hidden;
  $("sms-again").disabled = !yes || hidden || !last;
}

async function text(body, more, label) {
  const bubble = put("sms", "out", body || (more.picture ? "[ảnh]" : "(trống)"), label);
  writable(false);
  try {
    const told = await ask("/simulator/text", { body, ...more });
    under("sms", bubble, parts(told.alphabet, told.segments));
    under("sms", bubble, "nhà mạng, Twilio: số + lời · đường dây: lời");
    last = { body, more, sid: told.sid };
    for (const act of told.acts) {
      if ("message" in act) put("sms", "in", act.message, parts(act.alphabet, act.segments));
      else noted("sms", act);
    }
    if (!told.acts.length) put("sms", "note", "không trả lời (no answer)");
  } catch (error) {
    put("sms", "note", "không gửi được: " + error.message);
  }
  writable(true);
  $("sms-input").focus();
}

$("sms-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if ($("sms-send").disabled) return;
  const body = $("sms-input").value;
  $("sms-input").value = "";
  text(body, {});
});
$("sms-input").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("sms-form").requestSubmit();
});
$("sms-again").addEventListener("click", () =>
  text(last.body, { ...last.more, sid: last.sid }, "gửi lại, cùng MessageSid"));
$("sms-picture").addEventListener("click", () => text("", { picture: true }));
$("caller").addEventListener("change", () => { last = null; writable(true); });

// -- calls ----------------------------------------------------------------------------------------

let call = null, waiting = null, gathered = "", timer = 0, busy = false;
const live = () => Boolean(call && !call.over);

async function act(body, said) {
  if (busy) return;
  busy = true;
  quiet();
  if (said) put("call-transcript", "out", said);
  ready();
  try {
    const told = await ask("/simulator/call", { call, ...body });
    call = told.call;
    logged(body, call);
    waiting = null;
    gathered = "";
    const spoken = told.acts.map(heard).join("");
    busy = false;
    ready();
    if (waiting && waiting.kind === "gather") countdown(waiting.timeout, spoken.length / READ);
  } catch (error) {
    busy = false;
    put("call-transcript", "note", "lỗi: " + error.message);
    ready();
  }
}

// For whoever works on the line: what was asked, and the document that came back.
function logged(body, after) {
  const item = document.createElement("li"), shown = document.createElement("pre");
  item.append(`${[body.do, body.keys, body.words].filter(Boolean).join(" ")} → ${after.path}`);
  shown.textContent = after.document.replace(/></g, ">\n<");
  item.append(shown);
  $("call-log").append(item);
}

function heard(act) {
  if ("say" in act) {
    put("call-transcript", "in", act.say, act.language);
    speak(act.say, act.language);
    return act.say;
  }
  if ("gather" in act) waiting = { kind: "gather", ...act.gather };
  else if ("dial" in act) {
    waiting = { kind: "dial", ...act.dial };
    put("call-transcript", "note", `— đang nối tới ${act.dial.number}, bên kia thấy số ${act.dial.shown} —`);
  } else if ("record" in act) {
    waiting = { kind: "record", ...act.record };
    put("call-transcript", "note", "— bíp —");
  } else if ("hangup" in act) {
    put("call-transcript", "note", act.hangup === "caller" ? "bạn đã cúp máy" : "đường dây đã cúp máy");
  } else noted("call-transcript", act);
  return "";
}

function speak(said, language) {
  if (!$("call-voice").checked || !window.speechSynthesis) return;
  const words = new SpeechSynthesisUtterance(said);
  words.lang = language;
  speechSynthesis.speak(words);
}

function quiet() {
  clearInterval(timer);
  if (window.speechSynthesis) speechSynthesis.cancel();
  if (player) player.pause();
  queue = Promise.resolve();
}

function ready() {
  const recording = live() && waiting && waiting.kind === "record";
  const dialling = live() && waiting && waiting.kind === "dial";
  const listening = live() && waiting && waiting.kind === "gather" && Boolean(waiting.speech);
  $("spoken").hidden = !listening;
  $("spoken-say").disabled = busy || !listening;
  $("dialled").hidden = !dialling;
  for (const id of ["dial-answer", "dial-no-answer"]) $(id).disabled = busy || !dialling;
  for (const key of keys) key.disabled = busy || !live() || !waiting || dialling;
  $("call-hangup").disabled = busy || !live();
  $("call-dial").disabled = busy || live();
  $("call-silent").disabled = busy || !live() || !waiting || dialling;
  $("call-record").disabled = busy || !recording;
  $("recorder").hidden = !recording;
  if (!recording) forget();
  $("caller").disabled = busy || live();
  $("call-waits").textContent = busy ? "…" : !live() ? "Chưa gọi." : recording ? "Chờ bạn kể." : dialling ? "Máy bên kia đang reo." : "";
}

// The time-out begins when the line has finished speaking, as it does at the provider.
function countdown(seconds, spoken = 0) {
  clearInterval(timer);
  const talking = () =>
    (window.speechSynthesis && speechSynthesis.speaking) || (player && !player.paused && !player.ended);
  let left = seconds, reading = $("call-voice").checked ? 0 : Math.ceil(spoken);
  const tell = () => {
    const typed = gathered ? `Đã bấm ${gathered}. ` : "";
    $("call-waits").textContent =
      reading > 0 || talking() ? "Đang nói… (bấm phím là ngắt)" : `${typed}Chờ phím: ${left} giây`;
  };
  tell();
  if (!$("call-wait").checked) return;
  timer = setInterval(() => {
    if (reading > 0) reading -= 1;
    else if (!talking()) left -= 1;
    tell();
    if (left <= 0) silent();
  }, 1000);
}

function silent() {
  if (gathered) return act({ do: "press", keys: gathered }, gathered);
  return act({ do: "silent" }, "(im lặng)");
}

function press(key) {
  if (busy || !waiting || !live() || waiting.kind === "dial") return;
  if (waiting.kind === "record") {
    if (waiting.closing.includes(key)) tellStory(key);
    return;
  }
  quiet();
  gathered += key;
  const full = waiting.most && gathered.length >= waiting.most;
  if (full || waiting.closing.includes(key)) act({ do: "press", keys: gathered }, gathered);
  else countdown(waiting.timeout);
}

for (const key of keys) key.addEventListener("click", () => press(key.dataset.key));
document.addEventListener("keydown", (event) => {
  if (event.target.matches("textarea, select, input") || event.ctrlKey || event.metaKey) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
});
$("call-dial").addEventListener("click", () => {
  $("call-transcript").textContent = "";
  $("call-log").textContent = "";
  call = null;
  act({ do: "dial" }, "đang gọi…");
});
$("call-hangup").addEventListener("click", () => act({ do: "hang_up", seconds: taped() }));
$("call-silent").addEventListener("click", silent);
$("call-wait").addEventListener("change", () => {
  if ($("call-wait").checked && waiting && waiting.kind === "gather") countdown(waiting.timeout);
  else clearInterval(timer);
});
$("call-voice").addEventListener("change", () => { if (!$("call-voice").checked) quiet(); });

// -- recordings -----------------------------------------------------------------------------------

let tape = null;
const taped = () => (tape ? Math.max(1, Math.round((Date.now() - tape.since) / 1000)) : 0);

function forget() {
  if (!tape) return;
  clearInterval(tape.clock);
  if (tape.recorder.state !== "inactive") tape.recorder.stop();
  for (const track of tape.stream.getTracks()) track.stop();
  tape = null;
}

async function openTape() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recorder = new MediaRecorder(stream);
    recorder.start();
    const clock = setInterval(() => {
      $("call-waits").textContent = `Đang ghi âm: ${taped()} giây. Xong bấm #.`;
      if (waiting && taped() >= waiting.seconds) tellStory("");
    }, 500);
    tape = { stream, recorder, clock, since: Date.now() };
    $("recorder-open").disabled = true;
    if (!waiting || waiting.kind !== "record") forget();
  } catch {
    $("recorder-said").textContent = "Không dùng được micro: hãy kể giả vờ.";
  }
}

function tellStory(key) {
  const seconds = taped() || Number($("recorder-seconds").value) || 0;
  forget();
  $("recorder-open").disabled = false;
  act({ do: "record", seconds, keys: key }, `(kể ${seconds} giây) ${key}`);
}

$("spoken").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = $("spoken-words").value.trim();
  if (!words || $("spoken-say").disabled) return;
  $("spoken-words").value = "";
  act({ do: "say", words }, `“${words}”`);
});
$("dial-answer").addEventListener("click", () => act({ do: "answer" }, "(người trực nghe máy)"));
$("dial-no-answer").addEventListener("click", () => act({ do: "no_answer" }, "(không ai nghe máy)"));
$("recorder-open").addEventListener("click", openTape);
$("call-record").addEventListener("click", () => tellStory("#"));
writable(true);
ready();
