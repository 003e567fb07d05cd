// The events of the map: where they lie over any two axes, which are kept and selected, and what they stand for.
const MAP = "map";

const eventsOf = (data) => {
  const unpack = (text, Kind) => {
    const raw = atob(text);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return Kind === Uint8Array ? bytes : new Kind(bytes.buffer);
  };
  const numbers = (part) => unpack(part.codes, part.bytes === 1 ? Uint8Array : Uint16Array);

  const x = unpack(data.x, Uint16Array);
  const y = unpack(data.y, Uint16Array);
  const which = numbers(data.weights);
  const weight = Float64Array.from(which, (code) => data.weights.values[code]);
  const kinds = new Map();
  for (const kind of data.kinds) {
    kind.codes = numbers(kind);
    kind.rows = kind.names.map(() => []);
    kind.codes.forEach((code, i) => kind.rows[code].push(i));
    kind.counts = kind.rows.map((rows) => rows.length);
    kinds.set(kind.value, kind);
  }
  const markers = new Map();
  for (const marker of data.markers) {
    marker.levels = unpack(marker.values, Uint8Array);
    markers.set(`marker:${marker.name}`, marker);
  }

  // A level is 1/256 of an axis: within it events are strewn evenly, so that no lattice is seen.
  const strewn = (i, salt) => (Math.imul(i + 1, salt) >>> 0) / 4294967296;
  const along = (marker, salt) => Float32Array.from(marker.levels, (level, i) => (level + strewn(i, salt)) / 256);
  const places = (across, up) => {
    if (across === MAP || up === MAP)
      return {
        u: Float32Array.from(x, (value) => value / 65535), v: Float32Array.from(y, (value) => value / 65535),
        width: data.width, height: data.height, map: true,
      };
    const [a, b] = [markers.get(across), markers.get(up)];
    return { u: along(a, 2654435761), v: along(b, 2246822519), width: 1, height: 1, map: false, across: a, up: b };
  };

  // Which events lie within a ring of corners [u, v]: those from which a ray crosses it an odd number of times.
  const within = (at, ring) => {
    const inside = new Uint8Array(data.n);
    for (let i = 0; i < data.n; i++) {
      const [u, v] = [at.u[i], at.v[i]];
      let odd = 0;
      for (let a = 0, b = ring.length - 1; a < ring.length; b = a++) {
        const [[ua, va], [ub, vb]] = [ring[a], ring[b]];
        if (va > v !== vb > v && u < ((ub - ua) * (v - va)) / (vb - va) + ua) odd ^= 1;
      }
      inside[i] = odd;
    }
    return inside;
  };
  const ofCodes = (kind, codes) => Uint8Array.from(kind.codes, (code) => (codes.has(code) ? 1 : 0));

  // Events drawn and cells that they stand for, of some events, in all and for each name of a kind.
  const tally = (mask, kind) => {
    const found = { n: 0, cells: 0 };
    const [n, cells] = [0, 1].map(() => new Float64Array(kind ? kind.names.length : 0));
    for (let i = 0; i < data.n; i++) {
      if (!mask[i]) continue;
      found.n++;
      found.cells += weight[i];
      if (!kind) continue;
      n[kind.codes[i]]++;
      cells[kind.codes[i]] += weight[i];
    }
    return { ...found, of: { n, cells } };
  };

  // A level in words: in the units of the file where these are known.
  const told = (marker, level) => {
    const place = marker.low + (level / 255) * (marker.high - marker.low);
    const value = marker.cofactor === null ? place : marker.cofactor * Math.sinh(place);
    return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
  };
  const all = new Uint8Array(data.n).fill(1);
  return { data, kinds, markers, weight, x, y, all, places, within, ofCodes, tally, told };
};

const percentOf = (part, whole) => {
  const value = whole ? (100 * part) / whole : NaN;
  if (!Number.isFinite(value)) return "–";
  if (!value) return "0\u00a0%";
  const digits = value >= 1 ? 3 : 2;
  return `${value.toFixed(Math.min(Math.max(digits - 1 - Math.floor(Math.log10(value)), 0), 8))}\u00a0%`;
};
const wholeNumber = (value) => Math.round(value).toLocaleString("en");
