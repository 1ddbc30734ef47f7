/** A little Markdown for what the bot and the agents write: **bold**, *italic*, `code`, lists, links. Makes nodes, never HTML. */

import { link, make, safeUrl } from "./dom.js";

const WORD = String.raw`[^\s*]`;
const MARKS = new RegExp(
  [
    String.raw`\*\*(?<bold>${WORD}(?:[^*\n]*${WORD})?)\*\*`,
    String.raw`(?<![\w*])\*(?<italic>${WORD}(?:[^*\n]*${WORD})?)\*(?![\w*])`,
    "`(?<code>[^`\\n]+)`",
    String.raw`\[(?<label>[^\]\n]{1,200})\]\((?<target>https?:\/\/[^\s<>()"]+)\)`,
    String.raw`(?<url>https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]*])`,
    String.raw`(?<![\d.,])(?<phone>1558|1900\d{4,6})(?![\d.,]\d|\d)`,
  ].join("|"),
  "gu",
);
const ITEM = /^\s*[-•*]\s+(?=\S)/;

function marked({ bold, italic, code, label, target, url, phone }) {
  if (bold !== undefined) return make("strong", "", bold);
  if (italic !== undefined) return make("em", "", italic);
  if (code !== undefined) return make("code", "", code);
  if (phone !== undefined) return link(`tel:${phone}`, phone);
  const href = safeUrl(target ?? url);
  return href ? link(href, label ?? url) : document.createTextNode(label ?? url);
}

/** The nodes of one line. */
export function inline(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(MARKS)) {
    if (found.index > from) nodes.push(document.createTextNode(text.slice(from, found.index)));
    nodes.push(marked(found.groups));
    from = found.index + found[0].length;
  }
  if (from < text.length) nodes.push(document.createTextNode(text.slice(from)));
  return nodes;
}

/** The nodes of a whole message; lines that begin with a dash become a list. */
export function rendered(text) {
  const nodes = [];
  let list = null;
  let inParagraph = false;
  for (const line of text.split("\n")) {
    if (ITEM.test(line)) {
      if (!list) nodes.push((list = make("ul")));
      const item = make("li");
      item.append(...inline(line.replace(ITEM, "")));
      list.append(item);
      inParagraph = false;
    } else {
      if (inParagraph) nodes.push(document.createTextNode("\n"));
      nodes.push(...inline(line));
      list = null;
      inParagraph = true;
    }
  }
  return nodes;
}
