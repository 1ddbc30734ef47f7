/** Building blocks of the page. Nothing here takes HTML: what people wrote goes in as text. */

export const texts = JSON.parse(document.body.dataset.texts);
export const el = (id) => document.getElementById(id);

export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function button(label, onClick, className) {
  const node = make("button", className, label);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** A drawing of the page's own set, beside words that say the same. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS(svg.namespaceURI, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** `url` when a link may lead there, else null. */
export function safeUrl(url) {
  try {
    return /^https?:$/.test(new URL(url, location.href).protocol) ? url : null;
  } catch {
    return null;
  }
}

export function link(href, label) {
  const node = make("a", "", label);
  node.href = href;
  if (!href.startsWith("tel:")) Object.assign(node, { target: "_blank", rel: "noopener noreferrer" });
  return node;
}
