/** After a talk: one to five stars and a word, once, or not at all. */

import { rate } from "./api.js";
import { el, texts } from "./dom.js";
import { tell } from "./tabs.js";

export class Rating {
  #card = el("rating");
  #store;
  #talk;
  #keeper;
  onChange = () => {};

  constructor(store, talk, keeper) {
    this.#store = store;
    this.#talk = talk;
    this.#keeper = keeper;
    this.#card.addEventListener("submit", (event) => (event.preventDefault(), this.#send()));
    el("no-rating").addEventListener("click", () => this.#done(""));
  }

  /** Ask, unless this talk was rated or the visitor did not want to. */
  ask() {
    if (this.#store.rated === this.#talk.lastId || !this.#card.hidden) return;
    this.#card.reset();
    el("rating-told").textContent = "";
    this.#card.hidden = false;
    this.onChange();
  }

  hide() {
    this.#card.hidden = true;
  }

  async #send() {
    const stars = Number(new FormData(this.#card).get("stars"));
    const comment = el("comment").value.trim();
    if (!stars) {
      el("rating-told").textContent = texts.rating_missing;
      return;
    }
    try {
      await this.#keeper.with((token) => rate(token, stars, comment || undefined));
      this.#done(texts.rating_thanks);
    } catch (error) {
      el("rating-told").textContent = error.detail || texts.failed_now;
    }
  }

  #done(told) {
    this.#store.rated = this.#talk.lastId;
    this.hide();
    tell("rated");
    el("notice").textContent = told;
    el("input").focus();
  }
}
