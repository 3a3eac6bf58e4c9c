// Parts of the page. Whatever is data becomes text, never markup.

/** An element with these attributes and children; children are elements or texts. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((it) => it != null && it !== ""));
  return made;
}

/** A text in which `code` and **weight** are marked as the documents mark them. */
export function prose(text = "") {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (/^`.+`$/s.test(part)) return element("code", {}, part.slice(1, -1));
    if (/^\*\*.+\*\*$/s.test(part)) return element("strong", {}, part.slice(2, -2));
    return part;
  });
}

/** A table, whose rows are read one below the other where there is no room; cells are texts, elements or lists of these. */
export function table(headings, rows) {
  const row = (cells) => element("tr", {}, ...cells.map((it, place) => element("td", { "data-label": headings[place] }, it)));
  return element("div", { class: "wide" }, element("table", {},
    element("thead", {}, element("tr", {}, ...headings.map((it) => element("th", { scope: "col" }, it)))),
    element("tbody", {}, ...rows.map(row))));
}

/** What can be copied. A reader without a mouse scrolls it with the keys. */
export function block(text) {
  return element("pre", { tabindex: "0" }, element("code", {}, text));
}

export function copyButton(text) {
  // Browsers give a clipboard to pages over TLS and of the own machine alone.
  if (!navigator.clipboard) return null;
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

export const pretty = (value) => JSON.stringify(value, null, 2);
