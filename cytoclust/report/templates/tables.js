// Tables: sort by a column, filter rows, download the rows that are shown.
(() => {
  const plural = (n) => `${n} row${n === 1 ? "" : "s"}`;
  const collator = new Intl.Collator("en", { numeric: true });

  const key = (row, column) => row.children[column].dataset.sort ?? row.children[column].textContent;
  const number = (text) => (text === "" ? -Infinity : Number(text));
  const compare = (x, y) => {
    const [m, n] = [number(x), number(y)];
    if (!Number.isNaN(m) && !Number.isNaN(n)) return m === n ? 0 : m - n;
    return collator.compare(x, y);
  };

  const sort = (head) => {
    const body = head.closest("table").tBodies[0];
    const column = [...head.parentElement.children].indexOf(head);
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const keyed = [...body.rows].map((row) => [key(row, column), row]);
    body.append(...keyed.sort((a, b) => sign * compare(a[0], b[0])).map(([, row]) => row));
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  };

  const filter = (table, words, shown) => {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...table.tBodies[0].rows];
    let count = 0;
    for (const row of rows) {
      row.words ??= [...row.children].map((cell) => cell.textContent).join("\n").toLowerCase();
      row.hidden = !wanted.every((word) => row.words.includes(word));
      count += !row.hidden;
    }
    shown.textContent = wanted.length ? `${count} of ${plural(rows.length)}` : plural(rows.length);
  };

  // Text that a spreadsheet would run as a formula gets an apostrophe, as in the tables of the run; +3 and +CD4 do not.
  const safe_part = (part) => part.replace(/^(\s*)(?='*(?:[=@＝＠]\S|[+\-＋－].*[(|!\[]))/s, "$1'");
  const field = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value !== "string") return String(value);
    const safe = value.replace(/[^;\t\r\n]+/g, safe_part);
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const cells = (row) =>
    [...row.children].map((cell) =>
      cell.classList.contains("num") ? (cell.dataset.sort ?? cell.textContent) : cell.textContent);
  const download = (table, data, slug) => {
    const columns = data ? data.columns : [...table.tHead.rows[0].children].map((head) => head.textContent);
    const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden);
    const lines = [columns, ...rows.map((row) => (data ? data.rows[row.number] : cells(row)))];
    const text = lines.map((line) => line.map(field).join(",") + "\r\n").join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `${slug}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  for (const holder of document.querySelectorAll(".datatable")) {
    const table = holder.querySelector("table");
    const data_block = holder.querySelector("script.data");
    [...table.tBodies[0].rows].forEach((row, i) => (row.number = i));
    for (const button of table.tHead.querySelectorAll("button"))
      button.addEventListener("click", () => sort(button.parentElement));
    holder.querySelector("input")?.addEventListener("input", (event) =>
      filter(table, event.target.value, holder.querySelector(".shown")));
    holder.querySelector(".csv").addEventListener("click", () =>
      download(table, data_block && JSON.parse(data_block.textContent), holder.dataset.slug));
  }

  // Only what scrolls is a stop of the keyboard, and says that it scrolls.
  const fit = () => {
    for (const box of document.querySelectorAll(".box, .picture")) {
      const wide = box.scrollWidth > box.clientWidth + 1;
      if (wide || box.classList.contains("tall") || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
      const hint = box.nextElementSibling;
      if (hint?.matches(".hint")) hint.hidden = !wide;
    }
  };
  addEventListener("resize", fit);
  addEventListener("contentvisibilityautostatechange", fit); // tall tables are laid out when they come near
  addEventListener("load", fit);
  addEventListener("hashchange", fit); // the page of a patient is there when its link is followed
  for (const part of document.querySelectorAll("details")) part.addEventListener("toggle", fit);
  fit();
})();
