/** One message as a bubble: words, pictures, files, places, and the line below with its time and how far it came. */

import { button, icon, link, make, safeUrl, texts } from "./dom.js";
import { rendered } from "./marks.js";

const MEDIA = document.body.dataset.media;
const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit" });

export function dayName(date) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(Date.now()) - midnight(date)) / 86400000);
  return days === 0 ? texts.today : days === 1 ? texts.yesterday : calendar.format(date);
}

/** Our own files come from where this page came from, whatever name the server has for itself. */
function address(url) {
  return url.startsWith(MEDIA) ? `/media/${url.slice(MEDIA.length)}` : safeUrl(url);
}

function file(node) {
  node.className = "file";
  node.prepend(icon("file"));
  return node;
}

function picture(source, name) {
  const image = make("img");
  Object.assign(image, { src: source, alt: name || texts.picture, decoding: "async" });
  return image;
}

function attached({ kind, url, name }, renew) {
  const source = url && address(url);
  const label = name || (kind === "image" ? texts.picture : texts.attachment);
  if (!source) return make("em", "", label);
  if (kind !== "image") return file(Object.assign(link(source, label), { download: label }));
  const frame = link(source, "");
  frame.className = "picture";
  const image = picture(source, name);
  image.addEventListener("error", () => renew(image, frame), { once: true }); // the link has expired
  frame.append(image);
  return frame;
}

function place({ lat, lon }) {
  const node = make("span", "place", `${texts.location} (${lat.toFixed(5)}, ${lon.toFixed(5)})`);
  node.prepend(icon("pin"));
  return node;
}

function bubble(author, date) {
  const node = make("div", `message ${author}`);
  node.dataset.author = author;
  node.dataset.at = date.getTime();
  const meta = make("p", "meta");
  const time = make("time", "", clock.format(date));
  time.dateTime = date.toISOString();
  meta.append(time, make("span", "state"));
  node.append(make("span", "sr", `${texts[`author_${author}`]}:`), make("div", "bubble"), meta);
  return node;
}

/** The bubble of a server's message, or null when it says nothing. `renewed()` → the message with links of now. */
export function shownMessage(message, renewed) {
  const node = bubble(message.author, new Date(message.created_at));
  const box = node.querySelector(".bubble");
  const mine = message.author === "customer";
  box.append(...(mine ? [document.createTextNode(message.text)] : rendered(message.text)));
  message.attachments.forEach((each, index) =>
    box.append(
      attached(each, async (image, frame) => {
        const url = (await renewed())?.attachments[index]?.url;
        if (url) image.src = frame.href = address(url);
      }),
    ),
  );
  if (message.location) box.append(place(message.location));
  box.classList.toggle("only-picture", !message.text && message.attachments.some((each) => each.kind === "image"));
  return box.textContent || box.querySelector("img") ? node : null;
}

/** The bubble of a message that the server has not confirmed yet. */
export function shownDraft(item) {
  const node = bubble("customer", new Date(item.at));
  node.classList.add("pending");
  const box = node.querySelector(".bubble");
  box.append(item.text ?? "");
  for (const each of item.attachments ?? []) {
    box.append(each.preview ? picture(each.preview, each.name) : file(make("span", "", each.name || texts.attachment)));
  }
  if (item.location) box.append(place(item.location));
  return node;
}

/** Whether a bubble names files that cannot be opened from it, as a draft does: a picture's preview outlives no reload. */
export function namesFiles(node) {
  return node.querySelector("span.file") !== null;
}

/** How far a message came: `state` is "", "sending", "sent", "seen", "waiting_network" or "failed" (with its reason). */
export function setState(node, state, reason = "", resend = null) {
  node.classList.toggle("failed", state === "failed");
  const ticks = { sent: "✓", seen: "✓✓" }[state];
  const line = node.querySelector(".state");
  const told = reason || texts[state] || "";
  line.replaceChildren(told ? ` · ${told}` : "");
  if (ticks) {
    const sign = make("span", `ticks ${state}`, ticks);
    sign.setAttribute("aria-hidden", "true");
    line.append(sign);
  }
  if (resend) line.append(" ", button(texts.resend, resend));
}
