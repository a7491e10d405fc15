"use strict";
// Tables with "data-filter": a choice above the table for each of these columns; rows that differ are hidden.
document.querySelectorAll("table[data-filter]").forEach((table) => {
  const rows = Array.from(table.tBodies[0].rows);
  const heads = table.tHead.rows[0].cells;
  const chosen = new Map();
  const bar = document.createElement("p");
  table.dataset.filter.split(" ").map(Number).forEach((at) => {
    const choice = document.createElement("select");
    choice.setAttribute("aria-label", heads[at].textContent);
    const values = Array.from(new Set(rows.map((row) => row.cells[at].textContent)));
    ["", ...values].forEach((value) => choice.add(new Option(value || "all: " + heads[at].textContent, value)));
    choice.addEventListener("change", () => {
      chosen.set(at, choice.value);
      rows.forEach((row) => {
        row.hidden = Array.from(chosen).some(([column, value]) => value !== "" && row.cells[column].textContent !== value);
      });
    });
    bar.append(choice, " ");
  });
  table.closest(".scroll").before(bar);
});
