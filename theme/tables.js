/* Search, filter and sort a table. Without this script it is a plain table with everything in it.

   On a table, data-filter names the columns that readers can filter by; its first heading says what a row is. On a
   cell, data-value is its label in a filter and data-sort its sort key. Columns whose heading has data-by-unit are
   sorted within each unit, given by data-unit on a row: 90% is neither more nor less than 402 children. Search, filters
   and sorting are kept in the address, as in indicators.html?rag=Red&sort=change, so that a view can be linked to and
   "Back" returns to the one before. */
(function () {
  "use strict";

  const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const textOf = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
  const valueOf = (cell) => cell.dataset.value || textOf(cell);
  let number = 0;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  }

  function field(label, control, kind) {
    control.id = "table-control-" + ++number;
    return make("div", { class: "table-control " + (kind || "") }, make("label", { for: control.id }, label), control);
  }

  function choice(name, values, first) {
    const options = values.map((value) => make("option", { value: value }, value));
    return make("select", { "data-name": name }, make("option", { value: "" }, first), ...options);
  }

  function control(table) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const heads = Array.from(table.tHead.rows[0].cells);
    const names = heads.map(textOf);
    const what = names[0].toLowerCase() + "s";
    const search = make("input", { type: "search", autocomplete: "off" });
    const filters = table.dataset.filter.split(", ").map((name) => {
      const column = names.indexOf(name);
      const order = new Map();
      rows.forEach((row) => order.set(valueOf(row.cells[column]), Number(row.cells[column].dataset.sort)));
      const values = Array.from(order.keys());
      if (values.some((value) => order.get(value))) values.sort((one, two) => order.get(one) - order.get(two));
      return { name, column, select: choice(name, values, "All") };
    });
    const sorts = names.flatMap((name) => [name + ", ascending", name + ", descending"]);
    const sorter = choice("Sort by", sorts, "Order of the report");
    const status = make("p", { role: "status", class: "table-status" });
    const reset = make("button", { type: "button", class: "table-reset" }, "Show all");
    let sorted = { column: -1, down: false };

    const units = Array.from(new Set(rows.map((row) => row.dataset.unit || "")));
    const groups = units.map((unit) => {
      const head = make("th", { scope: "rowgroup", colspan: heads.length }, unit);
      return { unit, row: make("tr", { class: "table-group" }, head) };
    });

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row) => {
        const chosen = filters.every((f) => !f.select.value || valueOf(row.cells[f.column]) === f.select.value);
        const text = textOf(row).toLowerCase();
        row.hidden = !(chosen && words.every((word) => text.includes(word)));
        if (!row.hidden) count += 1;
      });
      groups.forEach((group) => (group.row.hidden = !rows.some((row) => !row.hidden && row.dataset.unit === group.unit)));
      status.textContent = count + " of " + rows.length + " " + what + " shown";
      reset.hidden = count === rows.length && !search.value;
    }

    function compare(one, two, column, down) {
      const [a, b] = [one.cells[column], two.cells[column]];
      if ("sort" in a.dataset) {
        // Cells without a number come last in either direction.
        if (!a.dataset.sort || !b.dataset.sort) return Number(!a.dataset.sort) - Number(!b.dataset.sort);
        return (Number(a.dataset.sort) - Number(b.dataset.sort)) * (down ? -1 : 1);
      }
      return textOf(a).localeCompare(textOf(b), "en") * (down ? -1 : 1);
    }

    function sort(column, down) {
      sorted = { column, down };
      const order = column < 0 ? rows : rows.slice().sort((one, two) => compare(one, two, column, down));
      const apart = column >= 0 && "byUnit" in heads[column].dataset && units.length > 1;
      groups.forEach((group) => group.row.remove());
      if (!apart) body.append(...order);
      else groups.forEach((group) => body.append(group.row, ...order.filter((row) => row.dataset.unit === group.unit)));
      heads.forEach((head, place) => {
        if (place === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      sorter.value = column < 0 ? "" : names[column] + (down ? ", descending" : ", ascending");
    }

    function written(replace) {
      const asked = new URLSearchParams();
      if (search.value) asked.set("search", search.value);
      filters.forEach((f) => f.select.value && asked.set(slug(f.name), f.select.value));
      if (sorted.column >= 0) asked.set("sort", (sorted.down ? "-" : "") + slug(names[sorted.column]));
      const query = asked.toString();
      const address = window.location.pathname + (query && "?" + query) + window.location.hash;
      if (query === window.location.search.slice(1)) return;
      window.history[replace ? "replaceState" : "pushState"](null, "", address);
    }

    function read() {
      const asked = new URLSearchParams(window.location.search);
      const by = asked.get("sort") || "";
      search.value = asked.get("search") || "";
      filters.forEach((f) => {
        f.select.value = asked.get(slug(f.name)) || "";
        if (f.select.selectedIndex < 0) f.select.value = "";
      });
      sort(names.map(slug).indexOf(by.replace(/^-/, "")), by.startsWith("-"));
      filter();
    }

    heads.forEach((head, column) => {
      const button = make("button", { type: "button", class: "table-sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        sort(column, sorted.column === column && !sorted.down);
        written();
      });
    });
    sorter.addEventListener("change", () => {
      const place = sorts.indexOf(sorter.value);
      sort(place < 0 ? -1 : Math.floor(place / 2), place % 2 === 1);
      written();
    });
    search.addEventListener("input", () => {
      filter();
      written(true);
    });
    filters.forEach((f) =>
      f.select.addEventListener("change", () => {
        filter();
        written();
      })
    );
    reset.addEventListener("click", () => {
      search.value = "";
      filters.forEach((f) => (f.select.value = ""));
      filter();
      written();
      search.focus();
    });

    const form = make(
      "form",
      { class: "table-controls", role: "search", "aria-label": "Find " + what },
      field("Search", search),
      ...filters.map((f) => field(f.name, f.select)),
      field("Sort by", sorter, "table-control-sort"),
      reset
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    const region = table.closest(".table-scroll") || table;
    region.before(form, status);
    window.addEventListener("popstate", read);
    read();
  }

  document.querySelectorAll("table[data-filter]").forEach(control);
})();
