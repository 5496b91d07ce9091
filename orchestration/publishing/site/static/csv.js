// Rows of text as a CSV file. A text that a spreadsheet would run as a formula is kept from it.
"use strict";
window.saveCsv = (name, rows) => {
  const cell = text => `"${(/^[=+@\t\r-]/.test(text) && !/^[-+]?[\d.,]+( ?%)?$/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", rows.map(row => row.map(cell).join(",")).join("\r\n")], { type: "text/csv" }));
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
};
