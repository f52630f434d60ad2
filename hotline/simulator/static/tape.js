"use strict";
// A recording as the provider makes one: a key, the longest time or a silence ends it, silence at
// both ends is cut off, and what is kept is a WAV file of 16 bits, mono, 8,000 samples a second.
const RATE = 8000, FAINT = 0.01, LOOK = 100, FRAME = RATE / 50;

class Tape {
  // `ended` is called once when time or silence ends it, `tick` with the seconds that were recorded.
  static async open(longest, silence, ended, tick) {
    const tape = new Tape();
    tape.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    tape.recorder = new MediaRecorder(tape.stream);
    tape.parts = [];
    tape.recorder.ondataavailable = (event) => tape.parts.push(event.data);
    tape.context = new AudioContext();
    const ear = tape.context.createAnalyser(), heard = new Float32Array(ear.fftSize);
    tape.context.createMediaStreamSource(tape.stream).connect(ear);
    tape.recorder.start();
    tape.since = Date.now();
    let last = tape.since;
    tape.clock = setInterval(() => {
      ear.getFloatTimeDomainData(heard);
      const now = Date.now();
      if (heard.some((sample) => Math.abs(sample) > FAINT)) {
        last = now;
        tape.heard = true;
      }
      tick(tape.seconds);
      if (tape.seconds >= longest || now - last >= 1000 * silence) ended();
    }, LOOK);
    return tape;
  }

  get seconds() {
    return Math.floor((Date.now() - this.since) / 1000);
  }

  // What was recorded, null when all was silence; the microphone is let go.
  async stop() {
    clearInterval(this.clock);
    const done = new Promise((resolve) => { this.recorder.onstop = resolve; });
    if (this.recorder.state !== "inactive") this.recorder.stop();
    else this.recorder.onstop();
    await done;
    for (const track of this.stream.getTracks()) track.stop();
    this.context.close();
    return this.heard ? new Blob(this.parts, { type: this.recorder.mimeType }) : null;
  }
}

// Any sound that the browser can read, as the provider would have kept it; null when all is silence.
async function asKept(blob, longest) {
  const reader = new OfflineAudioContext(1, 1, RATE);
  const given = await reader.decodeAudioData(await blob.arrayBuffer()); // at the reader's rate
  const channels = [...Array(given.numberOfChannels).keys()].map((n) => given.getChannelData(n));
  const mono = channels[0].map((_, at) => channels.reduce((sum, c) => sum + c[at], 0) / channels.length);
  const loud = (sample) => Math.abs(sample) > FAINT;
  const first = mono.findIndex(loud), last = mono.findLastIndex(loud);
  if (first < 0) return null;
  return wav(mono.subarray(Math.max(0, first - FRAME), last + FRAME).subarray(0, longest * RATE));
}

function wav(samples) {
  const size = 2 * samples.length, view = new DataView(new ArrayBuffer(44 + size));
  const word = (at, text) => [...text].forEach((c, n) => view.setUint8(at + n, c.charCodeAt(0)));
  word(0, "RIFF"); view.setUint32(4, 36 + size, true); word(8, "WAVEfmt ");
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true); view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true); view.setUint16(34, 16, true); word(36, "data"); view.setUint32(40, size, true);
  samples.forEach((s, n) => view.setInt16(44 + 2 * n, 32767 * Math.max(-1, Math.min(1, s)), true));
  return new Blob([view.buffer], { type: "audio/wav" });
}
