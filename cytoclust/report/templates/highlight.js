// One choice of a sample, a patient or a group, seen in every table and figure.
(() => {
  const block = document.getElementById("who");
  if (!block) return;
  const who = JSON.parse(block.textContent);
  const select = document.getElementById("highlight");
  const told = document.getElementById("highlighted");
  const kinds = { group: "Group", patient: "Patient", sample: "Sample" };
  const members = new Map(); // "patient:P01": its samples
  for (const kind of Object.keys(kinds)) {
    const names = new Map();
    for (const each of who)
      if (each[kind]) names.set(each[kind], [...(names.get(each[kind]) ?? []), each.sample]);
    const alike = kind === "patient" && who.every((each) => each.patient === each.sample);
    if (!names.size || alike) continue; // samples without patients are their own
    const holder = document.createElement("optgroup");
    holder.label = `${kinds[kind]}s`;
    for (const [name, samples] of names) {
      members.set(`${kind}:${name}`, samples);
      holder.append(new Option(name, `${kind}:${name}`));
    }
    select.append(holder);
  }

  // A row belongs to a sample, or to a patient or group, by the column that names it.
  const rows = [];
  const known = new Set(who.map((each) => each.sample));
  for (const table of document.querySelectorAll("table")) {
    const titles = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.dataset.title?.toLowerCase());
    const [sample, patient] = [titles.indexOf("sample"), titles.indexOf("patient")];
    if (sample < 0 && patient < 0) continue;
    for (const row of table.tBodies[0].rows) {
      const name = row.cells[sample < 0 ? patient : sample]?.textContent.trim();
      const samples = sample < 0 ? members.get(`patient:${name}`) : known.has(name) ? [name] : undefined;
      if (samples) rows.push([row, samples]);
    }
  }
  const parts = [...document.querySelectorAll("[data-sample]")];

  // The samples behind a comparison become links when they are asked for: a large cohort has very many.
  for (const behind of document.querySelectorAll("details[data-behind]")) {
    const open = () => {
      const links = JSON.parse(behind.dataset.behind).map(([name, words, slug]) => {
        const link = document.createElement("a");
        link.href = `#${slug}`;
        link.dataset.sample = name;
        link.textContent = `${name} ${words}`;
        link.classList.toggle("lit", (members.get(select.value) ?? []).includes(name));
        parts.push(link);
        return link;
      });
      behind.querySelector("span").replaceWith(...links);
    };
    behind.addEventListener("toggle", open, { once: true });
  }

  // Pictures have a ring around each point of what is chosen, and a frame around each area.
  const pictures = [...document.querySelectorAll("[data-spots]")].map((holder) => [holder, null]);
  const ring = (samples) => {
    for (const picture of pictures) {
      const [holder] = picture;
      for (const old of holder.querySelectorAll("i")) old.remove();
      if (!samples.size) continue;
      picture[1] ??= JSON.parse(holder.dataset.spots);
      for (const [name, left, top, width, height] of picture[1]) {
        if (!samples.has(name)) continue;
        const mark = document.createElement("i");
        mark.className = "lit";
        mark.dataset.sample = name;
        mark.style.left = `${left}%`;
        mark.style.top = `${top}%`;
        if (width) {
          mark.classList.add("area");
          mark.style.width = `${width}%`;
          mark.style.height = `${height}%`;
        }
        holder.append(mark);
      }
    }
  };

  // The map of events has its own colours and legend: it is asked for the same kind and name.
  let pressed = null;
  const on_map = (kind, name) => {
    const colour = document.getElementById("umap-colour");
    const entries = () => [...document.querySelectorAll("#umap-legend .entry")];
    if (pressed?.isConnected && pressed.getAttribute("aria-pressed") === "true") pressed.click();
    pressed = null;
    if (!kind || !colour || ![...colour.options].some((option) => option.value === kind)) return;
    colour.value = kind;
    colour.dispatchEvent(new Event("change"));
    pressed = entries().find((entry) => entry.querySelector(".label")?.textContent === name) ?? null;
    if (pressed?.getAttribute("aria-pressed") === "false") pressed.click();
  };

  const show = () => {
    const samples = new Set(members.get(select.value) ?? []);
    const any = samples.size > 0;
    document.body.classList.toggle("lighting", any);
    let n_rows = 0;
    for (const [row, own] of rows) {
      const lit = own.some((name) => samples.has(name));
      row.classList.toggle("lit", lit);
      n_rows += lit;
    }
    for (const part of parts) part.classList.toggle("lit", samples.has(part.dataset.sample));
    ring(samples);
    const [kind, name] = [select.value.split(":", 1)[0], select.value.slice(select.value.indexOf(":") + 1)];
    on_map(any ? kind : "", name);
    const many = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
    told.textContent = any ? `${many(samples.size, "sample")}, ${many(n_rows, "row")}` : "";
    if (any) {
      const heard = document.createElement("span"); // the choice itself shows it
      heard.className = "hidden";
      heard.textContent = `${kinds[kind]} ${name}: `;
      told.prepend(heard);
    }
    document.dispatchEvent(new CustomEvent("highlight", { detail: { kind: any ? kind : "", name, samples: [...samples] } }));
  };
  select.addEventListener("change", show);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !select.value || event.target.matches?.("input, textarea")) return;
    select.value = "";
    show();
  });
  select.closest(".chooser").hidden = false;
})();
