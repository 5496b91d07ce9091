// Tables that sort, filter, search, unfold and export. Rows are the page's own; nothing is made from text.
"use strict";
document.querySelectorAll(".tabled").forEach(box => {
  const table = box.querySelector("table"), body = table.tBodies[0], rest = box.querySelector("template");
  const rows = [...body.rows, ...(rest ? rest.content.querySelectorAll("tr") : [])];
  const headings = [...table.tHead.rows[0].cells];
  const page = Number(box.dataset.first);
  let shown = rows, limit = page;

  // a band's sign stands before its name
  const plain = cell => (cell.querySelector(".sign")?.nextSibling ?? cell).textContent.trim();
  const key = (row, n) => {
    const value = row.cells[n].dataset.v;
    if (value === undefined) return plain(row.cells[n]).toLowerCase();
    return value === "" ? null : Number(value);
  };
  const draw = () => {
    body.replaceChildren(...shown.slice(0, limit));
    status.textContent = shown.length === rows.length ? `${rows.length} rows` : `${shown.length} of ${rows.length} rows`;
    more.hidden = shown.length <= limit;
    more.textContent = `Show ${Math.min(shown.length - limit, 200)} more`;
  };

  headings.forEach((heading, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach(other => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keys = new Map(rows.map(row => [row, key(row, n)]));
      rows.sort((a, b) => { // what has no value comes last either way
        const x = keys.get(a), y = keys.get(b);
        if (x === null || y === null) return (x === null) - (y === null);
        const order = typeof x === "number" ? x - y : x.localeCompare(y);
        return down ? -order : order;
      });
      filter();
    });
  });

  const controls = document.createElement("div");
  controls.className = "controls";
  const labelled = (text, control) => {
    const label = document.createElement("label");
    label.append(text, control);
    controls.append(label);
    return control;
  };
  const search = document.createElement("input");
  search.type = "search";
  const selects = [];
  const isLong = rows.length > 12;
  if (isLong) {
    labelled("Search", search);
    for (const name of box.dataset.filters.split("|").filter(Boolean)) {
      const n = headings.findIndex(heading => heading.textContent === name);
      if (n < 0) continue;
      const select = document.createElement("select");
      const values = [...new Set(rows.map(row => plain(row.cells[n])))].sort((a, b) => a.localeCompare(b));
      select.append(new Option("all", ""), ...values.map(value => new Option(value, value)));
      selects.push([n, labelled(name, select)]);
    }
  }
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "note";
  const save = document.createElement("button");
  save.type = "button";
  save.textContent = "CSV";
  save.setAttribute("aria-label", `Save these rows as CSV: ${table.caption.textContent}`);
  controls.append(status, save);
  if (isLong) box.prepend(controls);
  const more = document.createElement("button");
  more.type = "button";
  more.className = "more";
  box.append(more);

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    shown = rows.filter(row => (!wanted || row.textContent.toLowerCase().includes(wanted))
      && selects.every(([n, select]) => !select.value || plain(row.cells[n]) === select.value));
    draw();
  };
  search.addEventListener("input", filter);
  selects.forEach(([, select]) => select.addEventListener("change", () => { limit = page; filter(); }));
  more.addEventListener("click", () => { limit += 200; draw(); });
  save.addEventListener("click", () => saveCsv(
    box.dataset.name, [headings, ...shown.map(row => [...row.cells])].map(cells => cells.map(plain)),
  ));
  draw();
});
