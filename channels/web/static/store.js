/** What must survive a reload: the session, and the messages that the server has not confirmed yet. */

const SESSION = "care-chat.session";
const OUTBOX = "care-chat.outbox";

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

  #read(name, otherwise) {
    try {
      return JSON.parse(this.#kept.getItem(name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  /** {session_id, token} or null. */
  get session() {
    return this.#read(SESSION, null);
  }

  set session(value) {
    if (value) this.#kept.setItem(SESSION, JSON.stringify(value));
    else this.#kept.removeItem(SESSION);
  }

  /** Unconfirmed messages, oldest first: {id, text, payload?, at}. Read anew each time: other tabs write it too. */
  get outbox() {
    return this.#read(OUTBOX, []);
  }

  add(item) {
    this.#kept.setItem(OUTBOX, JSON.stringify([...this.outbox, item]));
  }

  remove(id) {
    this.#kept.setItem(OUTBOX, JSON.stringify(this.outbox.filter((item) => item.id !== id)));
  }
}
