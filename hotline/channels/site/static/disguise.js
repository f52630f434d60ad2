// Another voice with the same words, as recordings/disguise.py makes it for calls: pitch, envelope and
// breath are taken apart, each is moved away from whoever spoke, and a new sound is made of them. Every
// figure is drawn anew and kept nowhere. The melody stays: in Vietnamese it is part of the words.
"use strict";
(() => {
  const RATE = 8000;
  const HOP = 80; // samples between two frames
  const SIZE = 512; // of a transform
  const BINS = SIZE / 2 + 1;
  const LOWEST = 65; // Hz: from a low man to a child
  const HIGHEST = 480;
  const VOICED = 0.5; // how alike two periods are in a voice
  const QUEFRENCIES = 26; // cepstral coefficients kept: formants, not the fine grain of a throat
  const LOUDNESS = 0.08;
  const SILENT = 1e-4;
  // What every voice is brought to, but for its loudness: see recordings/disguise.py.
  const MEAN = [1.395, 0.49, 0.908, -0.02, 0.363, -0.136, 0.215, -0.312, 0.108, -0.171, 0.094, -0.113, 0.141,
    -0.081, 0.112, -0.097, 0.088, -0.091, 0.032, -0.109, 0.045, -0.069, 0.036, -0.076, 0.003];
  const SPREAD = [0.848, 0.461, 0.507, 0.494, 0.267, 0.222, 0.213, 0.215, 0.182, 0.167, 0.142, 0.132, 0.122,
    0.107, 0.096, 0.097, 0.093, 0.09, 0.08, 0.074, 0.067, 0.064, 0.064, 0.061, 0.056];

  const chance = () => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
  const between = (low, high) => low + (high - low) * chance();
  const clip = (x, low, high) => Math.min(Math.max(x, low), high);
  const median = (values) => Float64Array.from(values).sort()[values.length >> 1];
  const strength = (sound) => Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / (sound.length || 1));

  const TURN = Float64Array.from({ length: SIZE / 2 }, (_, n) => Math.cos((2 * Math.PI * n) / SIZE));
  const SIDE = Float64Array.from({ length: SIZE / 2 }, (_, n) => Math.sin((2 * Math.PI * n) / SIZE));

  // Fourier transform in place.
  const transform = (re, im) => {
    for (let i = 1, j = 0; i < SIZE; i++) {
      let bit = SIZE >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
    }
    for (let half = 1; half < SIZE; half *= 2) {
      const step = SIZE / (2 * half);
      for (let start = 0; start < SIZE; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const a = start + k;
          const b = a + half;
          const c = TURN[k * step];
          const s = -SIDE[k * step];
          const x = re[b] * c - im[b] * s;
          const y = re[b] * s + im[b] * c;
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
  };

  // Of a spectrum without phase the cepstrum, and of a cepstrum the spectrum: the same sum.
  const even = (half, scale) => {
    const re = new Float64Array(SIZE);
    const im = new Float64Array(SIZE);
    for (let k = 0; k < half.length; k++) re[k] = half[k];
    for (let k = 1; k < half.length && k < SIZE / 2; k++) re[SIZE - k] = half[k];
    transform(re, im);
    return re.subarray(0, BINS).map((x) => x * scale);
  };

  const draw = () => {
    const away = chance() < 0.5 ? -1 : 1;
    return {
      height: Math.log(between(115, 200)),
      width: between(0.14, 0.2),
      bend: 1 + away * between(0.08, 0.16),
      stretch: between(0.92, 1.08),
      tempo: between(0.92, 1.08),
      drift: between(0.03, 0.08),
    };
  };

  // Hz at each frame, 0 where nothing swings: the lag at which a frame is most like itself.
  const pitches = (sound, frames) => {
    const shortest = Math.floor(RATE / HIGHEST);
    const longest = Math.ceil(RATE / LOWEST);
    const width = 2 * longest;
    const loud = 0.06 * Math.max(...Array.from({ length: frames }, (_, m) => strength(sound.subarray(m * HOP, m * HOP + 2 * HOP))));
    const alike = new Float64Array(longest + 2);
    const rough = Float64Array.from({ length: frames }, (_, m) => {
      const from = clip(m * HOP - longest, 0, Math.max(0, sound.length - width - longest - 2));
      if (from + width + longest + 1 >= sound.length) return 0;
      if (strength(sound.subarray(m * HOP - HOP < 0 ? 0 : m * HOP - HOP, m * HOP + HOP)) < loud) return 0;
      let own = 1e-9;
      for (let i = 0; i < width; i++) own += sound[from + i] ** 2;
      let best = 0;
      for (let lag = shortest - 1; lag <= longest + 1; lag++) {
        let both = 0;
        let other = 1e-9;
        for (let i = 0; i < width; i++) {
          const later = sound[from + i + lag];
          both += sound[from + i] * later;
          other += later * later;
        }
        alike[lag] = both / Math.sqrt(own * other);
        if (lag >= shortest && lag <= longest && alike[lag] > best) best = alike[lag];
      }
      if (best < VOICED) return 0;
      for (let lag = shortest; lag <= longest; lag++) {
        // The first that is nearly the best: twice the period is as alike.
        if (alike[lag] < 0.9 * best || alike[lag] < alike[lag - 1] || alike[lag] < alike[lag + 1]) continue;
        const bow = alike[lag - 1] - 2 * alike[lag] + alike[lag + 1];
        return RATE / (lag + (bow < 0 ? (0.5 * (alike[lag - 1] - alike[lag + 1])) / bow : 0));
      }
      return 0;
    });
    return rough.map((f, m) => {
      const near = rough.subarray(Math.max(0, m - 2), m + 3).filter((x) => x > 0);
      return near.length < 3 ? 0 : median(near);
    });
  };

  // Cepstra of the envelope: of three periods, smoothed over one, so that no overtone is in it.
  const cepstra = (sound, pitch) =>
    Array.from(pitch, (f, m) => {
      const f0 = f || 250;
      const half = Math.round((1.5 * RATE) / f0);
      const re = new Float64Array(SIZE);
      const im = new Float64Array(SIZE);
      let weight = 0;
      for (let i = -half; i <= half; i++) {
        const w = 0.5 + 0.5 * Math.cos((Math.PI * i) / (half + 1));
        re[(i + SIZE) % SIZE] += w * (sound[m * HOP + i] || 0);
        weight += w * w;
      }
      transform(re, im);
      const sums = new Float64Array(BINS + 1);
      for (let k = 0; k < BINS; k++) sums[k + 1] = sums[k] + (re[k] ** 2 + im[k] ** 2) / weight + 1e-12;
      const reach = Math.max(1, Math.round((f0 * SIZE) / (3 * RATE)));
      const logs = Float64Array.from({ length: BINS }, (_, k) => {
        const low = Math.max(0, k - reach);
        const high = Math.min(BINS, k + reach + 1);
        return Math.log((sums[high] - sums[low]) / (high - low));
      });
      return even(logs, 1 / SIZE).slice(0, QUEFRENCIES);
    });

  // All voices brought to a common one; then the axis on which their envelopes lie is bent.
  const masked = (frames, mask) => {
    const floor = median(frames.map((c) => c[0]));
    const loud = frames.filter((c) => c[0] > floor);
    const some = loud.length ? loud : frames;
    for (let q = 1; q < QUEFRENCIES; q++) {
      const mean = some.reduce((sum, c) => sum + c[q], 0) / some.length;
      const spread = Math.sqrt(some.reduce((sum, c) => sum + (c[q] - mean) ** 2, 0) / some.length);
      for (const c of frames) c[q] = ((c[q] - mean) / Math.max(spread, 0.01)) * SPREAD[q - 1] + MEAN[q - 1];
    }
    const from = Float64Array.from({ length: BINS }, (_, k) => {
      const angle = (Math.PI * k) / (BINS - 1);
      return (clip(clip(angle / mask.stretch, 0, Math.PI) ** (1 / mask.bend), 0, Math.PI) * (BINS - 1)) / Math.PI;
    });
    return (c) => {
      const logs = even(c, 1);
      return from.map((at) => {
        const low = Math.min(Math.floor(at), BINS - 2);
        return logs[low] + (at - low) * (logs[low + 1] - logs[low]);
      });
    };
  };

  const lifted = (pitch, mask) => {
    const logs = pitch.filter((f) => f > 0).map(Math.log);
    if (!logs.length) return pitch;
    const centre = median(logs);
    const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
    const spread = Math.max(Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length), 0.05);
    const wider = Math.min(mask.width / spread, 2);
    return pitch.map((f) => (f ? clip(Math.exp(mask.height + (Math.log(f) - centre) * wider), LOWEST, HIGHEST) : 0));
  };

  // Which frame of the recording each new frame takes: a tempo that wanders, anew each second.
  const paces = (frames, mask) => {
    const every = RATE / HOP;
    const knots = Array.from({ length: 3 * Math.ceil(frames / every) + 2 }, () => mask.tempo + mask.drift * between(-1, 1));
    const at = [];
    for (let here = 0, m = 0; here <= frames - 1; m++) {
      at.push(Math.round(here));
      const part = (m % every) / every;
      here += knots[Math.floor(m / every)] * (1 - part) + knots[Math.floor(m / every) + 1] * part;
    }
    return at;
  };

  // Pulses and breath, each coloured by one rule for all, whoever spoke.
  const excited = (pitch) => {
    const breath = Float64Array.from({ length: BINS }, (_, k) => clip(-0.15 + (0.9 * k) / (BINS - 1), 0.002, 0.999));
    const taps = (curve) => even(curve, 1 / SIZE).map((x, n) => (n < 48 ? x * (0.5 + 0.5 * Math.cos((Math.PI * n) / 48)) : 0));
    const swing = taps(breath.map((a) => Math.sqrt(1 - a * a)));
    const rush = taps(breath);
    const sound = new Float64Array(pitch.length * HOP);
    const add = (at, size, shape) => {
      for (let n = -47; n < 48; n++) if (at + n >= 0 && at + n < sound.length) sound[at + n] += size * shape[Math.abs(n)];
    };
    let seed = (chance() * 2 ** 32) | 1;
    const noise = () => {
      seed ^= seed << 13;
      seed ^= seed >>> 17;
      seed ^= seed << 5;
      return (seed / 2 ** 31) * Math.sqrt(3);
    };
    let phase = 0;
    for (let t = 0; t < sound.length; t++) {
      const f = pitch[Math.floor(t / HOP)];
      if (f) add(t, noise(), rush);
      else sound[t] += noise();
      phase += f / RATE;
      if (phase < 1) continue;
      phase -= 1;
      add(t, Math.sqrt(RATE / f), swing);
    }
    return sound;
  };

  // The excitation through each frame's envelope, with the least phase that it can have.
  const shaped = (source, frames, envelope) => {
    const sound = new Float64Array(source.length + SIZE);
    const known = new Map();
    const filter = (c) => {
      const quefrencies = even(envelope(c), 1 / SIZE);
      const re = new Float64Array(SIZE);
      const im = new Float64Array(SIZE);
      for (let n = 0; n < BINS; n++) re[n] = quefrencies[n] * (n && n < BINS - 1 ? 1 : 0.5);
      transform(re, im);
      for (let k = 0; k < SIZE; k++) {
        const size = Math.exp(re[k]);
        const turn = im[k];
        re[k] = size * Math.cos(turn);
        im[k] = size * Math.sin(turn);
      }
      return [re, im];
    };
    frames.forEach((c, m) => {
      const [hr, hi] = known.get(c) || filter(c);
      known.clear();
      known.set(c, [hr, hi]);
      const re = new Float64Array(SIZE);
      const im = new Float64Array(SIZE);
      const start = (m - 1) * HOP;
      for (let n = 0; n < 2 * HOP; n++) re[n] = (source[start + n] || 0) * (0.5 - 0.5 * Math.cos((Math.PI * n) / HOP));
      transform(re, im);
      for (let k = 0; k < SIZE; k++) [re[k], im[k]] = [re[k] * hr[k] - im[k] * hi[k], -(re[k] * hi[k] + im[k] * hr[k])];
      transform(re, im); // of the conjugate: back again
      for (let n = 0; n < SIZE; n++) if (start + n >= 0) sound[start + n] += re[n] / SIZE;
    });
    return sound.subarray(0, source.length);
  };

  const levelled = (sound) => {
    const size = LOUDNESS / (strength(sound) || 1);
    return Float32Array.from(sound, (x) => clip(x * size, -0.99, 0.99));
  };

  // `samples`: one channel at RATE, full scale 1. Nothing comes of silence, or of less than a moment.
  globalThis.disguise = (samples) => {
    const frames = Math.floor(samples.length / HOP);
    if (frames < 20 || strength(samples) < SILENT) return new Float32Array(0);
    const mask = draw();
    const pitch = pitches(samples, frames);
    const spectra = cepstra(samples, pitch);
    const envelope = masked(spectra, mask);
    const at = paces(frames, mask);
    const high = lifted(pitch, mask);
    const source = excited(Float64Array.from(at, (m) => high[m]));
    return levelled(shaped(source, at.map((m) => spectra[m]), envelope));
  };
})();
