// Copying text, pictures to keep, and paper.
(() => {
  // Each figure has a button that saves it: drawings of the page with the look that they have here, others as they are.
  const LOOK = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "paint-order", "font-size",
    "font-weight", "font-family"];
  const drawing = (svg) => {
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((part, i) => {
      const style = getComputedStyle(part);
      for (const name of LOOK) to[i].style.setProperty(name, style.getPropertyValue(name));
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    copy.setAttribute("width", 3 * width);
    copy.setAttribute("height", 3 * height);
    return URL.createObjectURL(new Blob([copy.outerHTML], { type: "image/svg+xml" }));
  };
  const save = (figure) => {
    const [image, canvas] = ["img", "canvas"].map((tag) => figure.querySelector(tag));
    const link = document.createElement("a");
    const title = figure.querySelector("figcaption")?.textContent.trim().slice(0, 60) ?? "figure";
    link.href = image ? image.src : canvas ? canvas.toDataURL() : drawing(figure.querySelector("svg"));
    const kind = link.href.startsWith("data:image/png") ? "png" : "svg";
    link.download = `${title.replace(/[^\w+.-]+/g, "_").replace(/^[_.]+|_+$/g, "") || "figure"}.${kind}`;
    link.click();
    if (!image && !canvas) setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  for (const figure of document.querySelectorAll("figure")) {
    if (!figure.querySelector("img, svg, canvas")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "save";
    button.textContent = "\u2193";
    const kind = figure.querySelector("img[src^='data:image/png'], canvas") ? "PNG" : "SVG";
    button.title = `Save this figure (${kind})`;
    button.setAttribute("aria-label", `Save as ${kind}: ${figure.querySelector("figcaption")?.textContent.trim().slice(0, 60)}`);
    button.addEventListener("click", () => save(figure));
    const below = figure.querySelector(":scope > .picture ~ figcaption"); // above a picture it would lie on it
    (below ?? figure).append(button);
  }

  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copies);
      getSelection().selectAllChildren(source); // also what is left to do by hand where the clipboard is closed
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Selected: press Ctrl+C";
      }
    });
  }

  // Paper shows everything; afterwards the page is as it was.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open], [data-behind])")];
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => opened.forEach((part) => (part.open = false)));
})();
