/** What was typed goes to the outbox first, then to the server, in order, until it is confirmed. One tab sends at a time. */

import { post, Refused } from "./api.js";
import { texts } from "./dom.js";
import { pause } from "./patience.js";
import { alone, hear, tell } from "./tabs.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20000;

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
    for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 2, LONGEST_PAUSE_MS)) {
      this.#progress(item, "sending");
      try {
        const messageId = await this.#keeper.with((token) => post(token, item));
        this.#store.remove(item.id);
        this.#view.confirm(item.id, messageId);
        tell("confirmed", { id: item.id, messageId });
        return;
      } catch (error) {
        if (error instanceof Refused && error.status !== 401 && !error.passing) {
          this.#store.remove(item.id);
          this.#progress(item, "failed", error.detail || texts.failed);
          return;
        }
        if (error.status === 401) continue; // begun anew; what was said goes to the new session
        this.#progress(item, "waiting_network");
        await pause((error.retryAfterS ?? 0) * 1000 || ms);
      }
    }
  }

  #progress(item, state, reason = "") {
    this.#view.progress(item.id, state, reason);
    tell("progress", { id: item.id, state, reason });
  }
}
