// The explorer's page: linked panes on canvases. It asks `call` for everything that is counted, and keeps no events.

const INK = "#22303c", SOFT = "#55626d", MOVED = "#c04f00", CHOSEN = "#b0006a", GREY = "#aab2b8";
const LEFT = 44, BOTTOM = 26, TOP = 6, RIGHT = 8; // pixels around the plot
const NEAR = 7; // pixels within which a cut or a corner is taken hold of

const ramp = (stops) => {
  const rgb = stops.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
  return Array.from({ length: 256 }, (_, level) => {
    const at = (level / 255) * (rgb.length - 1);
    const i = Math.min(Math.floor(at), rgb.length - 2);
    return rgb[i].map((value, k) => Math.round(value + (rgb[i + 1][k] - value) * (at - i)));
  });
};
const DENSITY = ramp(["#8fb6d3", "#4a93c6", "#1d5a8c", "#11805f", "#e69f00", "#fff3a0"]);
const BEHIND = ramp(["#d9dee2", "#bcc4ca", "#8b959d"]);
const FRONT = ramp(["#e58bc2", "#c9308e", "#8a0055", "#50003a"]);

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const numbers = (text, Kind) => new Kind(bytes(text).buffer);
const count = (n) => Math.round(n).toLocaleString("en");
const percent = (n, of) => {
  if (!of) return "–";
  const share = (100 * n) / of;
  return `${share >= 10 ? share.toFixed(0) : share >= 0.095 ? share.toFixed(1) : share ? share.toPrecision(1) : 0} %`;
};

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// --- one plot: a canvas with two axes -------------------------------------------------------------
class Plot {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
  }
  begin(x, y, [left, top, right, bottom]) {
    const ratio = Math.max(devicePixelRatio || 1, 1);
    const [w, h] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.canvas.width = Math.max(1, Math.round(w * ratio));
    this.canvas.height = Math.max(1, Math.round(h * ratio));
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.box = { left, top, width: w - left - right, height: h - top - bottom };
    [this.x, this.y] = [x, y];
  }
  across = (value) => this.box.left + ((value - this.x.low) / (this.x.high - this.x.low)) * this.box.width;
  down = (value) => this.box.top + (1 - (value - this.y.low) / (this.y.high - this.y.low)) * this.box.height;
  back = (px, py) => [
    this.x.low + ((px - this.box.left) / this.box.width) * (this.x.high - this.x.low),
    this.y.low + (1 - (py - this.box.top) / this.box.height) * (this.y.high - this.y.low),
  ];
  line(x1, y1, x2, y2, colour, width = 1, dash = []) {
    this.pen.strokeStyle = colour;
    this.pen.lineWidth = width;
    this.pen.setLineDash(dash);
    this.pen.beginPath();
    this.pen.moveTo(x1, y1);
    this.pen.lineTo(x2, y2);
    this.pen.stroke();
    this.pen.setLineDash([]);
  }
  axis(which) {
    const { left, top, width, height } = this.box;
    const bottom = top + height;
    this.pen.fillStyle = INK;
    this.pen.font = "11px system-ui, sans-serif";
    if (which === "x") {
      this.line(left, bottom, left + width, bottom, "#7c8791");
      this.pen.textAlign = "center";
      this.pen.textBaseline = "top";
      for (const [place, text] of this.x.ticks) {
        const at = this.across(place);
        this.line(at, bottom, at, bottom + 4, "#7c8791");
        this.pen.fillText(text, Math.min(at, left + width - 6), bottom + 6);
      }
    } else {
      this.line(left, top, left, bottom, "#7c8791");
      this.pen.textAlign = "right";
      this.pen.textBaseline = "middle";
      for (const [place, text] of this.y.ticks) {
        const at = this.down(place);
        this.line(left - 4, at, left, at, "#7c8791");
        this.pen.fillText(text, left - 6, Math.max(at, 6));
      }
    }
  }
  picture(text, side, colours) {
    const levels = bytes(text);
    const small = document.createElement("canvas");
    small.width = small.height = side;
    const brush = small.getContext("2d");
    const image = brush.createImageData(side, side);
    for (let i = 0; i < levels.length; i++) {
      if (!levels[i]) continue;
      image.data.set(colours[levels[i]], 4 * i);
      image.data[4 * i + 3] = 255;
    }
    brush.putImageData(image, 0, 0);
    const { left, top, width, height } = this.box;
    this.pen.imageSmoothingEnabled = width < side;
    this.pen.drawImage(small, left, top, width, height);
  }
  outline(points, colour, { closed = true, corners = false } = {}) {
    if (!points.length) return;
    this.pen.strokeStyle = colour;
    this.pen.lineWidth = 2;
    this.pen.beginPath();
    points.forEach(([x, y], i) => (i ? this.pen.lineTo(this.across(x), this.down(y)) : this.pen.moveTo(this.across(x), this.down(y))));
    if (closed) this.pen.closePath();
    this.pen.stroke();
    this.pen.fillStyle = colour;
    if (corners) for (const [x, y] of points) this.pen.fillRect(this.across(x) - 3, this.down(y) - 3, 6, 6);
  }
}

