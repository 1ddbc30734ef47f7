/** What must survive a reload: the session, messages that the server has not confirmed, what was read, the visitor's choices. */

/** localStorage, or a stand-in for as long as the page lives where the browser forbids it. */
function storage() {
  try {
    window.localStorage.setItem("care-chat.probe", "1");
    window.localStorage.removeItem("care-chat.probe");
    return window.localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => kept.set(name, value),
      removeItem: (name) => kept.delete(name),
    };
  }
}

export class Store {
  #kept = storage();
  /** Whether anything here outlives the page. */
  lasting = this.#kept instanceof Storage;

  #read(name, otherwise) {
    try {
      return JSON.parse(this.#kept.getItem(`care-chat.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  #write(name, value) {
    if (value === null) this.#kept.removeItem(`care-chat.${name}`);
    else this.#kept.setItem(`care-chat.${name}`, JSON.stringify(value));
  }

  /** {session_id, token, bound, at} or null. */
  get session() {
    return this.#read("session", null);
  }

  set session(value) {
    this.#write("session", value);
  }

  /** Unconfirmed messages, oldest first: {id, text, payload?, attachments?, location?, at}. Other tabs write it too. */
  get outbox() {
    return this.#read("outbox", []);
  }

  add(item) {
    this.#write("outbox", [...this.outbox, item]);
  }

  remove(id) {
    this.#write("outbox", this.outbox.filter((item) => item.id !== id));
  }

  /** The id of the newest message that was seen. */
  get read() {
    return this.#read("read", "0");
  }

  set read(id) {
    this.#write("read", id);
  }

  /** The id of the newest message when a rating was given or refused. */
  get rated() {
    return this.#read("rated", "0");
  }

  set rated(id) {
    this.#write("rated", id);
  }

  get large() {
    return this.#read("large", false);
  }

  set large(on) {
    this.#write("large", on);
  }

  /** All about the conversation; the visitor's choices stay. */
  forget() {
    ["session", "outbox", "read", "rated"].forEach((name) => this.#write(name, null));
  }
}
