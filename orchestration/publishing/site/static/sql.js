// SQL on the snapshot, in the browser. Only over HTTP: a file may load neither modules nor databases.
"use strict";
(() => {
  const $ = id => document.getElementById(id);
  if (!location.protocol.startsWith("http")) return;
  let connection = null, shown = [];

  async function connect() {
    $("told").textContent = "DuckDB starts …";
    const duckdb = await import(new URL("vendor/@duckdb/duckdb-wasm/dist/duckdb-browser.mjs", location.href));
    const at = name => new URL(`vendor/@duckdb/duckdb-wasm/dist/${name}`, location.href).href;
    const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(at("duckdb-browser-eh.worker.js")));
    await database.instantiate(at("duckdb-eh.wasm"));
    const file = new URL("snapshot/onboarding.duckdb", location.href).href;
    await database.registerFileURL("onboarding.duckdb", file, duckdb.DuckDBDataProtocol.HTTP, false);
    await database.open({ path: ":memory:" });
    connection = await database.connect();
    // nothing is fetched from elsewhere, and the snapshot stays as it is
    await connection.query("set autoinstall_known_extensions = false; attach 'onboarding.duckdb' as onboarding (read_only); use onboarding");
    $("told").textContent = "";
  }

  async function run() {
    $("run").disabled = true;
    try {
      if (!connection) await connect();
      $("told").textContent = "…";
      const began = performance.now(), result = await connection.query($("query").value.trim().replace(/;\s*$/, ""));
      show(result, performance.now() - began);
    } catch (error) {
      $("told").textContent = String(error.message ?? error).split("\n")[0];
      $("result").replaceChildren();
      $("save").hidden = true;
    }
    $("run").disabled = false;
  }

  const plain = (value, type) => {
    if (value === null || value === undefined) return "–";
    if (type.startsWith("Date")) return new Date(Number(value)).toISOString().slice(0, 10);
    if (type.startsWith("Timestamp")) return new Date(Number(value)).toISOString().replace("T", " ").slice(0, 19);
    if (type.startsWith("Decimal")) return decimal(value, type);
    if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(10)));
    return String(value);
  };
  const decimal = (value, type) => {
    const places = Number(/e([+-]?\d+)/.exec(type)?.[1] ?? 0), digits = String(value);
    return String(Number(digits) / 10 ** Math.abs(places));
  };

  function show(result, milliseconds) {
    const fields = result.schema.fields, most = 1000;
    const rows = result.toArray().slice(0, most).map(row => fields.map(field => plain(row[field.name], String(field.type))));
    const line = (cells, kind) => {
      const tr = document.createElement("tr");
      tr.append(...cells.map((content, n) => {
        const cell = document.createElement(kind);
        cell.textContent = content;
        if (/^(Int|Uint|Float|Decimal)/.test(String(fields[n].type))) cell.className = "num";
        if (kind === "th") cell.scope = "col";
        return cell;
      }));
      return tr;
    };
    const head = document.createElement("thead"), body = document.createElement("tbody"), names = fields.map(field => field.name);
    head.append(line(names, "th"));
    body.append(...rows.map(row => line(row, "td")));
    $("result").replaceChildren(head, body);
    shown = [names, ...rows];
    $("save").hidden = false;
    $("told").textContent = `${result.numRows} rows in ${Math.round(milliseconds)} ms${result.numRows > most ? `, the first ${most} shown` : ""}`;
  }

  fetch(new URL("vendor/@duckdb/duckdb-wasm/dist/duckdb-eh.wasm", location.href), { method: "HEAD" }).then(answer => {
    if (!answer.ok) {
      $("offline").textContent = "DuckDB for the browser is not installed here: it needs npm, then `make site` again.";
      return;
    }
    $("offline").hidden = true;
    $("asking").hidden = false;
    const given = new URLSearchParams(location.hash.slice(1)).get("query");
    if (given) { $("query").value = given; run(); }
  });
  $("run").addEventListener("click", run);
  $("query").addEventListener("keydown", event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(); });
  $("question").addEventListener("change", () => { if ($("question").value) { $("query").value = $("question").value.trim(); run(); } });
  $("mart").addEventListener("change", () => { if ($("mart").value) { $("query").value = `select * from ${$("mart").value} limit 100`; run(); } });
  $("save").addEventListener("click", () => saveCsv("onboarding-query", shown));
})();
