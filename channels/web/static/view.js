/** The chat window: draws messages, quick replies and states. Everything people wrote goes in as text, never as HTML. */

const texts = JSON.parse(document.getElementById("texts").textContent);
const el = (id) => document.getElementById(id);
const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]|\b1558\b|\b1900\d{4,6}\b)/;
const NEAR_END_PX = 120;
const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit" });

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function safeUrl(url) {
  try {
    return /^https?:$/.test(new URL(url, location.href).protocol) ? url : null;
  } catch {
    return null;
  }
}

function link(href, label) {
  const node = make("a", "", label);
  node.href = href;
  if (!href.startsWith("tel:")) Object.assign(node, { target: "_blank", rel: "noopener noreferrer" });
  return node;
}

function words(text, author) {
  if (author === "customer") return [document.createTextNode(text)];
  return text.split(LINK).map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part);
    return /^http/.test(part) ? link(part, part) : link(`tel:${part}`, part);
  });
}

function attached({ kind, url, name }) {
  const safe = url && safeUrl(url);
  if (kind === "image" && safe) return Object.assign(make("img"), { src: safe, alt: name || texts.attachment });
  return safe ? link(safe, name || texts.attachment) : make("em", "", name || texts.attachment);
}

function dayName(date) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(Date.now()) - midnight(date)) / 86400000);
  return days === 0 ? texts.today : days === 1 ? texts.yesterday : calendar.format(date);
}

export class View {
  #log = el("log");
  #scroller = el("scroller");
  #pending = new Map(); // client message id → its bubble while unconfirmed
  #shown = new Map(); // server message id → its bubble
  onResend = () => {};
  onReply = () => {};

  constructor() {
    this.#scroller.addEventListener("scroll", () => this.#nearEnd() && (el("newer").hidden = true));
    el("newer").addEventListener("click", () => this.#toEnd());
  }

  /** From now on a screen reader hears what arrives; not the history before. */
  speak() {
    this.#log.setAttribute("aria-live", "polite");
  }

  clear() {
    this.#log.replaceChildren();
    this.#shown.clear();
    this.#pending.clear();
    this.replies([]);
  }

  /** Draw a message of the server; one drawn already stays as it is. */
  message(message) {
    if (this.#shown.has(message.id)) return;
    const stay = !this.#nearEnd();
    const node = this.#bubble(message.author, new Date(message.created_at));
    const bubble = node.querySelector(".bubble");
    bubble.append(...words(message.text, message.author), ...message.attachments.map(attached));
    if (message.location) bubble.append(`📍 ${texts.location} (${message.location.lat}, ${message.location.lon})`);
    if (!bubble.childNodes.length) return;
    this.#place(node, message.id);
    if (message.author === "customer") this.#state(node, texts.sent);
    this.#moved(stay);
  }

  /** Draw a message that is not confirmed yet. */
  draft(item) {
    if (this.#pending.has(item.id)) return;
    const node = this.#bubble("customer", new Date(item.at));
    node.classList.add("pending");
    node.querySelector(".bubble").textContent = item.text;
    this.#state(node, texts.sending);
    this.#pending.set(item.id, node);
    this.#log.append(node);
    this.#tidy();
    this.#toEnd();
  }

  /** The server has it: the draft becomes message `id`, unless the live stream has drawn that already. */
  confirm(item, id) {
    const node = this.#pending.get(item.id);
    if (!node) return;
    this.#pending.delete(item.id);
    if (this.#shown.has(id)) {
      node.remove();
    } else {
      node.classList.remove("pending", "failed");
      this.#state(node, texts.sent);
      this.#place(node, id);
    }
    this.#tidy();
  }

  /** What a draft waits for: "sending", "waiting_network", or "failed" with the reason. */
  progress(item, state, reason = "") {
    const node = this.#pending.get(item.id);
    if (!node) return;
    node.classList.toggle("failed", state === "failed");
    const told = state === "failed" && reason ? reason : texts[state];
    this.#state(node, told, state === "waiting_network" ? () => this.onResend() : null);
  }

  replies(buttons) {
    const stay = !this.#nearEnd();
    const box = el("replies");
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(
      ...buttons.map((button) => {
        const node = make("button", "", button.title);
        node.type = "button";
        node.addEventListener("click", () => this.onReply(button));
        return node;
      }),
    );
    box.hidden = !buttons.length;
    if (hadFocus && !box.contains(document.activeElement)) this.#log.focus({ preventScroll: true });
    this.#moved(stay);
  }

  typing(on) {
    const stay = !this.#nearEnd();
    el("typing").hidden = !on;
    this.#moved(stay);
  }

  state(name) {
    el("status").textContent = texts[`status_${name}`] ?? texts.status_bot;
  }

  network(trouble) {
    el("network").hidden = !trouble;
    el("network").textContent = trouble ? texts[trouble] : "";
  }

  complain(text) {
    el("complaint").hidden = !text;
    el("complaint").textContent = text;
  }

  #bubble(author, date) {
    const node = make("div", `message ${author} arriving`);
    node.dataset.author = author;
    node.dataset.at = date.getTime();
    const meta = make("p", "meta");
    const time = make("time", "", clock.format(date));
    time.dateTime = date.toISOString();
    meta.append(time, make("span", "state"));
    node.append(make("span", "sr", `${texts[`author_${author}`]}:`), make("div", "bubble"), meta);
    return node;
  }

  #state(node, text, resend) {
    const place = node.querySelector(".state");
    place.replaceChildren(text ? ` · ${text}` : "");
    if (!resend) return;
    const button = make("button", "", texts.resend);
    button.type = "button";
    button.addEventListener("click", resend);
    place.append(" ", button);
  }

  /** Keep server order: ids grow, drafts stay below. */
  #place(node, id) {
    node.dataset.id = id;
    const later = [...this.#log.querySelectorAll(".message")].find(
      (other) => other !== node && (!other.dataset.id || BigInt(other.dataset.id) > BigInt(id)),
    );
    if (!node.isConnected || node.nextElementSibling !== (later ?? null)) this.#log.insertBefore(node, later ?? null);
    this.#shown.set(id, node);
    this.#tidy();
  }

  /** Groups of one author, names of days, and "sent" under the newest message only. */
  #tidy() {
    this.#log.querySelectorAll(".day").forEach((node) => node.remove());
    let before = null;
    for (const node of this.#log.querySelectorAll(".message")) {
      const day = dayName(new Date(Number(node.dataset.at)));
      const newDay = !before || dayName(new Date(Number(before.dataset.at))) !== day;
      if (newDay) node.before(make("p", "day", day));
      node.classList.toggle("same", !newDay && before.dataset.author === node.dataset.author);
      before = node;
    }
    const mine = [...this.#log.querySelectorAll(".customer:not(.pending)")];
    mine.slice(0, -1).forEach((node) => this.#state(node, ""));
  }

  #nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    el("newer").hidden = true;
  }

  #moved(stay) {
    if (stay) el("newer").hidden = this.#nearEnd();
    else this.#toEnd();
  }
}

export { texts };
