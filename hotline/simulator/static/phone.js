"use strict";
// A telephone in the browser. The page keeps the call between two steps; what a provider keeps of
// texts, calls and recordings lies with the demo's own provider until the line deletes it there.
const $ = (id) => document.getElementById(id);
const keys = [...document.querySelectorAll("[data-key]")];
const LOGGED = 200; // requests shown at most
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
    logged(told.asked);
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
    logged(told.asked);
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

// For whoever works on the line: what was asked, how long it took, and the document that came back.
function logged(asked) {
  for (const { path, form, status, ms, document: answered } of asked) {
    const item = document.createElement("li"), sent = document.createElement("pre"), got = sent.cloneNode();
    item.append(`POST ${path} → ${status || "không trả lời"} · ${ms} ms`);
    sent.textContent = Object.entries(form).map(([name, value]) => `${name} = ${value}`).join("\n");
    sent.className = "sent";
    got.textContent = answered.replace(/></g, ">\n<");
    item.append(sent, got);
    $("log").append(item);
  }
  while ($("log").children.length > LOGGED) $("log").firstChild.remove();
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
  if (!recording && !busy) forget();
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
  call = null;
  act({ do: "dial" }, "đang gọi…");
});
$("call-hangup").addEventListener("click", () => (tape ? tellTape("", "hang_up") : act({ do: "hang_up" })));
$("call-silent").addEventListener("click", silent);
$("call-wait").addEventListener("change", () => {
  if ($("call-wait").checked && waiting && waiting.kind === "gather") countdown(waiting.timeout);
  else clearInterval(timer);
});
$("call-voice").addEventListener("change", () => { if (!$("call-voice").checked) quiet(); });

// -- recordings -----------------------------------------------------------------------------------

let tape = null;

function forget() {
  if (tape) tape.stop();
  tape = null;
  $("recorder-open").disabled = false;
}

async function openTape() {
  $("recorder-open").disabled = true;
  $("recorder-said").textContent = "";
  try {
    const opened = await Tape.open(waiting.seconds, waiting.timeout, () => tellTape(""), (seconds) => {
      $("call-waits").textContent = `Đang ghi âm: ${seconds} giây. Xong bấm ${waiting.closing[0] || "Kể xong"}.`;
    });
    tape = opened;
    if (!waiting || waiting.kind !== "record") forget();
  } catch {
    $("recorder-open").disabled = false;
    $("recorder-said").textContent = "Không dùng được micro: hãy chọn tệp hay giọng giả. (no microphone)";
  }
}

// The sound goes where the provider would have it; what comes back is its name and its seconds.
async function kept(blob, longest) {
  const sound = await asKept(blob, longest);
  if (!sound) return { seconds: 0 };
  const answer = await fetch("/simulator/sound", {
    method: "POST", headers: { "Content-Type": "audio/wav" }, body: sound,
  });
  if (!answer.ok) throw new Error("HTTP " + answer.status);
  return answer.json();
}

// Ends a recording: by a key, by silence or time (""), or by hanging up.
async function tellTape(key, what = "record") {
  if (busy || !tape || !waiting) return;
  const ended = tape, longest = waiting.seconds;
  tape = null;
  busy = true;
  ready();
  await tellSound(await ended.stop(), longest, key, what);
}

async function tellSound(blob, longest, key, what = "record") {
  busy = true;
  let told = { seconds: 0 };
  try {
    if (blob) told = await kept(blob, longest);
  } catch {
    $("recorder-said").textContent = "Không đọc được âm thanh này. (this is no sound)";
    busy = false;
    ready();
    return;
  }
  busy = false;
  const said = what === "record" ? `(kể ${told.seconds} giây) ${key}` : "";
  act({ do: what, ...told, keys: key }, said);
}

function tellMadeUp(key) {
  const seconds = Number($("recorder-seconds").value) || 0, words = $("recorder-words").value;
  act({ do: "record", seconds, words, keys: key }, `(kể ${seconds} giây) ${key}`);
}

const tellStory = (key) => (tape ? tellTape(key) : tellMadeUp(key));

$("recorder-file").addEventListener("change", () => {
  const [file] = $("recorder-file").files;
  $("recorder-file").value = "";
  $("recorder-said").textContent = "";
  if (file && !busy && waiting && waiting.kind === "record") tellSound(file, waiting.seconds, waiting.closing[0] || "");
});
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
$("call-record").addEventListener("click", () => tellStory((waiting.closing || "")[0] || ""));
writable(true);
ready();
