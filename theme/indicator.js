/* On the page of an indicator: copy the address, save the figures as CSV, save the chart as PNG. Without this script the
   page has the same content.

   On the page of an area: an address with the anchor of an indicator, as in earlier editions, leads to its page. */
(function () {
  "use strict";

  const old = /^#indicator-/.test(location.hash) && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (old && old.href) {
    location.replace(old.href);
    return;
  }
  const place = document.querySelector("[data-indicator]");
  const table = document.querySelector(".indicator-figures");
  if (!place || !table) return;
  const name = place.dataset.indicator;
  const tools = document.createElement("p");
  const status = document.createElement("span");
  tools.className = "indicator-tools";
  status.setAttribute("role", "status");

  function save(content, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name + ending;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function copied() {
    const address = location.href.replace(/[?#].*$/, "");
    const said = () => (status.textContent = "The link was copied.");
    const shown = () => (status.textContent = address);
    if (navigator.clipboard) navigator.clipboard.writeText(address).then(said, shown);
    else shown();
  }

  function csv() {
    const text = (cell) => {
      const copy = cell.cloneNode(true);
      copy.querySelectorAll("[aria-hidden]").forEach((mark) => mark.remove());
      return copy.textContent.replace(/\s+/g, " ").trim();
    };
    const quoted = (words) => '"' + words.replace(/"/g, '""') + '"';
    const lines = Array.from(table.rows, (row) => Array.from(row.cells, (cell) => quoted(text(cell))).join(","));
    save(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }), ".csv");
  }

  function png() {
    const drawn = document.querySelector(".indicator-chart svg, .indicator-chart img");
    const image = new Image();
    const text = drawn.src ? "" : encodeURIComponent(new XMLSerializer().serializeToString(drawn));
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = image.width * 2;
      canvas.height = image.height * 2;
      const paper = canvas.getContext("2d");
      paper.fillStyle = "white";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((content) => save(content, ".png"));
    };
    image.src = drawn.src || "data:image/svg+xml;charset=utf-8," + text;
  }

  [["Copy the link", copied], ["Figures (CSV)", csv], ["Chart (PNG)", png]].forEach(([label, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    tools.append(button, " ");
  });
  tools.append(status);
  document.querySelector(".indicator-parts").before(tools);
})();
