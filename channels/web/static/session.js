/** The visitor's session: opened once for all tabs, its token renewed in time, begun anew when the server knows it no more. */

import { openSession, Refused, renewSession } from "./api.js";
import { newKey, proof } from "./keys.js";
import { alone } from "./tabs.js";

const RENEW_AFTER_MS = 12 * 3600 * 1000; // the server takes a bound token for a day

export class SessionKeeper {
  #store;
  #first = null;
  /** Called when the conversation is gone and a new one begins. */
  onForgotten = () => {};

  constructor(store) {
    this.#store = store;
  }

  /** `work(token)` with a token that is good; throws what `work` throws, and Refused 401 after forgetting a lost session. */
  async with(work) {
    const token = await this.#token();
    try {
      return await work(token);
    } catch (error) {
      if (error.status !== 401) throw error;
      if (await this.#renewed(token)) return work(this.#store.session.token);
      this.#forget(token);
      throw error;
    }
  }

  /** The messages that came with a session just opened, once; null when it was opened before. */
  first() {
    const first = this.#first;
    this.#first = null;
    return first;
  }

  async #token() {
    if (!this.#store.session) await alone("session", () => this.#open());
    const { token, bound, at } = this.#store.session;
    if (bound && Date.now() - at > RENEW_AFTER_MS) await this.#renewed(token);
    return this.#store.session.token;
  }

  async #open() {
    if (this.#store.session) return; // another tab was faster
    const key = this.#store.lasting && crypto.subtle ? newKey() : null;
    let opened = await openSession(key?.told ?? null);
    const bound = key !== null && (await key.kept);
    if (key && !bound) opened = await openSession(null); // a session bound to a lost key would end in a day
    const { session_id, token, ...first } = opened;
    this.#first = first;
    this.#store.session = { session_id, token, bound, at: Date.now() };
  }

  /** Whether a token other than `old` is there now. */
  #renewed(old) {
    return alone("session", async () => {
      const { token, bound } = this.#store.session ?? {};
      if (token !== old) return token !== undefined;
      const proven = bound ? await proof(old) : null;
      if (!proven) return false;
      try {
        this.#store.session = { ...(await renewSession(old, proven)), bound, at: Date.now() };
      } catch (error) {
        if (!(error instanceof Refused) || error.passing) throw error;
        return false;
      }
      return true;
    });
  }

  #forget(token) {
    if (this.#store.session?.token !== token) return;
    this.#store.session = null;
    this.#store.read = "0";
    this.#store.rated = "0";
    this.onForgotten();
  }
}
