/** The chat window: the log of messages in the server's order, quick replies, states and notices. */

import { dayName, namesFiles, setState, shownDraft, shownMessage } from "./bubbles.js";
import { button, el, make, texts } from "./dom.js";

const NEAR_END_PX = 120;

export class View {
  #log = el("log");
  #scroller = el("scroller");
  #pending = new Map(); // client message id → its bubble while unconfirmed
  #shown = new Map(); // server message id → its bubble
  onResend = () => {};
  onReply = () => {};
  onRenew = async () => null;

  constructor() {
    this.#scroller.addEventListener("scroll", () => this.#nearEnd() && (el("newer").hidden = true));
    el("newer").addEventListener("click", () => this.toEnd());
    // The keyboard of a phone, a picture that was loaded, larger letters: who read the end goes on reading it.
    const follow = new ResizeObserver(() => this.#atEnd && this.toEnd());
    [this.#log, this.#scroller].forEach((node) => follow.observe(node));
    this.#scroller.addEventListener("scroll", () => (this.#atEnd = this.#nearEnd()));
  }

  #atEnd = true;

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

  /** Draw a message of the server; one drawn already stays as it is, but for the files of its draft. */
  message(message) {
    const drawn = this.#shown.get(message.id);
    if (drawn && !namesFiles(drawn)) return;
    const node = shownMessage(message, () => this.onRenew(message.id));
    if (!node) return;
    if (drawn) {
      drawn.querySelector(".bubble").replaceWith(node.querySelector(".bubble"));
      return;
    }
    const stay = !this.#nearEnd();
    node.classList.toggle("arriving", this.#log.getAttribute("aria-live") === "polite");
    this.#place(node, message.id);
    if (message.author === "customer") setState(node, "sent");
    else if (message.author !== "system") this.seen();
    this.#moved(stay);
  }

  /** Draw a message that is not confirmed yet. */
  draft(item) {
    if (this.#pending.has(item.id)) return;
    const node = shownDraft(item);
    setState(node, "sending");
    this.#pending.set(item.id, node);
    this.#log.append(node);
    this.#tidy();
    this.toEnd();
  }

  /** The server has it: the draft becomes message `id`, unless that is drawn already. */
  confirm(clientId, id) {
    const node = this.#pending.get(clientId);
    if (!node) return;
    this.#pending.delete(clientId);
    if (this.#shown.has(id)) {
      node.remove();
    } else {
      node.classList.remove("pending");
      setState(node, "sent");
      this.#place(node, id);
    }
    this.#tidy();
  }

  /** What a draft waits for: "sending", "waiting_network", or "failed" with the reason. */
  progress(clientId, state, reason = "") {
    const node = this.#pending.get(clientId);
    if (node) setState(node, state, reason, state === "waiting_network" ? () => this.onResend() : null);
  }

  /** Whoever answers has read what was sent so far. */
  seen() {
    const newest = [...this.#log.querySelectorAll(".customer:not(.pending)")].at(-1);
    if (newest) setState(newest, "seen");
  }

  replies(buttons) {
    const stay = !this.#nearEnd();
    const box = el("replies");
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(...buttons.map((each) => button(each.title, () => this.onReply(each))));
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

  /** "offline", "reconnecting", or null when all is well. */
  network(trouble) {
    el("network").hidden = !trouble;
    el("network").textContent = trouble ? texts[trouble] : "";
  }

  complain(text) {
    el("complaint").hidden = !text;
    el("complaint").textContent = text;
  }

  /** Keep server order: ids grow, drafts stay below. */
  #place(node, id) {
    node.dataset.id = id;
    const later = [...this.#log.querySelectorAll(".message")].find(
      (other) => other !== node && (!other.dataset.id || BigInt(other.dataset.id) > BigInt(id)),
    );
    if (!node.isConnected || node.nextElementSibling !== (later ?? null)) this.#log.insertBefore(node, later ?? null);
    if (!this.#shown.size) performance.mark("first-message");
    this.#shown.set(id, node);
    this.#tidy();
  }

  /** Groups of one author, names of days, and how far it came under the newest message only. */
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
    mine.slice(0, -1).forEach((node) => setState(node, ""));
  }

  #nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    el("newer").hidden = true;
  }

  #moved(stay) {
    if (stay) el("newer").hidden = this.#nearEnd();
    else this.toEnd();
  }
}
