"use strict";
// Tables of class "sortable": a click on a heading sorts by its column, a second one turns the order around.
document.querySelectorAll("table.sortable").forEach((table) => {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const number = head.classList.contains("num");
      const value = (row) => {
        const cell = row.cells[at];
        return cell.dataset.value ?? cell.textContent;
      };
      // Amounts are whole minor units; where they do not fit a double, their order still does.
      const order = number
        ? (a, b) => Number(value(a)) - Number(value(b))
        : (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
      const rows = Array.from(body.rows).sort((a, b) => (down ? order(b, a) : order(a, b)));
      body.append(...rows);
    });
  });
});
