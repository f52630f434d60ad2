// A voice note: recorded, given another voice and packed here, before it leaves. What was said in the
// speaker's own voice is in this page's memory alone, until the other voice is made.
"use strict";
(() => {
  const RATE = 8000; // samples a second, as in records/voice_note.py
  const LONGEST = 60; // seconds
  const REACH = 16; // zero crossings of the filter that brings the rate down

  // Sound at RATE: what lies above half of it is taken away first.
  const slowed = (from, rate) => {
    const step = rate / RATE;
    const half = REACH * step;
    const to = new Float32Array(Math.floor(from.length / step));
    for (let n = 0; n < to.length; n++) {
      const centre = n * step;
      let sum = 0;
      let weight = 0;
      for (let k = Math.max(0, Math.ceil(centre - half)); k <= Math.min(from.length - 1, centre + half); k++) {
        const x = (k - centre) / step;
        const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        const w = sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / REACH));
        sum += w * from[k];
        weight += w;
      }
      to[n] = sum / (weight || 1);
    }
    return to;
  };

  // µ-law, ITU-T G.711.
  const packed = (sample) => {
    const sign = sample < 0 ? 0 : 0x80;
    const size = Math.min(Math.abs(sample) * 32768, 32635) + 132;
    const part = Math.max(0, Math.floor(Math.log2(size)) - 7);
    return ~((sign ^ 0x80) | (part << 4) | ((size >> (part + 3)) & 0x0f)) & 0xff;
  };

  const wav = (samples) => {
    const length = Math.min(samples.length, LONGEST * RATE) & ~1;
    const file = new DataView(new ArrayBuffer(44 + length));
    const name = (at, text) => [...text].forEach((c, n) => file.setUint8(at + n, c.charCodeAt(0)));
    name(0, "RIFF");
    file.setUint32(4, 36 + length, true);
    name(8, "WAVEfmt ");
    file.setUint32(16, 16, true);
    file.setUint16(20, 7, true);
    file.setUint16(22, 1, true);
    file.setUint32(24, RATE, true);
    file.setUint32(28, RATE, true);
    file.setUint16(32, 1, true);
    file.setUint16(34, 8, true);
    name(36, "data");
    file.setUint32(40, length, true);
    for (let n = 0; n < length; n++) file.setUint8(44 + n, packed(samples[n]));
    return new Uint8Array(file.buffer);
  };

  // The box with the buttons; `send` takes bytes and tells whether they were kept.
  globalThis.tape = (box, send) => {
    const state = box.querySelector("[role=status]");
    const button = (does) => box.querySelector(`[data-does=${does}]`);
    let context, stream, recorder, note, ends;

    const show = (...wanted) => {
      for (const each of box.querySelectorAll("[data-does]")) each.hidden = !wanted.includes(each.dataset.does);
    };
    const tell = (name, number) => {
      state.textContent = name ? box.dataset[name].replace("%s", number) : "";
    };
    const hush = () => {
      clearInterval(ends);
      if (recorder && recorder.state === "recording") recorder.stop();
      if (stream) stream.getTracks().forEach((track) => track.stop());
      stream = undefined;
    };
    const begin = () => {
      note = undefined;
      show("record");
    };

    const change = async (blob) => {
      tell("changing");
      await new Promise((soon) => setTimeout(soon, 50)); // the words above are shown first
      const heard = await context.decodeAudioData(await blob.arrayBuffer());
      const other = disguise(slowed(heard.getChannelData(0), heard.sampleRate));
      if (!other.length) throw new Error("silent");
      note = other.subarray(0, LONGEST * RATE);
      tell("ready", Math.ceil(note.length / RATE));
      show("play", "send", "again");
    };

    const record = async () => {
      try {
        context = context || new AudioContext();
        stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        recorder = new MediaRecorder(stream);
        const parts = [];
        recorder.ondataavailable = (event) => parts.push(event.data);
        recorder.onstop = () => {
          hush();
          change(new Blob(parts)).catch(() => {
            begin();
            tell("silent");
          });
        };
        recorder.start();
        show("stop");
        const started = Date.now();
        const count = () => {
          const seconds = Math.floor((Date.now() - started) / 1000);
          tell("recording", seconds);
          if (seconds >= LONGEST) hush();
        };
        count();
        ends = setInterval(count, 500);
      } catch {
        hush();
        begin();
        tell("refused");
      }
    };

    const play = () => {
      const sound = context.createBuffer(1, note.length, RATE);
      sound.copyToChannel(note, 0);
      const source = context.createBufferSource();
      source.buffer = sound;
      source.connect(context.destination);
      source.start();
    };

    const go = async () => {
      show();
      tell("sending");
      if (await send(wav(note), Math.ceil(note.length / RATE))) {
        begin();
        tell("sent");
      } else {
        show("play", "send", "again");
        tell("failed");
      }
    };

    const ACTS = { record, stop: hush, play, send: go, again: () => (begin(), tell("")) };
    for (const [does, act] of Object.entries(ACTS)) button(does).addEventListener("click", act);
    addEventListener("pagehide", hush);
    document.getElementById("leave").addEventListener("click", hush);
    return record;
  };
})();