const inside = (points, [x, y]) => {
  let within = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [[ax, ay], [bx, by]] = [points[i], points[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
};
const corners = (part) =>
  part.kind === "box"
    ? [[part.x_range[0], part.y_range[0]], [part.x_range[1], part.y_range[0]], [part.x_range[1], part.y_range[1]], [part.x_range[0], part.y_range[1]]]
    : part.vertices;

// --- the explorer ---------------------------------------------------------------------------------
export async function mount(root, call) {
  root.classList.add("ct-explore");
  root.replaceChildren(make("p", { class: "small", role: "status" }, "Reading…"));
  const view = { tool: "cuts", within: false, pairs: [], draft: null, hold: null };
  let state;
  try {
    state = await call({ do: "open", want: { histograms: true, tables: true, map: true } });
  } catch (error) {
    root.replaceChildren(make("p", { class: "fault", role: "alert" }, String(error.message || error)));
    return { refresh: () => {} };
  }
  view.pairs = state.pairs.map((pair) => [...pair]);
  const marker = new Map(state.markers.map((each) => [each.name, each]));

  // One request is under way at a time; what is asked meanwhile waits, and the latest word counts.
  let busy = false, waiting = null;
  const fault = make("p", { class: "fault", role: "alert" });
  const notes = make("p", { class: "note", role: "status" });
  const ask = async (change = {}, light = false) => {
    waiting = { ...(waiting || {}), ...change, light: light && (waiting?.light ?? true) };
    if (busy) return;
    busy = true;
    root.dataset.busy = "true";
    while (waiting) {
      const { light: brief, ...changes } = waiting;
      waiting = null;
      try {
        const want = { pairs: view.pairs, tables: true, histograms: !brief, map: !brief && Boolean(state.map) };
        const told = await call({ do: "update", ...changes, want });
        fault.textContent = "";
        const kept = view.hold ? { selection: state.selection } : {};
        Object.assign(state, told, kept);
      } catch (error) {
        fault.textContent = String(error.message || error);
        view.hold = null;
      }
      draw();
    }
    busy = false;
    root.dataset.busy = "false";
  };

  // --- heading: what is looked at
  const heading = make("header", {}, make("h1", {}, state.title));
  const words = { patient_id: "Patient", timepoint: "Visit", group: "Group", batch: "Batch", sample_id: "Sample", qc: "Quality" };
  const choices = {};
  const several = (values) => (values.length === 1 ? values[0] : "");
  const chooser = (column, label, options) => {
    const select = make("select", { "data-filter": column, onchange: () => {
      const filters = { ...state.filters };
      if (select.value === "") delete filters[column];
      else filters[column] = [select.value];
      ask({ filters });
    } }, new Option(column === "qc" ? "all events" : "all", ""), ...options.map((value) => new Option(column === "qc" && value === "ok" ? "passed" : value, value)));
    choices[column] = select;
    return make("label", {}, `${label} `, select);
  };
  for (const [column, label] of Object.entries(words))
    if (state.options[column] && !(column === "sample_id" && state.options.patient_id?.length === state.options.sample_id.length))
      heading.append(chooser(column, label, state.options[column]));
  if (state.named) heading.append(chooser("population", "Population", [...new Set(state.populations)].sort()));
  const told = make("span", { class: "told", role: "status" });
  heading.append(told);

  // --- tools
  const tools = make("span", { class: "tools", role: "group", "aria-label": "What the pointer does" });
  for (const [tool, text, title] of [["cuts", "Move", "Drag cuts, corners and gates"], ["polygon", "Polygon", "Click corner after corner; a double click or Enter closes it"], ["box", "Box", "Drag from corner to corner"]])
    tools.append(make("button", { type: "button", "data-tool": tool, title, "aria-pressed": String(tool === "cuts"), onclick: () => {
      view.tool = tool;
      view.draft = null;
      for (const other of tools.children) other.setAttribute("aria-pressed", String(other.dataset.tool === tool));
      draw();
    } }, text));
  const within = make("input", { type: "checkbox", onchange: () => (view.within = within.checked) });
  const clear = make("button", { type: "button", "data-do": "clear", onclick: () => choose([]) }, "Clear selection");
  const undo = make("button", { type: "button", "data-do": "reset", onclick: () => Promise.all(Object.keys(state.moved).map((name) => ask({ cut: { marker: name, at: null } }))) }, "Cuts as learnt");
  const hint = make("span", { class: "small" });
  const bar = make("div", { class: "bar" }, tools, make("label", {}, within, " within the selection"), clear, undo, hint);
  const choose = (selection, light = false) => {
    state.selection = selection;
    ask({ selection }, light);
  };
  const add = (part) => choose(view.within ? [...state.selection, part] : [part]);

  // --- biplots
  const panes = make("div", { class: `panes${state.map ? "" : " two"}` });
  const biplots = view.pairs.map((pair, number) => {
    const axes = ["x", "y"].map((which, i) => {
      const select = make("select", { "aria-label": `${which} axis of biplot ${number + 1}`, "data-axis": which, onchange: () => {
        view.pairs[number][i] = select.value;
        if (view.pairs[number][0] === view.pairs[number][1]) view.pairs[number][1 - i] = state.markers.find((each) => each.name !== select.value).name;
        ask();
      } }, ...state.markers.map((each) => new Option(each.label, each.name)));
      return select;
    });
    const canvas = make("canvas", { role: "img", tabindex: "0", "data-biplot": String(number) });
    const stage = make("div", { class: "stage" }, canvas);
    const quadrants = [0, 1, 2, 3].map((place) => {
      const button = make("button", { type: "button", class: "quadrant", title: "Select this quadrant", onclick: () => {
        const [x, y] = view.pairs[number];
        const parts = [{ kind: "side", marker: x, positive: Boolean(place & 1) }, { kind: "side", marker: y, positive: Boolean(place & 2) }];
        choose(view.within ? [...state.selection, ...parts] : parts);
      } });
      stage.append(button);
      return button;
    });
    panes.append(make("section", { class: "pane", "aria-label": `Biplot ${number + 1}` }, make("div", { class: "head" }, make("span", { class: "small" }, "x"), axes[0], make("span", { class: "small" }, "y"), axes[1]), stage));
    const one = { number, canvas, axes, quadrants, plot: new Plot(canvas) };
    pointing(one);
    return one;
  });

  const drawBiplot = (one) => {
    const [x, y] = view.pairs[one.number];
    const drawn = (state.drawn || []).find((each) => each.x === x && each.y === y);
    one.axes.forEach((select, i) => (select.value = view.pairs[one.number][i]));
    const { plot } = one;
    plot.begin(marker.get(x), marker.get(y), [LEFT, TOP, RIGHT, BOTTOM]);
    if (drawn) {
      plot.picture(drawn.shown, drawn.side, drawn.selected ? BEHIND : DENSITY);
      if (drawn.selected) plot.picture(drawn.selected, drawn.side, FRONT);
    }
    plot.axis("x");
    plot.axis("y");
    const { left, top, width, height } = plot.box;
    for (const [name, upright] of [[x, true], [y, false]]) {
      const cut = state.cuts[name];
      if (!cut) continue;
      const draw = (at, ...look) => (upright ? plot.line(plot.across(at), top, plot.across(at), top + height, ...look) : plot.line(left, plot.down(at), left + width, plot.down(at), ...look));
      for (const other of cut.others) draw(other, SOFT, 1, [3, 3]);
      draw(cut.at, cut.moved ? MOVED : INK, 1.6);
    }
    for (const part of state.selection) if (part.vertices || part.x_range) if (part.x === x && part.y === y) plot.outline(corners(part), CHOSEN, { corners: true });
    if (view.draft?.one === one) plot.outline(view.draft.points, CHOSEN, { closed: view.draft.kind === "box", corners: view.draft.kind !== "box" });
    const fours = drawn?.quadrants;
    one.quadrants.forEach((button, place) => {
      button.hidden = !fours;
      if (!fours) return;
      const total = fours[0].reduce((a, b) => a + b, 0);
      button.textContent = `${percent(fours[0][place], total)} · ${count(fours[0][place])}`;
      button.setAttribute("aria-label", `Select ${x}${place & 1 ? "+" : "−"} ${y}${place & 2 ? "+" : "−"}: ${count(fours[0][place])} events`);
      button.style[place & 1 ? "right" : "left"] = `${place & 1 ? RIGHT + 2 : LEFT + 4}px`;
      button.style[place & 2 ? "top" : "bottom"] = `${place & 2 ? TOP + 2 : BOTTOM + 4}px`;
    });
    one.canvas.dataset.drawn = `${x} ${y}`;
    one.canvas.setAttribute("aria-label", `${x} against ${y}, ${count(state.shown)} events, ${count(state.selected)} selected`);
  };

  function pointing(one) {
    const { canvas, plot } = one;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const grip = ([px, py]) => {
      const [x, y] = view.pairs[one.number];
      for (let i = state.selection.length - 1; i >= 0; i--) {
        const part = state.selection[i];
        if (!(part.vertices || part.x_range) || part.x !== x || part.y !== y) continue;
        const at = corners(part).findIndex(([a, b]) => Math.hypot(plot.across(a) - px, plot.down(b) - py) < NEAR);
        if (at >= 0) return { kind: "corner", part: i, corner: at };
      }
      const [cx, cy] = [state.cuts[x], state.cuts[y]];
      if (cx && Math.abs(plot.across(cx.at) - px) < NEAR) return { kind: "cut", marker: x, i: 0 };
      if (cy && Math.abs(plot.down(cy.at) - py) < NEAR) return { kind: "cut", marker: y, i: 1 };
      for (let i = state.selection.length - 1; i >= 0; i--) {
        const part = state.selection[i];
        if ((part.vertices || part.x_range) && part.x === x && part.y === y && inside(corners(part), plot.back(px, py))) return { kind: "whole", part: i, from: plot.back(px, py) };
      }
      return null;
    };
    const move = (hold, at) => {
      if (hold.kind === "cut") {
        state.cuts[hold.marker] = { ...state.cuts[hold.marker], at: at[hold.i], others: [], moved: true };
        ask({ cut: { marker: hold.marker, at: at[hold.i] } }, true);
        return;
      }
      const parts = structuredClone(state.selection);
      const part = parts[hold.part];
      if (hold.kind === "corner" && part.kind === "box") {
        const far = corners(part)[(hold.corner + 2) % 4];
        part.x_range = [Math.min(far[0], at[0]), Math.max(far[0], at[0])];
        part.y_range = [Math.min(far[1], at[1]), Math.max(far[1], at[1])];
        hold.corner = corners(part).findIndex(([a, b]) => a === at[0] && b === at[1]);
        if (far[0] === at[0] || far[1] === at[1]) return;
      } else if (hold.kind === "corner") part.vertices[hold.corner] = at;
      else {
        const [dx, dy] = [at[0] - hold.from[0], at[1] - hold.from[1]];
        hold.from = at;
        if (part.kind === "box") [part.x_range, part.y_range] = [part.x_range.map((v) => v + dx), part.y_range.map((v) => v + dy)];
        else part.vertices = part.vertices.map(([a, b]) => [a + dx, b + dy]);
      }
      choose(parts, true);
    };
    const close = () => {
      const { points } = view.draft;
      view.draft = null;
      const [x, y] = view.pairs[one.number];
      if (points.length >= 3) add({ kind: "polygon", x, y, vertices: points });
      else draw();
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const at = place(event);
      const value = plot.back(...at);
      if (view.tool === "cuts") {
        view.hold = grip(at);
        if (view.hold) canvas.setPointerCapture(event.pointerId);
      } else if (view.tool === "box") {
        view.draft = { one, kind: "box", from: value, points: [value, value, value, value] };
        canvas.setPointerCapture(event.pointerId);
      } else {
        if (view.draft?.one !== one) view.draft = { one, kind: "polygon", points: [] };
        const first = view.draft.points[0];
        if (first && view.draft.points.length > 2 && Math.hypot(plot.across(first[0]) - at[0], plot.down(first[1]) - at[1]) < NEAR) return close();
        view.draft.points.push(value);
        drawBiplot(one);
      }
    });
    canvas.addEventListener("pointermove", (event) => {
      const at = place(event);
      const value = plot.back(...at);
      if (view.hold) {
        move(view.hold, value);
        drawBiplot(one);
      } else if (view.draft?.one === one && view.draft.kind === "box") {
        const [a, b] = view.draft.from;
        view.draft.points = [[a, b], [value[0], b], value, [a, value[1]]];
        drawBiplot(one);
      } else if (view.tool === "cuts") {
        const found = grip(at);
        canvas.style.cursor = !found ? "default" : found.kind === "cut" ? (found.i ? "row-resize" : "col-resize") : "move";
      } else canvas.style.cursor = "crosshair";
    });
    canvas.addEventListener("pointerup", () => {
      if (view.hold) {
        view.hold = null;
        ask();
      } else if (view.draft?.one === one && view.draft.kind === "box") {
        const [[a, b], , [c, d]] = view.draft.points;
        view.draft = null;
        const [x, y] = view.pairs[one.number];
        if (a !== c && b !== d) add({ kind: "box", x, y, x_range: [Math.min(a, c), Math.max(a, c)], y_range: [Math.min(b, d), Math.max(b, d)] });
        else draw();
      }
    });
    canvas.addEventListener("dblclick", () => {
      if (view.draft?.one !== one || view.draft.kind !== "polygon") return;
      view.draft.points.pop(); // the second click of the two
      close();
    });
    canvas.addEventListener("keydown", (event) => {
      if (view.draft?.one !== one) return;
      if (event.key === "Enter") close();
      if (event.key === "Escape") {
        view.draft = null;
        drawBiplot(one);
      }
    });
  }

  // --- the map
  let drawMap = () => {};
  if (state.map) {
    const map = state.map;
    const [mx, my, mc] = [numbers(map.x, Uint16Array), numbers(map.y, Uint16Array), numbers(map.cluster, Int16Array)];
    const canvas = make("canvas", { role: "img", "data-map": "" });
    const tip = make("div", { class: "tip", hidden: true });
    const plot = new Plot(canvas);
    panes.prepend(make("section", { class: "pane", "aria-label": "Map" }, make("div", { class: "head" }, make("h2", {}, "Map"), make("span", { class: "small" }, `UMAP of ${count(map.n)} events; drag a lasso, click a cluster`)), make("div", { class: "stage" }, canvas, tip)));
    let lasso = null;
    const ends = () => {
      const [w, h] = [canvas.clientWidth - 16, canvas.clientHeight - 16];
      const wide = (65535 * Math.max(w, h)) / Math.min(w, h);
      const [bx, by] = w > h ? [wide, 65535] : [65535, wide];
      return [{ low: (65535 - bx) / 2, high: (65535 + bx) / 2 }, { low: (65535 - by) / 2, high: (65535 + by) / 2 }];
    };
    drawMap = () => {
      plot.begin(...ends(), [8, 8, 8, 8]);
      const flags = state.flags ? bytes(state.flags) : null;
      const some = state.selected > 0;
      const size = Math.min(3, Math.max(1.2, Math.sqrt(30000 / map.n)));
      const colour = state.populations.map((name) => state.colours[name] || GREY);
      const only = state.named ? colour : state.populations.map((_, i) => `hsl(${(i * 137.5) % 360} 60% 45%)`);
      const groups = new Map();
      for (let i = 0; i < map.n; i++) {
        const flag = flags ? flags[i] : 1;
        const shade = flag === 0 ? null : some ? (flag === 2 ? CHOSEN : "#cfd5d9") : mc[i] < 0 ? "#d5dade" : only[mc[i]];
        if (!shade) continue;
        if (!groups.has(shade)) groups.set(shade, []);
        groups.get(shade).push(i);
      }
      for (const [shade, rows] of [...groups].sort((a, b) => (a[0] === CHOSEN) - (b[0] === CHOSEN) || b[1].length - a[1].length)) {
        plot.pen.fillStyle = shade;
        for (const i of rows) plot.pen.fillRect(plot.across(mx[i]) - size / 2, plot.down(my[i]) - size / 2, size, size);
      }
      const toGrid = ([a, b]) => [((a - map.low[0]) / map.span) * 65535, ((b - map.low[1]) / map.span) * 65535];
      for (const part of state.selection) if (part.kind === "lasso") plot.outline(part.vertices.map(toGrid), CHOSEN);
      if (lasso) plot.outline(lasso, CHOSEN, { closed: false });
      canvas.dataset.drawn = "map";
      canvas.setAttribute("aria-label", `UMAP of ${count(map.n)} events, coloured by ${some ? "selection" : state.named ? "population" : "cluster"}`);
    };
    const near = (event) => {
      const box = canvas.getBoundingClientRect();
      const [px, py] = [event.clientX - box.left, event.clientY - box.top];
      let best = -1, least = 100;
      for (let i = 0; i < map.n; i++) {
        const far = (plot.across(mx[i]) - px) ** 2 + (plot.down(my[i]) - py) ** 2;
        if (far < least) [best, least] = [i, far];
      }
      return [best, px, py];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      const box = canvas.getBoundingClientRect();
      lasso = [plot.back(event.clientX - box.left, event.clientY - box.top)];
    });
    canvas.addEventListener("pointermove", (event) => {
      const [best, px, py] = near(event);
      if (lasso) {
        lasso.push(plot.back(px, py));
        tip.hidden = true;
        return drawMap();
      }
      tip.hidden = best < 0 || mc[best] < 0;
      if (tip.hidden) return;
      tip.textContent = `cluster ${state.clusters[mc[best]]}${state.named ? `: ${state.populations[mc[best]]}` : ""}`;
      tip.style.left = `${Math.min(px + 12, canvas.clientWidth - 130)}px`;
      tip.style.top = `${py + 12}px`;
    });
    canvas.addEventListener("pointerleave", () => (tip.hidden = true));
    canvas.addEventListener("pointerup", (event) => {
      const drawn = lasso || [];
      lasso = null;
      const [best] = near(event);
      const back = ([a, b]) => [map.low[0] + (a / 65535) * map.span, map.low[1] + (b / 65535) * map.span];
      const step = Math.max(1, Math.ceil(drawn.length / 500));
      if (drawn.length > 8) add({ kind: "lasso", vertices: drawn.filter((_, i) => i % step === 0).map(back) });
      else if (best >= 0 && mc[best] >= 0) toggle(state.clusters[mc[best]]);
      else drawMap();
    });
  }
  const toggle = (cluster) => {
    const at = state.selection.findIndex((part) => part.kind === "clusters");
    const had = at >= 0 ? state.selection[at].clusters : [];
    const now = had.includes(cluster) ? had.filter((each) => each !== cluster) : [...had, cluster];
    const others = view.within ? state.selection.filter((_, i) => i !== at) : [];
    choose(now.length ? [...others, { kind: "clusters", clusters: now }] : others);
  };

  // --- histograms
  const lines = make("div", { class: "lines" });
  const order = [...state.markers].sort((a, b) => b.cuttable - a.cuttable);
  const histograms = order.map((each) => {
    const canvas = make("canvas", { role: "img", "data-line": each.name });
    const plot = new Plot(canvas);
    const input = make("input", { type: "text", inputmode: "decimal", "aria-label": `Cut of ${each.name}, in the unit of the file`, title: "Cut, in the unit of the file after compensation", onchange: () => {
      const value = Number(input.value);
      if (input.value.trim() === "") ask({ cut: { marker: each.name, at: null } });
      else if (Number.isFinite(value)) ask({ cut: { marker: each.name, signal: value } });
      else drawLine(one);
    } });
    const back = make("button", { type: "button", class: "undo", title: "As learnt", "aria-label": `Cut of ${each.name} as learnt`, onclick: () => ask({ cut: { marker: each.name, at: null } }) }, "↺");
    const box = make("div", { class: "line" }, make("div", { class: "name" }, make("b", { title: each.label }, each.name), ...(each.cuttable ? [make("span", { class: "tools" }, back, input)] : [])), canvas);
    lines.append(box);
    const one = { each, canvas, plot, input, back, box };
    let held = false;
    const at = (event) => plot.back(event.clientX - canvas.getBoundingClientRect().left, 0)[0];
    const moved = (value) => {
      state.cuts[each.name] = { ...(state.cuts[each.name] || { signal: null }), at: value, others: [], moved: true };
      drawLine(one);
      ask({ cut: { marker: each.name, at: value } }, true);
    };
    canvas.addEventListener("pointerdown", (event) => {
      const cut = state.cuts[each.name];
      held = each.cuttable && cut && Math.abs(plot.across(cut.at) - plot.across(at(event))) < NEAR;
      if (held) canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const cut = state.cuts[each.name];
      canvas.style.cursor = each.cuttable && cut && Math.abs(plot.across(cut.at) - plot.across(at(event))) < NEAR ? "col-resize" : "default";
      if (held) {
        view.hold ??= { kind: "line" };
        moved(at(event));
      }
    });
    canvas.addEventListener("pointerup", () => {
      if (!held) return;
      held = false;
      view.hold = null;
      ask();
    });
    canvas.addEventListener("dblclick", (event) => {
      if (each.cuttable && !state.cuts[each.name]) ask({ cut: { marker: each.name, at: at(event) } });
    });
    return one;
  });
  const drawLine = (one) => {
    const { plot, each } = one;
    const drawn = (state.histograms || []).find((found) => found.name === each.name);
    plot.begin(each, { low: 0, high: 1.05, ticks: [] }, [4, 2, 4, 18]);
    const area = (heights, fill, stroke) => {
      if (!heights.some((height) => height > 0)) return;
      const { left, width } = plot.box;
      plot.pen.beginPath();
      plot.pen.moveTo(left, plot.down(0));
      heights.forEach((height, i) => plot.pen.lineTo(left + ((i + 0.5) / heights.length) * width, plot.down(Math.sqrt(height))));
      plot.pen.lineTo(left + width, plot.down(0));
      plot.pen.fillStyle = fill;
      plot.pen.fill();
      plot.pen.strokeStyle = stroke;
      plot.pen.lineWidth = 1;
      plot.pen.stroke();
    };
    if (drawn) {
      area(drawn.heights[0], "#d3dde5", "#7f93a3");
      if (state.selected > 0) area(drawn.heights[1], "rgb(176 0 106 / .25)", CHOSEN);
    }
    plot.axis("x");
    const cut = state.cuts[each.name];
    if (cut) {
      const { top, height } = plot.box;
      for (const other of cut.others) plot.line(plot.across(other), top, plot.across(other), top + height, SOFT, 1, [3, 3]);
      plot.line(plot.across(cut.at), top, plot.across(cut.at), top + height, cut.moved ? MOVED : INK, 1.6);
    }
    one.box.classList.toggle("moved", Boolean(cut?.moved));
    one.back.hidden = !cut?.moved;
    if (document.activeElement !== one.input) one.input.value = cut?.signal ?? "";
    one.input.placeholder = "no cut";
    one.canvas.setAttribute("aria-label", `Events by ${each.name}${cut ? `, cut at ${cut.signal}` : ", no cut"}`);
  };

  // --- tables
  const clusterBody = make("tbody"), sampleBody = make("tbody");
  const column = (text, kind = null) => make("th", { scope: "col", class: kind }, text);
  const clusterTable = make("table", {}, make("thead", {}, make("tr", {}, column("Cluster", "code"), column(state.named ? "Population" : "Phenotype"), column(state.named ? "Phenotype" : "", "wide"), column("Events", "n"), column("%", "n part"), column("Selected", "n"))), clusterBody);
  const sampleTable = make("table", {}, make("thead", {}, make("tr", {}, column("Sample", "sample"), column("Who and when"), column("Selected", "n"), column("of", "n"), column("%", "n part"))), sampleBody);
  const drawTables = () => {
    const chosen = new Set(state.selection.filter((part) => part.kind === "clusters").flatMap((part) => part.clusters));
    const rows = [...(state.table || [])].sort((a, b) => b.n_selected - a.n_selected || b.n_events - a.n_events);
    clusterBody.replaceChildren(...rows.map((row) => {
      const swatch = make("span", { class: "swatch" });
      swatch.style.background = state.colours[row.population] || GREY;
      const renamed = row.population !== row.before;
      const name = make("td", { class: state.named ? "population" : "population spelt", title: state.named ? row.population : row.phenotype }, ...(state.named ? [swatch, row.population] : [row.phenotype]), ...(renamed ? [make("s", {}, row.before)] : []));
      const button = make("button", { type: "button", "aria-pressed": String(chosen.has(row.cluster)), "aria-label": `Select cluster ${row.cluster}`, onclick: () => toggle(row.cluster) }, row.cluster);
      return make("tr", { class: `${chosen.has(row.cluster) ? "chosen" : ""}${renamed ? " renamed" : ""}`, "data-cluster": row.cluster }, make("td", {}, button), name, make("td", { class: "wide", title: row.phenotype }, state.named ? row.phenotype : ""), make("td", { class: "n" }, count(row.n_events)), make("td", { class: "n" }, percent(row.n_events, state.shown)), make("td", { class: "n" }, row.n_selected ? count(row.n_selected) : ""));
    }));
    const sheet = new Map(state.sheet.map((row) => [row.sample_id, row]));
    const seen = (state.samples || []).filter((row) => row.n_events > 0);
    sampleBody.replaceChildren(...seen.map((row) => {
      const known = sheet.get(row.sample_id) || {};
      const who = ["patient_id", "timepoint", "group"].map((name) => known[name]).filter(Boolean).join(", ");
      return make("tr", { "data-sample": row.sample_id }, make("td", { class: "sample", title: row.sample_id }, row.sample_id), make("td", {}, who), make("td", { class: "n" }, count(row.n_selected)), make("td", { class: "n" }, count(row.n_events)), make("td", { class: "n" }, percent(row.n_selected, row.n_events)));
    }));
  };

  // --- what comes out
  const nameOf = make("input", { type: "text", value: "selection", "aria-label": "Name of the selection", size: "16" });
  const result = make("pre", { hidden: true, tabindex: "0", "data-result": "" });
  const said = make("p", { class: "small", role: "status" });
  const next = make("pre", { hidden: true, tabindex: "0", "data-next": "", "aria-label": "The run that uses it" });
  const copy = make("button", { type: "button", hidden: true, onclick: () => navigator.clipboard?.writeText(result.textContent) }, "Copy");
  const produce = async (what) => {
    try {
      const made = await call({ do: "make", what, name: nameOf.value, save: state.saves });
      fault.textContent = "";
      result.hidden = copy.hidden = false;
      result.textContent = made.text;
      said.textContent = made.saved ? `${made.said} Written to ${made.saved}.` : made.said;
      next.textContent = made.next || "";
      next.hidden = !made.next;
    } catch (error) {
      fault.textContent = String(error.message || error);
      fault.scrollIntoView({ block: "nearest" });
    }
  };
  const outs = [["thresholds", "Cuts"], ["rule", "Rule"], ["gate", "Gate"]].map(([what, text]) => make("button", { type: "button", "data-make": what, onclick: () => produce(what) }, text));
  const gates = make("ul", { class: "gates" });
  const sides = (part) =>
    part.kind === "side" ? `${part.marker}${part.positive ? "+" : "−"}` : part.kind === "clusters" ? `clusters ${part.clusters.join(", ")}` : part.kind === "lasso" ? "lasso on the map" : `${part.kind} on ${part.x} and ${part.y}`;
  const drawGates = () => {
    gates.replaceChildren(...state.selection.map((part, i) => make("li", {}, sides(part), make("button", { type: "button", "aria-label": `Leave out ${sides(part)}`, onclick: () => choose(state.selection.filter((_, j) => j !== i)) }, "×"))));
  };
  const selectionPane = make("section", { class: "pane", "aria-label": "Selection" }, make("div", { class: "head" }, make("h2", {}, "Selection")), gates, make("div", { class: "bar" }, nameOf, ...outs, copy), said, next, result, make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Selected events by sample" }, sampleTable));
  const below = make("div", { class: "below" }, make("section", { class: "pane", "aria-label": "Markers" }, make("div", { class: "head" }, make("h2", {}, "Markers"), make("span", { class: "small" }, "drag a cut, or type it in the unit of the file")), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Histograms" }, lines)), make("section", { class: "pane", "aria-label": "Clusters" }, make("div", { class: "head" }, make("h2", {}, "Clusters")), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of clusters" }, clusterTable)), selectionPane);

  const draw = () => {
    for (const [column, select] of Object.entries(choices)) select.value = several(state.filters[column] || []);
    told.replaceChildren(make("b", {}, count(state.shown)), ` of ${count(state.n)} events${state.weighted ? " (weighted)" : ""}`, ...(state.selection.length ? [", selected ", make("b", {}, count(state.selected)), ` (${percent(state.selected, state.shown)})`] : []));
    clear.disabled = !state.selection.length;
    undo.disabled = !Object.keys(state.moved).length;
    outs[0].disabled = undo.disabled;
    outs[1].disabled = outs[2].disabled = clear.disabled;
    hint.textContent = { cuts: "Drag a cut; click a percentage to select its quadrant.", polygon: "Click corner after corner; a double click closes.", box: "Drag from corner to corner." }[view.tool];
    notes.textContent = (state.notes || []).join(" ");
    drawMap();
    biplots.forEach(drawBiplot);
    histograms.forEach(drawLine);
    drawTables();
    drawGates();
  };
  root.replaceChildren(heading, bar, fault, notes, panes, below);
  if (document.body.classList.contains("ct-page")) document.title = `${state.title}: explorer`;
  new ResizeObserver(() => draw()).observe(panes);
  await ask();
  return {
    refresh: () => ask(),
    knows: (name, value) => JSON.stringify(state[name]) === JSON.stringify(value),
  };
}

// --- two ways to be shown -------------------------------------------------------------------------
// In Jupyter: messages of the widget.
async function render({ model, el }) {
  const open = new Map();
  let last = 0;
  model.on("msg:custom", (message) => {
    const wait = open.get(message.id);
    if (!wait) return;
    open.delete(message.id);
    if (message.error) wait.fail(new Error(message.error));
    else wait.done(message.told);
  });
  const call = (request) =>
    new Promise((done, fail) => {
      last += 1;
      open.set(last, { done, fail });
      model.send({ id: last, request });
    });
  const page = await mount(el, call);
  const names = { selection: "selection", thresholds: "moved", filters: "filters" };
  for (const [trait, name] of Object.entries(names)) model.on(`change:${trait}`, () => page.knows?.(name, model.get(trait)) || page.refresh());
}
export default { render };

// Served: requests to where the page is from.
const served = typeof document !== "undefined" && document.getElementById("explorer");
if (served && document.body.classList.contains("ct-page"))
  mount(served, async (request) => {
    const answer = await fetch("api", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
    return told;
  });
