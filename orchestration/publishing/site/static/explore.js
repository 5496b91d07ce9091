// A pivot over one of the page's tables. The address keeps the choice; tables are scripts, so that a file may load them.
"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const controls = ["table", "rows", "then", "columns", "measure", "field"];
  const loaded = {};
  let table = null, filters = new Map(), shown = [];
  document.querySelector("#explore .controls").hidden = false;

  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    filters = new Map([...asked].filter(([key]) => key.startsWith("~")).map(([key, value]) => [key.slice(1), value]));
    return Object.fromEntries(controls.map(key => [key, asked.get(key)]));
  };
  const write = () => {
    const told = new URLSearchParams(controls.map(key => [key, $(key).value]));
    filters.forEach((value, name) => told.set(`~${name}`, value));
    history.replaceState(null, "", `#${told}`);
  };
  const options = (select, values, chosen, none) => {
    select.replaceChildren(...(none ? [new Option(none, "")] : []), ...values.map(value => new Option(value.replaceAll("_", " "), value)));
    select.value = values.includes(chosen) ? chosen : (none ? "" : values[0]);
  };

  window.onboardingTable = content => { loaded[content.name] = content; };
  const load = name => new Promise(done => {
    if (loaded[name]) return done(loaded[name]);
    const script = document.createElement("script");
    script.src = `${document.body.dataset.up}assets/explore-${name}.js`;
    script.onload = () => done(loaded[name]);
    document.head.append(script);
  });

  const column = name => table.columns.find(one => one.name === name);
  const text = (one, row) => one.texts ? (one.values[row] < 0 ? "(none)" : one.texts[one.values[row]]) : (one.values[row] === null ? "(none)" : String(one.values[row]));

  async function open(asked) {
    table = await load($("table").value);
    const start = Object.fromEntries(["rows", "columns", "measure", "field"].map((key, n) => [key, table.start[n]]));
    const names = table.columns.map(one => one.name), dimensions = table.columns.filter(one => one.texts).map(one => one.name);
    const measures = table.columns.filter(one => !one.texts).map(one => one.name);
    options($("rows"), names, asked.rows ?? start.rows);
    options($("then"), dimensions, asked.then ?? "", "nothing");
    options($("columns"), dimensions, asked.columns ?? start.columns, "nothing");
    options($("field"), measures, asked.field ?? start.field);
    options($("filter"), dimensions, "", "choose …");
    $("measure").value = asked.measure ?? start.measure;
    $("about").textContent = table.isCut ? `Only the first ${table.rows} rows are here; the snapshot has all.` : "";
    draw();
  }

  function kept() {
    const wanted = [...filters].map(([name, value]) => [column(name), value]).filter(([one]) => one);
    return [...Array(table.rows).keys()].filter(row => wanted.every(([one, value]) => text(one, row) === value));
  }

  function measured(rows, whole) {
    const kind = $("measure").value;
    if (kind === "count") return rows.length;
    if (kind === "share") return rows.length / whole;
    const values = rows.map(row => column($("field").value)?.values[row]).filter(value => typeof value === "number");
    if (!values.length) return null;
    const sum = values.reduce((a, b) => a + b, 0);
    if (kind === "sum") return sum;
    if (kind === "mean") return sum / values.length;
    values.sort((a, b) => a - b);
    const middle = values.length >> 1;
    return values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
  const told = value => value === null ? "–" : $("measure").value === "share" ? `${Math.round(value * 100)} %`
    : Number.isInteger(value) ? value.toLocaleString("en") : value.toLocaleString("en", { maximumFractionDigits: 2, minimumFractionDigits: 1 });

  function draw() {
    const rows = kept(), by = [$("rows").value, $("then").value].filter(Boolean).map(column), across = column($("columns").value);
    const groups = new Map(), heads = new Set();
    for (const row of rows) {
      const key = by.map(one => text(one, row)).join("\u0000"), head = across ? text(across, row) : "";
      if (!groups.has(key)) groups.set(key, new Map());
      const group = groups.get(key);
      if (!group.has(head)) group.set(head, []);
      group.get(head).push(row);
      heads.add(head);
    }
    const order = (a, b) => a.localeCompare(b, "en", { numeric: true });
    const names = [...heads].sort(order), keys = [...groups.keys()].sort(order).slice(0, 500);
    const body = keys.map(key => {
      const group = groups.get(key), whole = [...group.values()].flat();
      return { key: key.split("\u0000"), cells: names.map(head => measured(group.get(head) ?? [], whole.length)), whole: measured(whole, whole.length) };
    });
    const most = Math.max(...body.flatMap(one => one.cells.filter(value => value !== null).map(Math.abs)), 0) || 1;
    const cell = (kind, content, number) => {
      const made = document.createElement(kind);
      made.textContent = content;
      if (number) made.className = "num";
      return made;
    };
    const line = cells => { const tr = document.createElement("tr"); tr.append(...cells); return tr; };
    const head = document.createElement("thead"), inner = document.createElement("tbody");
    head.append(line([...by.map(one => cell("th", one.name.replaceAll("_", " "))), ...(across ? names.map(name => cell("th", name.replaceAll("_", " "), true)) : []), cell("th", "all", true)]));
    head.querySelectorAll("th").forEach(th => { th.scope = "col"; });
    for (const one of body) {
      const cells = one.key.map(name => { const th = cell("th", name.replaceAll("_", " ")); th.scope = "row"; return th; });
      if (across) cells.push(...one.cells.map(value => {
        const td = cell("td", told(value), true);
        if (value !== null) { td.classList.add("heat"); td.style.setProperty("--heat", Math.abs(value) / most); }
        return td;
      }));
      cells.push(cell("td", told(one.whole), true));
      inner.append(line(cells));
    }
    $("pivot").replaceChildren(head, inner);
    shown = [...$("pivot").rows].map(row => [...row.cells].map(one => one.textContent));
    $("told").textContent = `${rows.length} of ${table.rows} rows in ${groups.size} groups${groups.size > 500 ? ", the first 500 shown" : ""}`;
    $("field").disabled = ["count", "share"].includes($("measure").value);
    $("filters").replaceChildren(...[...filters].map(([name, value]) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = `${name.replaceAll("_", " ")}: ${value} ×`;
      button.setAttribute("aria-label", `Remove the filter ${name} ${value}`);
      button.addEventListener("click", () => { filters.delete(name); draw(); });
      item.append(button);
      return item;
    }));
    write();
  }

  for (const key of ["rows", "then", "columns", "measure", "field"]) $(key).addEventListener("change", draw);
  $("table").addEventListener("change", () => { filters.clear(); open({}); });
  $("filter").addEventListener("change", () => { // a second choice: the value
    const name = $("filter").value;
    if (!name) return;
    const select = document.createElement("select"), one = column(name);
    const values = [...new Set([...Array(table.rows).keys()].map(row => text(one, row)))].sort();
    select.setAttribute("aria-label", `Value of ${name}`);
    select.append(new Option("value …", ""), ...values.map(value => new Option(value.replaceAll("_", " "), value)));
    select.addEventListener("change", () => { filters.set(name, select.value); select.remove(); $("filter").value = ""; draw(); });
    $("filter").parentElement.querySelectorAll("select:not(#filter)").forEach(other => other.remove());
    $("filter").after(select);
    select.focus();
  });
  $("save").addEventListener("click", () => saveCsv(`onboarding-${$("table").value}`, shown));
  const asked = read();
  options($("table"), [...$("table").options].map(option => option.value), asked.table);
  open(asked);
})();
