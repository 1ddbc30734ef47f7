/** The conversation as this tab knows it: history first, then live, from the server or from the tab that leads. */

import { history, listen, PAGE } from "./api.js";
import { FIRST_PAUSE_MS, longer, pause, persist, whenBack } from "./patience.js";
import { hear, lead, tell } from "./tabs.js";

const PATIENT_MS = 2500; // a shorter break of the network is not worth a word
const QUIET_MS = 25000; // on coming back, a stream that was silent so long is taken for dead
const TYPING_MS = 90000;

export class Talk {
  lastId = "0";
  onMessage = () => {};
  onTyping = () => {};
  onState = () => {};
  onNetwork = () => {};
  onLive = () => {};
  onForgotten = () => {};
  #keeper;
  #typing = 0;
  #trouble = 0;
  #catching = null;
  #attempt = null;
  #firstPage;
  #epoch = 0; // counts conversations: answers about the one before come too late
  #isLive = false;

  /** `firstPage`: the promise of what `history` answers from the beginning, or of null. */
  constructor(keeper, firstPage) {
    this.#keeper = keeper;
    this.#firstPage = firstPage;
    hear({
      event: ({ name, data, before }) => this.#told(name, data, before),
      network: ({ trouble }) => this.onNetwork(trouble),
    });
  }

  start() {
    this.#soonTroubled();
    this.refresh();
    lead((signal) => this.#stayConnected(signal));
  }

  /** The conversation is another one now. */
  begin() {
    this.lastId = "0";
    this.#epoch += 1;
    this.#firstPage = null;
    this.#catching = null;
    this.#attempt?.abort();
  }

  /** Read what is new until it succeeds. */
  refresh() {
    return persist(() => this.#catchUp());
  }

  #catchUp() {
    if (!this.#catching) {
      const reading = this.#readOn().finally(() => this.#catching === reading && (this.#catching = null));
      this.#catching = reading;
    }
    return this.#catching;
  }

  /** The message with links that are good now. */
  async again(id) {
    const before = String(BigInt(id) - 1n);
    const { messages } = await this.#keeper.with((token) => history(token, before));
    return messages.find((message) => message.id === id) ?? null;
  }

  async #readOn() {
    const epoch = this.#epoch;
    for (;;) {
      const { messages, state } = await this.#nextPage();
      if (epoch !== this.#epoch) return;
      messages.forEach((message) => this.#received(message));
      this.onState(state);
      if (messages.length < PAGE) break;
    }
    this.#well();
    if (!this.#isLive) this.onLive();
    this.#isLive = true;
  }

  async #nextPage() {
    const asked = this.#firstPage;
    this.#firstPage = null;
    return (await asked) ?? this.#keeper.with((token) => history(token, this.lastId));
  }

  /** Listen for as long as this tab leads. */
  async #stayConnected(signal) {
    let ms = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const attempt = (this.#attempt = new AbortController());
      let heardAt = Date.now();
      const leave = () => attempt.abort();
      window.addEventListener("offline", leave, { once: true });
      const quit = whenBack(() => Date.now() - heardAt > QUIET_MS && leave());
      try {
        await this.#catchUp();
        const alive = () => {
          heardAt = Date.now();
          ms = FIRST_PAUSE_MS;
          this.#well();
          tell("pulse");
        };
        const stop = AbortSignal.any([signal, attempt.signal]);
        await this.#keeper.with((token) => listen(token, this.lastId, stop, alive, (event) => this.#lead(event)));
      } catch (error) {
        if (error.status === 401) ms = FIRST_PAUSE_MS;
      }
      window.removeEventListener("offline", leave);
      quit();
      if (signal.aborted) return;
      this.#type(false);
      this.#soonTroubled();
      tell("pulse");
      await pause(ms);
      ms = longer(ms);
    }
  }

  #lead({ name, data }) {
    tell("event", { name, data, before: this.lastId });
    this.#seen(name, data);
  }

  /** The leading tab heard something; what we missed before it we read ourselves. */
  #told(name, data, before) {
    this.#well();
    if (name === "message" && BigInt(before) > BigInt(this.lastId)) this.refresh();
    else this.#seen(name, data);
  }

  #seen(name, data) {
    if (name === "message") this.#received(data);
    else if (name === "typing") this.#type(data.on && data.author !== "customer");
    else if (name === "handover") this.onState(data.state);
    else if (name === "forgotten") this.onForgotten();
  }

  #received(message) {
    if (BigInt(message.id) <= BigInt(this.lastId)) return;
    this.lastId = message.id;
    if (message.author !== "customer") this.#type(false);
    this.onMessage(message);
  }

  #type(on) {
    clearTimeout(this.#typing);
    this.onTyping(on);
    if (on) this.#typing = setTimeout(() => this.onTyping(false), TYPING_MS);
  }

  #well() {
    clearTimeout(this.#trouble);
    this.#trouble = 0;
    this.onNetwork(null);
    tell("network", { trouble: null });
  }

  #soonTroubled() {
    if (this.#trouble) return;
    const say = () => {
      const trouble = navigator.onLine ? "reconnecting" : "offline";
      this.onNetwork(trouble);
      tell("network", { trouble });
    };
    this.#trouble = setTimeout(say, navigator.onLine ? PATIENT_MS : 0);
  }
}
