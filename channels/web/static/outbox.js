/** What was typed goes to the outbox first, then to the server, in order, until it is confirmed. One tab sends at a time. */

import { post, Refused } from "./api.js";
import { texts } from "./dom.js";
import { persist } from "./patience.js";
import { alone, hear, tell } from "./tabs.js";

export class Outbox {
  #store;
  #view;
  #keeper;
  #flushing = null;

  constructor(store, view, keeper) {
    this.#store = store;
    this.#view = view;
    this.#keeper = keeper;
    hear({
      draft: ({ item }) => view.draft(item),
      progress: ({ id, state, reason }) => view.progress(id, state, reason),
      confirmed: ({ id, messageId }) => view.confirm(id, messageId),
    });
  }

  /** Draw what a reload, or another tab, left unconfirmed. */
  draw() {
    this.#store.outbox.forEach((item) => this.#view.draft(item));
  }

  /** `said`: {text, payload?, attachments?, location?} */
  add(said) {
    const item = { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, at: Date.now(), ...said };
    const kept = { ...item, attachments: item.attachments?.map(({ id, name }) => ({ id, name })) };
    this.#store.add(kept);
    this.#view.draft(item);
    tell("draft", { item: kept });
    this.flush();
  }

  /** Send everything; resolves when the outbox is empty. */
  flush() {
    this.#flushing ??= alone("outbox", () => this.#sendAll()).finally(() => {
      this.#flushing = null;
      if (this.#store.outbox.length) this.flush(); // said while the last one was being confirmed
    });
    return this.#flushing;
  }

  async #sendAll() {
    for (let item = this.#store.outbox[0]; item; item = this.#store.outbox[0]) await this.#deliver(item);
  }

  async #deliver(item) {
    const send = () => {
      this.#progress(item, "sending");
      return this.#keeper.with((token) => post(token, item));
    };
    const failed = (error) => {
      if (error instanceof Refused && error.final) throw error;
      if (error.status !== 401) this.#progress(item, "waiting_network");
    };
    let messageId;
    try {
      messageId = await persist(send, failed);
    } catch (error) {
      this.#store.remove(item.id);
      this.#progress(item, "failed", error.detail || texts.failed);
      return;
    }
    this.#store.remove(item.id);
    this.#view.confirm(item.id, messageId);
    tell("confirmed", { id: item.id, messageId });
  }

  #progress(item, state, reason = "") {
    this.#view.progress(item.id, state, reason);
    tell("progress", { id: item.id, state, reason });
  }
}
