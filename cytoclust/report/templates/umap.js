// The map of events: drawn on a canvas, coloured by any category or marker.
(() => {
  const data_block = document.getElementById("umap-data");
  if (!data_block) return;
  const data = JSON.parse(data_block.textContent);
  const canvas = document.getElementById("umap-canvas");
  const select = document.getElementById("umap-colour");
  const legend = document.getElementById("umap-legend");
  const tip = document.getElementById("umap-tip");
  const pen = canvas.getContext("2d", { willReadFrequently: true }); // paper reads it back

  const unpack = (text, Kind) => {
    const raw = atob(text);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return Kind === Uint8Array ? bytes : new Kind(bytes.buffer);
  };
  const x = unpack(data.x, Uint16Array);
  const y = unpack(data.y, Uint16Array);
  const kinds = new Map();
  for (const kind of data.kinds) {
    kind.codes = unpack(kind.codes, kind.bytes === 1 ? Uint8Array : Uint16Array);
    kind.counts = new Array(kind.names.length).fill(0);
    for (const code of kind.codes) kind.counts[code]++;
    kinds.set(kind.value, kind);
  }
  const markers = new Map();
  for (const marker of data.markers) {
    marker.values = unpack(marker.values, Uint8Array);
    markers.set(`marker:${marker.name}`, marker);
  }
  const view = { zoom: 1, x: 0.5, y: 0.5 }; // of the data's square: the middle of what is seen
  let chosen = -1; // the category that is highlighted

  // --- places -----------------------------------------------------------------------------------
  const EDGE = 14; // pixels
  const frame = () => {
    const [w, h] = [canvas.clientWidth, canvas.clientHeight];
    const scale = Math.min((w - 2 * EDGE) / data.width, (h - 2 * EDGE) / data.height) * view.zoom;
    return { w, h, scale, left: w / 2 - view.x * data.width * scale, top: h / 2 + view.y * data.height * scale };
  };
  const across = (at, i) => at.left + (x[i] / 65535) * at.scale;
  const down = (at, i) => at.top - (y[i] / 65535) * at.scale;

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
  const stamp = (at, image, i, ratio) => {
    const half = image.width / 2;
    pen.drawImage(image, Math.round(across(at, i) * ratio - half), Math.round(down(at, i) * ratio - half));
  };
  const base = () => Math.min(2.6, Math.max(0.8, Math.sqrt(40000 / data.n))) * Math.sqrt(view.zoom);

  const byCategory = (at, kind, ratio) => {
    const order = kind.names.map((_, code) => code).sort((a, b) => kind.counts[b] - kind.counts[a]);
    const rows = kind.names.map(() => []);
    kind.codes.forEach((code, i) => rows[code].push(i));
    if (chosen >= 0) order.push(...order.splice(order.indexOf(chosen), 1));
    for (const code of order) {
      const rare = Math.sqrt(Math.min(16, Math.max(1, (0.02 * data.n) / Math.max(kind.counts[code], 1))));
      const grow = chosen === code ? 1.3 : 1;
      const colour = chosen >= 0 && chosen !== code ? data.pale : kind.colours[code];
      const image = dot(colour, base() * Math.min(rare, 1.7) * grow * ratio);
      for (const i of rows[code]) stamp(at, image, i, ratio);
    }
    kind.places ??= rows.map((of) => (of.length ? densest(of) : -1));
    if (kind.value === "cluster" || kind.value === "population") names(at, kind, ratio);
  };
  const byMarker = (at, marker, ratio) => {
    const shelves = data.shades.map(() => []);
    marker.values.forEach((value, i) => shelves[Math.round((value / 255) * (data.shades.length - 1))].push(i));
    shelves.forEach((rows, level) => {
      const image = dot(data.shades[level], base() * ratio);
      for (const i of rows) stamp(at, image, i, ratio);
    });
  };

  // A name stands where its events are densest; one that would hide another is left out (the legend has it).
  const densest = (rows) => {
    const cells = new Map();
    for (const i of rows) {
      const cell = (x[i] >> 11) * 64 + (y[i] >> 11);
      if (!cells.has(cell)) cells.set(cell, []);
      cells.get(cell).push(i);
    }
    let best = [];
    for (const inside of cells.values()) if (inside.length > best.length) best = inside;
    const middle = best.map((i) => x[i]).sort((a, b) => a - b)[best.length >> 1];
    return best.reduce((a, b) => (Math.abs(x[a] - middle) <= Math.abs(x[b] - middle) ? a : b));
  };
  const names = (at, kind, ratio) => {
    const taken = [];
    pen.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const order = kind.names.map((_, code) => code).filter((code) => kind.places[code] >= 0 && kind.names[code]);
    order.sort((a, b) => (b === chosen) - (a === chosen) || kind.counts[b] - kind.counts[a]);
    for (const code of order) {
      if (chosen >= 0 && code !== chosen) continue;
      if (["unassigned", "unknown"].includes(kind.names[code]) && code !== chosen) continue;
      const label = kind.names[code].length > 26 ? `${kind.names[code].slice(0, 25)}…` : kind.names[code];
      const half = pen.measureText(label).width / 2 + 2 * ratio;
      const limit = canvas.width - half;
      const px = Math.min(limit, Math.max(half, across(at, kind.places[code]) * ratio));
      const py = down(at, kind.places[code]) * ratio;
      if (taken.some(([a, b, c]) => Math.abs(a - px) < half + c && Math.abs(b - py) < 13 * ratio)) continue;
      taken.push([px, py, half]);
      pen.lineWidth = 3.5 * ratio;
      pen.strokeStyle = "#fff";
      pen.strokeText(label, px, py);
      pen.fillStyle = "#22303c";
      pen.fillText(label, px, py);
    }
  };

  const draw = () => {
    const ratio = Math.max(devicePixelRatio || 1, 1.5); // sharp on paper too
    const at = frame();
    canvas.width = Math.round(at.w * ratio);
    canvas.height = Math.round(at.h * ratio);
    dots.clear();
    const kind = kinds.get(select.value);
    if (kind) byCategory(at, kind, ratio);
    else byMarker(at, markers.get(select.value), ratio);
    const what = select.selectedOptions[0].textContent;
    const only = kind && chosen >= 0 ? `, ${kind.names[chosen]} highlighted` : "";
    canvas.setAttribute("aria-label", `UMAP of ${data.n.toLocaleString("en")} events, coloured by ${what}${only}`);
    canvas.dataset.drawn = select.value;
  };
  let waiting = 0;
  const redraw = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  };

  // --- legend -----------------------------------------------------------------------------------
  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const scaleOf = (marker) => {
    const bar = make("div", "scale");
    bar.style.background = `linear-gradient(to right, ${data.shades.join(",")})`;
    const ends = make("div", "ends");
    ends.append(make("span", "", `≤ ${marker.low.toPrecision(2)}`), make("span", "", `≥ ${marker.high.toPrecision(2)}`));
    legend.append(make("p", "small", `${marker.name}, on the scale that was clustered`), bar, ends);
  };
  const show = () => {
    chosen = -1;
    legend.replaceChildren();
    const kind = kinds.get(select.value);
    legend.dataset.kind = kind ? kind.value : "marker";
    if (!kind) scaleOf(markers.get(select.value));
    else
      kind.names.forEach((name, code) => {
        if (!kind.counts[code]) return;
        const button = make("button", "entry");
        button.type = "button";
        button.setAttribute("aria-pressed", "false");
        const swatch = make("span", "swatch");
        swatch.style.background = kind.colours[code];
        const beside = kind.value === "cluster" ? populationOf(code) : "";
        button.append(swatch, make("span", "label", (name || "none given") + (beside ? ` ${beside}` : "")));
        button.append(make("span", "count", kind.counts[code].toLocaleString("en")));
        button.addEventListener("click", () => {
          chosen = chosen === code ? -1 : code;
          for (const other of legend.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
          button.setAttribute("aria-pressed", String(chosen === code));
          draw();
        });
        legend.append(button);
      });
    for (const small of thumbnails.children)
      small.setAttribute("aria-pressed", String(small.dataset.value === select.value));
    draw();
  };
  const populationOf = (cluster) => {
    const population = kinds.get("population");
    if (!population) return "";
    const i = kinds.get("cluster").codes.indexOf(cluster);
    return i < 0 ? "" : population.names[population.codes[i]];
  };

  // --- the marker maps --------------------------------------------------------------------------
  const thumbnails = document.getElementById("umap-markers");
  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const shades = data.shades.map(rgb);
  const thumbnail = (value, marker) => {
    const button = make("button", "thumbnail");
    button.type = "button";
    button.dataset.value = value;
    const side = 260;
    const small = document.createElement("canvas");
    small.width = small.height = side;
    small.setAttribute("aria-hidden", "true");
    const brush = small.getContext("2d");
    const picture = brush.createImageData(side, side);
    const shelf = new Uint8Array(side * side); // a pixel shows the highest value of its events
    for (let i = 0; i < data.n; i++) {
      const column = 4 + Math.round((x[i] / 65535 + (1 - data.width) / 2) * (side - 10));
      const row = 4 + Math.round((1 - y[i] / 65535 - (1 - data.height) / 2) * (side - 10));
      for (const place of [row * side + column, row * side + column + 1, (row + 1) * side + column, (row + 1) * side + column + 1])
        shelf[place] = Math.max(shelf[place], 1 + marker.values[i] * (254 / 255));
    }
    for (let place = 0; place < shelf.length; place++) {
      if (!shelf[place]) continue;
      const colour = shades[Math.round(((shelf[place] - 1) / 254) * (shades.length - 1))];
      picture.data.set(colour, 4 * place);
      picture.data[4 * place + 3] = 255;
    }
    brush.putImageData(picture, 0, 0);
    button.append(make("span", "", marker.name), small);
    button.addEventListener("click", () => {
      select.value = value;
      show();
      canvas.scrollIntoView({ block: "nearest" });
    });
    thumbnails.append(button);
  };

  // --- pointing ---------------------------------------------------------------------------------
  const nearest = (px, py) => {
    const at = frame();
    let best = -1;
    let least = 256; // within 16 pixels: rare events are far apart
    for (let i = 0; i < data.n; i++) {
      const far = (across(at, i) - px) ** 2 + (down(at, i) - py) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  };
  const hide = () => {
    tip.hidden = true;
    tip.replaceChildren();
  };
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const i = nearest(px, py);
    hide();
    if (i < 0) return;
    tip.hidden = false;
    const tell = (label, value) => {
      const line = make("div", "");
      line.append(make("b", "", label), ` ${value}`);
      tip.append(line);
    };
    for (const kind of kinds.values()) tell(kind.value, kind.names[kind.codes[i]] || "none given");
    const marker = markers.get(select.value);
    if (marker) tell(marker.name, (marker.low + (marker.values[i] / 255) * (marker.high - marker.low)).toPrecision(2));
    tip.style.left = `${Math.min(px + 14, Math.max(canvas.clientWidth - tip.offsetWidth, 0))}px`;
    tip.style.top = `${py + 14}px`;
  };

  // --- moving -----------------------------------------------------------------------------------
  const clamp = (value) => Math.min(1, Math.max(0, value));
  const zoom = (factor) => {
    const place = chosen >= 0 && view.zoom === 1 ? kinds.get(select.value)?.places?.[chosen] : undefined;
    if (place >= 0) [view.x, view.y] = [clamp(x[place] / 65535 / data.width), clamp(y[place] / 65535 / data.height)];
    view.zoom = Math.min(12, Math.max(1, view.zoom * factor));
    if (view.zoom === 1) view.x = view.y = 0.5;
    canvas.style.touchAction = view.zoom > 1 ? "none" : "auto";
    canvas.classList.toggle("movable", view.zoom > 1);
    redraw();
  };
  const move = (dx, dy) => {
    view.x = clamp(view.x + dx / view.zoom);
    view.y = clamp(view.y + dy / view.zoom);
    redraw();
  };
  const tools = document.getElementById("umap-zoom");
  const actions = { in: () => zoom(1.6), out: () => zoom(1 / 1.6), all: () => zoom(0) };
  for (const button of tools.querySelectorAll("button")) button.addEventListener("click", actions[button.dataset.do]);
  const arrows = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, 0.15], ArrowDown: [0, -0.15] };
  tools.addEventListener("keydown", (event) => {
    if (view.zoom === 1 || !arrows[event.key]) return;
    event.preventDefault();
    move(...arrows[event.key]);
  });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (view.zoom === 1) return;
    held = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointerup", () => (held = null));
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return point(event);
    const at = frame();
    const [dx, dy] = [event.clientX - held[0], event.clientY - held[1]];
    held = [event.clientX, event.clientY];
    hide();
    view.x = clamp(view.x - dx / (at.scale * data.width));
    view.y = clamp(view.y + dy / (at.scale * data.height));
    redraw();
  });
  canvas.addEventListener("pointerleave", hide);

  const group = (label, options) => {
    if (!options.length) return;
    const holder = document.createElement("optgroup");
    holder.label = label;
    for (const [value, text] of options) holder.append(new Option(text, value));
    select.append(holder);
  };
  group("Events by", [...kinds.keys()].map((value) => [value, value === "timepoint" ? "time point" : value]));
  group("Marker", [...markers].map(([value, marker]) => [value, marker.name]));
  if (kinds.has("population")) select.value = "population";
  select.addEventListener("change", show);
  document.getElementById("umap").hidden = false;
  show();
  new ResizeObserver(redraw).observe(canvas);
  const rest = [...markers];
  const next = () => {
    if (!rest.length) return;
    thumbnail(...rest.shift());
    setTimeout(next);
  };
  next();
})();
