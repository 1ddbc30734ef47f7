/** Where the visitor writes: words, pictures and files, the place where they are. What is chosen waits in a tray till sent. */

import { Refused, upload } from "./api.js";
import { button, el, icon, make, texts } from "./dom.js";
import { persist } from "./patience.js";
import { lightened } from "./pictures.js";

const LONGEST_TEXT = 10000;
const MOST_FILES = 5;
const LARGEST_FILE = 5 * 1024 * 1024;
const FIX = { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 };
const FIX_FAILED = { 1: "location_denied" };

export class Composer {
  #input = el("input");
  #send = el("send");
  #tray = el("tray");
  #files = []; // {id once uploaded, name, kind, preview}
  #place = null;
  #keeper;
  #complain;
  onSend = () => {};

  constructor(keeper, complain) {
    this.#keeper = keeper;
    this.#complain = complain;
    el("form").addEventListener("submit", (event) => (event.preventDefault(), this.#submit()));
    this.#input.addEventListener("input", () => (complain(""), this.#changed()));
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("paste", (event) => this.#taken(event, event.clipboardData));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => this.#taken(event, event.dataTransfer));
    el("attach").addEventListener("click", () => el("file").click());
    el("file").addEventListener("change", ({ target }) => (this.#add([...target.files]), (target.value = "")));
    el("place").addEventListener("click", () => this.#locate());
    el("place").hidden = !("geolocation" in navigator && window.isSecureContext);
    this.#changed();
  }

  focus() {
    this.#input.focus();
  }

  #key(event) {
    // Vietnamese input methods end a syllable with Enter: that one is theirs.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    el("form").requestSubmit();
  }

  #submit() {
    const text = this.#input.value.trim().normalize("NFC");
    if (this.#send.disabled) return;
    if (text.length > LONGEST_TEXT) {
      this.#complain(texts.too_long);
      return;
    }
    this.#complain("");
    const said = { text: text || undefined };
    if (this.#files.length) said.attachments = this.#files.map(({ id, name, preview }) => ({ id, name, preview }));
    if (this.#place) said.location = this.#place;
    this.#input.value = "";
    this.#files = [];
    this.#place = null;
    this.#changed();
    this.onSend(said);
    this.#input.focus();
  }

  #taken(event, transfer) {
    const files = [...(transfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.#add(files);
  }

  #add(files) {
    this.#complain("");
    if (this.#files.length + files.length > MOST_FILES) {
      this.#complain(texts.too_many_files);
      return;
    }
    files.forEach((file) => this.#upload(file));
  }

  async #upload(file) {
    const entry = { id: null, name: file.name.normalize("NFC").slice(0, 100), preview: undefined };
    this.#files.push(entry);
    this.#changed();
    const light = await lightened(file);
    try {
      if (light.size > LARGEST_FILE) throw new Refused(413, texts.file_too_large, 0);
      if (light.type.startsWith("image/")) entry.preview = URL.createObjectURL(light);
      this.#changed();
      entry.id = await this.#sent(light, entry);
    } catch (error) {
      this.#files = this.#files.filter((each) => each !== entry);
      this.#complain(error.detail || texts.failed);
    }
    this.#changed();
  }

  /** Uploaded, however often the network fails, unless it was taken out of the tray meanwhile. */
  async #sent(file, entry) {
    const send = () =>
      this.#files.includes(entry) ? this.#keeper.with((token) => upload(token, file, entry.name)) : null;
    return persist(send, (error) => {
      if (error instanceof Refused && error.final) throw error;
    });
  }

  #locate() {
    this.#complain("");
    el("place").disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.#place = { lat: coords.latitude, lon: coords.longitude };
        el("place").disabled = false;
        this.#changed();
        this.#input.focus();
      },
      ({ code }) => {
        el("place").disabled = false;
        this.#complain(texts[FIX_FAILED[code]] ?? texts.location_failed);
      },
      FIX,
    );
  }

  #changed() {
    this.#tray.replaceChildren(
      ...this.#files.map((entry) =>
        this.#chip(
          entry.id ? entry.name : `${texts.uploading} ${entry.name}`,
          entry.preview,
          () => (this.#files = this.#files.filter((each) => each !== entry)),
          "file",
        ),
      ),
    );
    if (this.#place) this.#tray.append(this.#chip(texts.location_chosen, null, () => (this.#place = null), "pin"));
    this.#tray.hidden = !this.#tray.childElementCount;
    this.#input.style.height = "auto";
    this.#input.style.height = `${Math.min(this.#input.scrollHeight + 3, 132)}px`;
    const something = this.#input.value.trim() || this.#files.length || this.#place;
    this.#send.disabled = !something || this.#files.some((entry) => !entry.id);
  }

  #chip(label, preview, remove, sign) {
    const chip = make("span", "chip");
    chip.append(preview ? Object.assign(make("img"), { src: preview, alt: "" }) : icon(sign));
    const out = button("×", () => (remove(), this.#changed(), this.#input.focus()));
    out.setAttribute("aria-label", `${texts.remove} ${label}`);
    chip.append(make("span", "", label), out);
    return chip;
  }
}
