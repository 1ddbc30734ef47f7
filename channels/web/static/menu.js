/** The menu of the talk: keep it, print it, larger letters, end it, delete it. */

import { deleteTalk, endTalk } from "./api.js";
import { el, texts } from "./dom.js";
import { download } from "./transcript.js";

export class Menu {
  #opener = el("more");
  #panel = el("menu");
  #store;
  #keeper;
  #complain;
  onDeleted = () => {};

  constructor(store, keeper, complain) {
    this.#store = store;
    this.#keeper = keeper;
    this.#complain = complain;
    this.#opener.addEventListener("click", () => this.#show(this.#panel.hidden));
    document.addEventListener("click", ({ target }) => {
      if (!this.#panel.contains(target) && !this.#opener.contains(target)) this.#show(false);
    });
    this.#panel.parentElement.addEventListener("keydown", (event) => this.#escaped(event));
    this.#panel.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.#panel.contains(relatedTarget) && relatedTarget !== this.#opener) this.#show(false);
    });
    this.#choice("download", () => this.#tried(() => download(keeper)));
    this.#choice("print", () => window.print());
    this.#choice("large", () => this.#enlarge(!store.large));
    this.#choice("end", () => this.#asked("end", () => keeper.with(endTalk)));
    this.#choice("delete", () => this.#asked("delete", () => this.#delete()));
    this.#enlarge(store.large);
  }

  #choice(name, work) {
    el(`menu-${name}`).addEventListener("click", () => {
      if (name !== "large") this.#show(false);
      work();
    });
  }

  #show(on) {
    if (this.#panel.hidden === !on) return;
    this.#panel.hidden = !on;
    this.#opener.setAttribute("aria-expanded", String(on));
    if (on) this.#panel.querySelector("button").focus();
  }

  #escaped(event) {
    if (event.key !== "Escape" || this.#panel.hidden) return;
    event.stopPropagation(); // in a frame it would close the whole chat
    this.#show(false);
    this.#opener.focus();
  }

  #enlarge(on) {
    this.#store.large = on;
    document.documentElement.classList.toggle("large", on);
    el("menu-large").setAttribute("aria-pressed", String(on));
  }

  async #tried(work) {
    try {
      await work();
    } catch (error) {
      this.#complain(error.detail || texts.failed_now);
    }
  }

  /** Ask in a dialogue before what can't be undone. */
  #asked(what, work) {
    const dialog = el("sure");
    el("sure-title").textContent = texts[`${what}_title`];
    el("sure-text").textContent = texts[`${what}_text`];
    el("sure-yes").textContent = texts[`${what}_yes`];
    el("sure-yes").className = what;
    dialog.returnValue = "";
    dialog.onclose = () => {
      this.#opener.focus();
      if (dialog.returnValue === "yes") this.#tried(work);
    };
    dialog.showModal();
    el("sure-no").focus();
  }

  async #delete() {
    await this.#keeper.with(deleteTalk);
    this.onDeleted();
  }
}
