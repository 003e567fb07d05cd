// The map of events, or any two markers: what colours it, who is kept, a lasso, and what is under the pointer.
(() => {
  const data_block = document.getElementById("umap-data");
  if (!data_block) return;
  const data = JSON.parse(data_block.textContent);
  const events = eventsOf(data);
  const { kinds, markers } = events;
  const [canvas, select, legend, tip, across, up, lasso, clear, outline, filters, thumbnails] = [
    "canvas", "colour", "legend", "tip", "across", "up", "lasso", "clear", "outline", "filters", "markers",
  ].map((id) => document.getElementById(`umap-${id}`));
  const state = {
    at: events.places(MAP, MAP), // where events lie over the two axes
    view: { zoom: 1, x: 0.5, y: 0.5 }, // of the axes' square: the middle of what is seen
    colour: "",
    chosen: -1, // the category that is highlighted
    kept: events.all, // by the filters
    selected: null,
    ring: [], // of the lasso, in the places of these axes
  };
  const { view } = state;
  const { draw, redraw, drawRing, frame, px, py, back } = mapCanvas(events, canvas, outline, state);
  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  // --- who is kept, what is selected ------------------------------------------------------------
  const choices = new Map(); // kind: its select
  const told = () => [...choices].filter(([, choice]) => choice.value).map(([kind, choice]) =>
    `${counts.word(kind)} ${kinds.get(kind).names[choice.value] || "none given"}`);
  const refresh = () => {
    counts.show(state.kept, state.selected, told());
    clear.disabled = !state.selected;
    redraw();
  };
  const pick = (mask, by_ring = false) => {
    state.selected = mask;
    if (!by_ring) state.ring = [];
    else counts.forget();
    refresh();
  };
  const counts = mapCounts(events, pick, refresh);
  const filter = () => {
    const on = [...choices].filter(([, choice]) => choice.value);
    state.kept = on.length ? Uint8Array.from(events.all, (_, i) =>
      on.every(([kind, choice]) => kinds.get(kind).codes[i] === Number(choice.value)) ? 1 : 0) : events.all;
    explain();
    refresh();
  };
  for (const value of ["patient", "group", "timepoint", "sample", "batch"]) {
    const kind = kinds.get(value);
    if (!kind || kind.names.length < 2) continue;
    const choice = document.createElement("select");
    choice.append(new Option(`every ${counts.word(value)}`, ""));
    kind.names.forEach((name, code) => choice.append(new Option(name || "none given", code)));
    choice.setAttribute("aria-label", `Only events of one ${counts.word(value)}`);
    choice.dataset.kind = value;
    choice.addEventListener("change", filter);
    choices.set(value, choice);
    filters.append(choice);
  }

  // --- legend -----------------------------------------------------------------------------------
  const scaleOf = (marker) => {
    const bar = make("div", "scale");
    bar.style.background = `linear-gradient(to right, ${data.shades.join(",")})`;
    const ends = make("div", "ends");
    ends.append(...marker.shaded.map((level, i) => make("span", "", `${"≤≥"[i]} ${events.told(marker, level)}`)));
    const unit = marker.cofactor === null ? "on the scale that was clustered" : "in the units of the file";
    legend.append(make("p", "small", `${marker.name}, ${unit}`), bar, ends);
  };
  const explain = () => {
    legend.replaceChildren();
    const kind = kinds.get(select.value);
    legend.dataset.kind = kind ? kind.value : "marker";
    if (!kind) scaleOf(markers.get(select.value));
    else {
      const { n, cells } = events.tally(state.kept, kind).of;
      legend.append(make("p", "small", "Cells that events drawn stand for"));
      kind.names.forEach((name, code) => n[code] && entry(kind, name, code, cells[code]));
    }
  };
  const show = () => {
    state.chosen = -1;
    state.colour = select.value;
    explain();
    for (const small of thumbnails.children)
      small.setAttribute("aria-pressed", String(small.dataset.value === select.value));
    draw();
  };
  const entry = (kind, name, code, cells) => {
    const button = make("button", "entry");
    button.type = "button";
    button.setAttribute("aria-pressed", String(state.chosen === code));
    const swatch = make("span", "swatch");
    swatch.style.background = kind.colours[code];
    button.append(swatch, make("span", "label", (name || "none given") + counts.beside(kind, code)));
    button.append(make("span", "count", wholeNumber(cells)));
    button.addEventListener("click", () => {
      state.chosen = state.chosen === code ? -1 : code;
      for (const other of legend.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", String(state.chosen === code));
      draw();
    });
    legend.append(button);
  };

  // --- axes -------------------------------------------------------------------------------------
  const axes = (turned) => {
    const [other] = turned === across ? [up] : [across];
    if (turned.value === MAP) other.value = MAP;
    else if (other.value === MAP || other.value === turned.value)
      other.value = [...markers.keys()].find((value) => value !== turned.value) ?? MAP;
    if (other.value === MAP) turned.value = MAP; // there is no second marker
    state.at = events.places(across.value, up.value);
    state.ring = [];
    zoom(0);
  };
  for (const choice of [across, up]) {
    choice.append(new Option("map (UMAP)", MAP));
    for (const [value, marker] of markers) choice.append(new Option(marker.name, value));
    choice.addEventListener("change", () => axes(choice));
  }

  // --- the marker maps --------------------------------------------------------------------------
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
    const [low, high] = marker.shaded;
    for (let i = 0; i < data.n; i++) {
      const column = 4 + Math.round((events.x[i] / 65535 + (1 - data.width) / 2) * (side - 10));
      const row = 4 + Math.round((1 - events.y[i] / 65535 - (1 - data.height) / 2) * (side - 10));
      const level = Math.min(1, Math.max(0, (marker.levels[i] - low) / Math.max(high - low, 1e-9)));
      for (const place of [row * side + column, row * side + column + 1, (row + 1) * side + column, (row + 1) * side + column + 1])
        shelf[place] = Math.max(shelf[place], 1 + level * 254);
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
  const nearest = (x, y) => {
    const on = frame();
    let best = -1;
    let least = 256; // within 16 pixels: rare events are far apart
    for (let i = 0; i < data.n; i++) {
      if (!state.kept[i]) continue;
      const far = (px(on, state.at.u[i]) - x) ** 2 + (py(on, state.at.v[i]) - y) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  };
  const hide = () => {
    tip.hidden = true;
    tip.replaceChildren();
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const point = (event) => {
    const [x, y] = place(event);
    const i = nearest(x, y);
    hide();
    if (i < 0) return;
    tip.hidden = false;
    const tell = (label, value) => {
      const line = make("div", "");
      line.append(make("b", "", label), ` ${value}`);
      tip.append(line);
    };
    for (const kind of kinds.values()) tell(kind.value, kind.names[kind.codes[i]] || "none given");
    const shown = new Set([markers.get(across.value), markers.get(up.value), markers.get(select.value)]);
    for (const marker of shown) if (marker) tell(marker.name, events.told(marker, marker.levels[i]));
    if (events.weight[i] !== 1) tell("stands for", `${Number(events.weight[i].toPrecision(3))} cells`);
    tip.style.left = `${Math.min(x + 14, Math.max(canvas.clientWidth - tip.offsetWidth, 0))}px`;
    tip.style.top = `${y + 14}px`;
  };

  // --- moving and drawing around ----------------------------------------------------------------
  const clamp = (value) => Math.min(1, Math.max(0, value));
  const zoom = (factor) => {
    const first = state.chosen >= 0 && view.zoom === 1 ? kinds.get(select.value)?.places?.[state.chosen] : undefined;
    if (first >= 0) [view.x, view.y] = [clamp(state.at.u[first] / state.at.width), clamp(state.at.v[first] / state.at.height)];
    view.zoom = Math.min(12, Math.max(1, view.zoom * factor));
    if (view.zoom === 1) view.x = view.y = 0.5;
    touch();
    redraw();
  };
  const touch = () => {
    const drawing = lasso.getAttribute("aria-pressed") === "true";
    canvas.style.touchAction = view.zoom > 1 || drawing ? "none" : "auto";
    canvas.classList.toggle("movable", view.zoom > 1 && !drawing);
    canvas.classList.toggle("drawing", drawing);
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
  const drawing = (on) => {
    lasso.setAttribute("aria-pressed", String(on));
    touch();
  };
  lasso.addEventListener("click", () => drawing(lasso.getAttribute("aria-pressed") !== "true"));
  clear.addEventListener("click", () => {
    counts.forget();
    pick(null);
  });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    const ringing = lasso.getAttribute("aria-pressed") === "true";
    if (!ringing && view.zoom === 1) return;
    held = ringing ? "ring" : [event.clientX, event.clientY];
    if (ringing) state.ring = [back(frame(), ...place(event))];
    canvas.setPointerCapture(event.pointerId);
    hide();
  });
  canvas.addEventListener("pointerup", () => {
    if (held === "ring") pick(state.ring.length > 2 ? events.within(state.at, state.ring) : null, true);
    if (held === "ring" && state.ring.length <= 2) state.ring = [];
    held = null;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return point(event);
    const on = frame();
    if (held === "ring") {
      state.ring.push(back(on, ...place(event)));
      return drawRing();
    }
    const [dx, dy] = [event.clientX - held[0], event.clientY - held[1]];
    held = [event.clientX, event.clientY];
    view.x = clamp(view.x - dx / (on.sx * state.at.width));
    view.y = clamp(view.y + dy / (on.sy * state.at.height));
    redraw();
  });
  canvas.addEventListener("pointerleave", hide);
  document.getElementById("umap").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    held = null;
    drawing(false);
    counts.forget();
    pick(null);
  });

  const group = (label, options) => {
    if (!options.length) return;
    const holder = document.createElement("optgroup");
    holder.label = label;
    for (const [value, text] of options) holder.append(new Option(text, value));
    select.append(holder);
  };
  group("Events by", [...kinds.keys()].map((value) => [value, counts.word(value)]));
  group("Marker", [...markers].map(([value, marker]) => [value, marker.name]));
  if (kinds.has("population")) select.value = "population";
  select.addEventListener("change", () => show());
  document.getElementById("umap").hidden = false;
  show();
  refresh();
  new ResizeObserver(redraw).observe(canvas);
  const rest = [...markers];
  const next = () => {
    if (!rest.length) return;
    thumbnail(...rest.shift());
    setTimeout(next);
  };
  next();
})();
