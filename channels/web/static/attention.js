/** Whether the visitor looks at the chat, and how many answers came unseen: told to the page around and in the title. */

import { el } from "./dom.js";
import { tell } from "./tabs.js";

const embedded = window.parent !== window;
const parentOrigin = new URLSearchParams(location.hash.slice(1)).get("parent");
const title = document.title;

function tellParent(type, detail = {}) {
  if (embedded && parentOrigin) window.parent.postMessage({ type: `care-chat:${type}`, ...detail }, parentOrigin);
}

export class Attention {
  #store;
  #open = !embedded || !parentOrigin; // a frame is open when the page around says so
  #newest = "0";
  #unread = 0;

  constructor(store) {
    this.#store = store;
    document.addEventListener("visibilitychange", () => this.#look());
    if (!embedded) return;
    el("close")?.addEventListener("click", () => tellParent("close"));
    document.addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" && !isComposing && !document.querySelector("dialog[open]")) tellParent("close");
    });
    window.addEventListener("message", ({ source, origin, data }) => {
      if (source !== window.parent || origin !== parentOrigin) return;
      this.#open = data?.type === "care-chat:opened";
      this.#look();
      if (this.#open && matchMedia("(pointer: fine)").matches) el("input").focus();
    });
  }

  /** Another's message came. */
  received(id) {
    this.#newest = id;
    if (BigInt(id) <= BigInt(this.#store.read)) return;
    this.#unread += 1;
    this.#look();
  }

  /** Another tab showed everything up to now. */
  readElsewhere() {
    this.#unread = 0;
    this.#show();
  }

  forget() {
    this.#newest = "0";
    this.#unread = 0;
    this.#show();
  }

  #look() {
    if (this.#open && !document.hidden && this.#unread) {
      this.#unread = 0;
      this.#store.read = this.#newest;
      tell("read");
    }
    this.#show();
  }

  #show() {
    document.title = this.#unread ? `(${Math.min(this.#unread, 99)}) ${title}` : title;
    tellParent("unread", { count: this.#unread });
  }
}
