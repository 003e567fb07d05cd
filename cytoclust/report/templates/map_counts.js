// What is selected on the map, in numbers; rows can be ticked, so that no pointer is needed.
const mapCounts = (events, select, refresh) => {
  const { data, kinds } = events;
  const [told, by, holder] = ["told", "by", "table"].map((id) => document.getElementById(`umap-${id}`));
  const table = document.createElement("table");
  table.createCaption().textContent = "Counts of the events drawn and of those selected";
  const heads = table.createTHead().insertRow();
  ["Select", "Events drawn", "Cells", "Cells selected", "of these cells"].forEach((title, column) => {
    const head = document.createElement("th");
    head.scope = "col";
    head.className = column ? "num" : "";
    head.textContent = title;
    heads.append(head);
  });
  const body = table.createTBody();
  body.id = "umap-rows";
  holder.append(table);
  const ticked = new Set();
  const word = (value) => (value === "timepoint" ? "time point" : value);

  const build = () => {
    ticked.clear();
    const kind = kinds.get(by.value);
    body.replaceChildren();
    kind.names.forEach((name, code) => {
      const row = body.insertRow();
      row.dataset.code = code;
      const head = document.createElement("th");
      head.scope = "row";
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.addEventListener("change", () => {
        if (box.checked) ticked.add(code);
        else ticked.delete(code);
        select(ticked.size ? events.ofCodes(kind, ticked) : null);
      });
      label.append(box, ` ${name || "none given"}${beside(kind, code)}`);
      head.append(label);
      row.append(head);
      for (let column = 0; column < 4; column++) row.insertCell().className = "num";
    });
  };
  const beside = (kind, code) => {
    const population = kinds.get("population");
    if (kind.value !== "cluster" || !population) return "";
    const i = kind.codes.indexOf(code);
    return i < 0 ? "" : ` ${population.names[population.codes[i]]}`;
  };

  const stands = (found, whole) => {
    const every = events.weight.every((each) => each === 1);
    const share = wholeNumber(found.cells) === wholeNumber(whole) ? "all" : `about ${wholeNumber(found.cells)} of`;
    return every ? "" : ` They stand for ${share} ${wholeNumber(whole)} cells`;
  };
  // Rows of a lasso stand by what it holds; ticked rows stay where they are.
  const sort = (mine) => {
    const held = (row) => (mine && !ticked.size ? mine.of.cells[row.dataset.code] : 0);
    const rows = [...body.rows];
    const sorted = [...rows].sort((a, b) => held(b) - held(a) || a.dataset.code - b.dataset.code);
    if (sorted.some((row, i) => row !== rows[i])) body.append(...sorted); // else the focus would be lost
  };
  const show = (kept, selected, filters) => {
    const kind = kinds.get(by.value);
    const shown = events.tally(kept, kind);
    const both = selected ? Uint8Array.from(kept, (each, i) => each & selected[i]) : null;
    const mine = both ? events.tally(both, kind) : null;
    const of = filters.length ? ` of ${filters.join(", ")}` : "";
    const unseen = data.cells - events.tally(events.all).cells;
    const rest = unseen > 0.5 ? ` ${wholeNumber(unseen)} cells are of clusters of which no event is drawn.` : "";
    if (mine) {
      const samples = kinds.get("sample");
      const spread = samples ? events.tally(both, samples).of.n.filter((n) => n).length : 0;
      const where = samples ? `, from ${spread} of ${events.tally(kept, samples).of.n.filter((n) => n).length} samples` : "";
      const stand = stands(mine, shown.cells);
      told.textContent =
        `Selected: ${wholeNumber(mine.n)} of ${wholeNumber(shown.n)} events drawn${of}${where}` +
        (stand ? `.${stand} (${percentOf(mine.cells, shown.cells)}).` : ` (${percentOf(mine.n, shown.n)}).`);
    } else {
      const stand = stands(shown, data.cells);
      told.textContent = `${wholeNumber(shown.n)} events drawn${of}.${stand}${stand ? "." : ""}${rest}`;
    }
    if (!ticked.size) sort(mine);
    for (const row of body.rows) {
      const [cells, code] = [row.cells, Number(row.dataset.code)];
      row.hidden = !shown.of.n[code];
      cells[0].querySelector("input").checked = ticked.has(code);
      cells[1].textContent = wholeNumber(shown.of.n[code]);
      cells[2].textContent = wholeNumber(shown.of.cells[code]);
      cells[3].textContent = mine ? wholeNumber(mine.of.cells[code]) : "";
      cells[4].textContent = mine ? percentOf(mine.of.cells[code], shown.of.cells[code]) : "";
    }
  };
  for (const value of kinds.keys()) by.append(new Option(word(value), value));
  document.getElementById("umap-counts").hidden = !kinds.size;
  if (kinds.size) build();
  by.addEventListener("change", () => {
    const chose = ticked.size;
    build();
    if (chose) select(null);
    else refresh();
  });
  return { show, forget: () => ticked.clear(), word, beside };
};
