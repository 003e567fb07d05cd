// The map on its canvas: events over two axes, coloured by a category or a marker; what is not shown is pale.
const mapCanvas = (events, canvas, outline, state) => {
  const { data, kinds, markers } = events;
  const pen = canvas.getContext("2d", { willReadFrequently: true }); // paper reads it back
  const view = state.view;

  // --- places -----------------------------------------------------------------------------------
  const frame = () => {
    const [w, h] = [canvas.clientWidth, canvas.clientHeight];
    const box = state.at.map ? { left: 14, right: 14, top: 14, bottom: 14 } : { left: 56, right: 12, top: 12, bottom: 42 };
    let [sx, sy] = [(w - box.left - box.right) / state.at.width, (h - box.top - box.bottom) / state.at.height];
    if (state.at.map) sx = sy = Math.min(sx, sy);
    [sx, sy] = [sx * view.zoom, sy * view.zoom];
    const middle = [(box.left + w - box.right) / 2, (box.top + h - box.bottom) / 2];
    return { w, h, box, sx, sy, left: middle[0] - view.x * state.at.width * sx, top: middle[1] + view.y * state.at.height * sy };
  };
  const px = (on, u) => on.left + u * on.sx;
  const py = (on, v) => on.top - v * on.sy;
  const back = (on, x, y) => [(x - on.left) / on.sx, (on.top - y) / on.sy];

  // --- drawing ----------------------------------------------------------------------------------
  const dots = new Map(); // a dot of each colour and size, painted once
  const dot = (colour, radius) => {
    const name = `${colour} ${radius.toFixed(2)}`;
    if (!dots.has(name)) {
      const size = Math.ceil(2 * radius) + 2;
      const one = document.createElement("canvas");
      one.width = one.height = size;
      const brush = one.getContext("2d");
      brush.fillStyle = colour;
      brush.beginPath();
      brush.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
      brush.fill();
      dots.set(name, one);
    }
    return dots.get(name);
  };
  const stamp = (on, image, i, ratio) => {
    const half = image.width / 2;
    pen.drawImage(image, Math.round(px(on, state.at.u[i]) * ratio - half), Math.round(py(on, state.at.v[i]) * ratio - half));
  };
  const base = () => Math.min(2.6, Math.max(0.8, Math.sqrt(40000 / data.n))) * Math.sqrt(view.zoom);
  const bright = (i) => state.kept[i] && (!state.selected || state.selected[i]);

  const pale = (on, ratio, shown) => {
    const image = dot(data.pale, base() * 0.8 * ratio);
    for (let i = 0; i < data.n; i++) if (!shown(i)) stamp(on, image, i, ratio);
  };
  const byCategory = (on, kind, ratio) => {
    const shown = (i) => bright(i) && (state.chosen < 0 || kind.codes[i] === state.chosen);
    pale(on, ratio, shown);
    const order = kind.names.map((_, code) => code).sort((a, b) => kind.counts[b] - kind.counts[a]);
    for (const code of order) {
      const rare = Math.sqrt(Math.min(16, Math.max(1, (0.02 * data.n) / Math.max(kind.counts[code], 1))));
      const image = dot(kind.colours[code], base() * Math.min(rare, 1.7) * (state.chosen === code || state.selected ? 1.3 : 1) * ratio);
      for (const i of kind.rows[code]) if (shown(i)) stamp(on, image, i, ratio);
    }
    if (kind.at !== state.at) kind.places = kind.rows.map(densest);
    kind.at = state.at;
    if (kind.value === "cluster" || kind.value === "population") names(on, kind, ratio);
  };
  const byMarker = (on, marker, ratio) => {
    pale(on, ratio, bright);
    const shelves = data.shades.map(() => []);
    marker.levels.forEach((level, i) => bright(i) && shelves[shelf(marker, level)].push(i));
    shelves.forEach((rows, level) => {
      const image = dot(data.shades[level], base() * ratio);
      for (const i of rows) stamp(on, image, i, ratio);
    });
  };
  const shelf = (marker, level) => {
    const share = (level - marker.shaded[0]) / Math.max(marker.shaded[1] - marker.shaded[0], 1e-9);
    return Math.round(Math.min(1, Math.max(0, share)) * (data.shades.length - 1));
  };

  // A name stands where its events are densest; one that would hide another is left out (the legend has it).
  const densest = (rows) => {
    const cells = new Map();
    for (const i of rows) {
      const cell = Math.floor(state.at.u[i] * 32) * 64 + Math.floor(state.at.v[i] * 32);
      if (!cells.has(cell)) cells.set(cell, []);
      cells.get(cell).push(i);
    }
    let best = [];
    for (const inside of cells.values()) if (inside.length > best.length) best = inside;
    if (!best.length) return -1;
    const middle = best.map((i) => state.at.u[i]).sort((a, b) => a - b)[best.length >> 1];
    return best.reduce((a, b) => (Math.abs(state.at.u[a] - middle) <= Math.abs(state.at.u[b] - middle) ? a : b));
  };
  const names = (on, kind, ratio) => {
    const taken = [];
    pen.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const order = kind.names.map((_, code) => code).filter((code) => kind.names[code] && kind.rows[code].some(bright));
    order.sort((a, b) => (b === state.chosen) - (a === state.chosen) || kind.counts[b] - kind.counts[a]);
    for (const code of order) {
      if (state.chosen >= 0 && code !== state.chosen) continue;
      if (["unassigned", "unknown"].includes(kind.names[code]) && code !== state.chosen) continue;
      const label = kind.names[code].length > 26 ? `${kind.names[code].slice(0, 25)}…` : kind.names[code];
      const half = pen.measureText(label).width / 2 + 2 * ratio;
      const [first, last] = state.at.map ? [half, canvas.width - half]
        : [on.box.left * ratio + half, (on.w - on.box.right) * ratio - half];
      const x = Math.min(last, Math.max(first, px(on, state.at.u[kind.places[code]]) * ratio));
      const y = py(on, state.at.v[kind.places[code]]) * ratio;
      if (taken.some(([a, b, c]) => Math.abs(a - x) < half + c && Math.abs(b - y) < 13 * ratio)) continue;
      taken.push([x, y, half]);
      pen.lineWidth = 3.5 * ratio;
      pen.strokeStyle = "#fff";
      pen.strokeText(label, x, y);
      pen.fillStyle = "#22303c";
      pen.fillText(label, x, y);
    }
  };

  const axis = (on, marker, upright, ratio) => {
    const { box, w, h } = on;
    const place = (level) => (upright ? py(on, (level + 0.5) / 256) : px(on, (level + 0.5) / 256)) * ratio;
    const [first, last] = upright ? [box.top, h - box.bottom] : [box.left, w - box.right];
    const line = (a, b) => {
      pen.beginPath();
      pen.moveTo(...a);
      pen.lineTo(...b);
      pen.stroke();
    };
    const [edge, far] = upright ? [box.left * ratio, (w - box.right) * ratio] : [(h - box.bottom) * ratio, box.top * ratio];
    const point = (along, out) => (upright ? [out, along] : [along, out]);
    pen.strokeStyle = pen.fillStyle = "#22303c";
    pen.lineWidth = ratio;
    line(point(first * ratio, edge), point(last * ratio, edge));
    pen.font = `${12 * ratio}px system-ui, sans-serif`;
    pen.textBaseline = upright ? "middle" : "top";
    pen.textAlign = upright ? "right" : "center";
    const written = [];
    for (const [level, label] of [...marker.ticks].sort((a, b) => (b[1] === "0") - (a[1] === "0") || b[0] - a[0])) {
      const along = place(level);
      if (along < first * ratio || along > last * ratio) continue;
      const out = (upright ? -1 : 1) * ratio;
      line(point(along, edge), point(along, edge + 4 * out));
      if (written.some((other) => Math.abs(other - along) < (upright ? 16 : 32) * ratio)) continue;
      written.push(along);
      pen.fillText(label, ...point(along, edge + 7 * out));
    }
    const cut = marker.cut === null ? -1 : place(marker.cut);
    if (cut > first * ratio && cut < last * ratio) {
      pen.setLineDash([5 * ratio, 4 * ratio]);
      line(point(cut, edge), point(cut, far));
      pen.setLineDash([]);
    }
    pen.font = `600 ${13 * ratio}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "alphabetic";
    pen.save();
    pen.translate(...point(((first + last) / 2) * ratio, upright ? 14 * ratio : (h - 6) * ratio));
    if (upright) pen.rotate(-Math.PI / 2);
    pen.fillText(marker.label, 0, 0);
    pen.restore();
  };
  const drawRing = () => {
    const on = frame();
    const path = state.ring.map(([u, v], i) => `${i ? "L" : "M"}${px(on, u).toFixed(1)} ${py(on, v).toFixed(1)}`).join("");
    outline.firstElementChild.setAttribute("d", path && `${path}Z`);
  };
  const draw = () => {
    const ratio = Math.max(devicePixelRatio || 1, 1.5); // sharp on paper too
    const on = frame();
    canvas.width = Math.round(on.w * ratio);
    canvas.height = Math.round(on.h * ratio);
    dots.clear();
    pen.save();
    if (!state.at.map) {
      pen.beginPath();
      pen.rect(on.box.left * ratio, on.box.top * ratio, (on.w - on.box.left - on.box.right) * ratio,
        (on.h - on.box.top - on.box.bottom) * ratio);
      pen.clip();
    }
    const kind = kinds.get(state.colour);
    if (kind) byCategory(on, kind, ratio);
    else byMarker(on, markers.get(state.colour), ratio);
    pen.restore();
    if (!state.at.map) {
      axis(on, state.at.across, false, ratio);
      axis(on, state.at.up, true, ratio);
    }
    drawRing();
    const what = kind ? (kind.value === "timepoint" ? "time point" : kind.value) : markers.get(state.colour).name;
    const only = kind && state.chosen >= 0 ? `, ${kind.names[state.chosen]} highlighted` : "";
    const over = state.at.map ? "UMAP" : `${state.at.across.name} and ${state.at.up.name}`;
    canvas.setAttribute("aria-label", `${over} of ${data.n.toLocaleString("en")} events, coloured by ${what}${only}`);
    canvas.dataset.drawn = state.colour;
    canvas.dataset.axes = state.at.map ? MAP : `${state.at.across.name} ${state.at.up.name}`;
  };
  let waiting = 0;
  const redraw = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  };
  return { draw, redraw, drawRing, frame, px, py, back };
};
