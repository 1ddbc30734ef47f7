/** The web chat: what was typed goes to the outbox first, then to the server until it is confirmed; answers come live. */

import { history, listen, openSession, post, Refused } from "./api.js";
import { announceUnread, prepareEmbedding } from "./embed.js";
import { Store } from "./store.js";
import { texts, View } from "./view.js";

const LONGEST_TEXT = 10000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20000;
const PATIENT_MS = 2500; // a shorter break of the network is not worth a word
const TYPING_MS = 90000;

const store = new Store();
const view = new View();
const form = document.getElementById("form");
const input = document.getElementById("input");
const send = document.getElementById("send");

let lastId = "0";
let wake = () => {}; // ends the pause of the loop that waits for the network
let flushing = false;
let typingTimer = 0;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** A pause that the network's return, or a tap on "send again", cuts short. */
function pause(ms) {
  return Promise.race([
    sleep(ms),
    new Promise((done) => {
      const former = wake;
      wake = () => (former(), done());
    }),
  ]);
}

function hurry() {
  const waiting = wake;
  wake = () => {};
  waiting();
}

/** Call `work` until it succeeds; the server's own refusals but "too fast" and "away" are passed on. */
async function persist(work, onTrouble = () => {}) {
  for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const passing = !(error instanceof Refused) || error.status === 429 || error.status >= 500;
      if (!passing) throw error;
      onTrouble(error);
      await pause((error.retryAfterS ?? 0) * 1000 || ms);
    }
  }
}

async function session() {
  if (!store.session) store.session = await openSession();
  return store.session;
}

/** The server no longer knows us (it lost its data, or its secret changed): begin anew, keep what waits to be sent. */
function forget(token) {
  if (store.session?.token !== token) return;
  store.session = null;
  lastId = "0";
  view.clear();
  store.outbox.forEach((item) => view.draft(item));
}

function received(message) {
  if (BigInt(message.id) <= BigInt(lastId)) return;
  lastId = message.id;
  if (message.author === "customer") {
    adopt(message);
  } else {
    typing(false);
    announceUnread();
  }
  view.message(message);
  view.replies(message.author === "customer" ? [] : message.buttons);
}

/** Our own message may come back by the live stream before the answer to its post: then it is the draft we show. */
function adopt(message) {
  const item = store.outbox.find(
    (each) => each.text === message.text && Date.parse(message.created_at) > each.at - 120000,
  );
  if (item) view.confirm(item, message.id);
}

function typing(on) {
  clearTimeout(typingTimer);
  view.typing(on);
  if (on) typingTimer = setTimeout(() => view.typing(false), TYPING_MS);
}

/** Send the outbox in order, one by one, each until the server has it. */
async function flush() {
  if (flushing) return;
  flushing = true;
  try {
    for (let item = store.outbox[0]; item; item = store.outbox[0]) await deliver(item);
  } finally {
    flushing = false;
  }
}

async function deliver(item) {
  let token;
  try {
    const id = await persist(async () => {
      ({ token } = await session());
      view.progress(item, "sending");
      return post(token, item);
    }, () => view.progress(item, "waiting_network"));
    store.remove(item.id);
    view.confirm(item, id);
  } catch (error) {
    if (error.status === 401) {
      forget(token);
    } else {
      store.remove(item.id);
      view.progress(item, "failed", error.detail || texts.failed);
    }
  }
}

function say(text, payload) {
  const item = { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, text, payload, at: Date.now() };
  store.add(item);
  view.replies([]);
  view.draft(item);
  hurry();
  flush();
}

async function catchUp(token) {
  for (;;) {
    const { messages, state } = await history(token, lastId);
    messages.forEach(received);
    view.state(state);
    if (messages.length < 200) return;
  }
}

function seen({ name, data }) {
  if (name === "message") received(data);
  else if (name === "typing") typing(data.on && data.author !== "customer");
  else if (name === "handover") view.state(data.state);
}

/** Stay connected for as long as the page is open. */
async function connect() {
  let trouble = setTimeout(() => view.network("connecting"), PATIENT_MS);
  let ms = FIRST_PAUSE_MS;
  for (;;) {
    let token;
    const attempt = new AbortController();
    const leave = () => attempt.abort();
    window.addEventListener("offline", leave, { once: true });
    try {
      ({ token } = await session());
      if (lastId === "0") await catchUp(token);
      view.speak();
      await listen(token, lastId, attempt.signal, () => {
        clearTimeout(trouble);
        view.network(null);
        ms = FIRST_PAUSE_MS;
        flush();
      }, seen);
    } catch (error) {
      if (error.status === 401) forget(token);
    }
    window.removeEventListener("offline", leave);
    typing(false);
    clearTimeout(trouble);
    trouble = setTimeout(() => view.network("offline"), navigator.onLine ? PATIENT_MS : 0);
    await pause(ms);
    ms = Math.min(ms * 2, LONGEST_PAUSE_MS);
  }
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight + 3, 132)}px`;
  send.disabled = !input.value.trim();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim().normalize("NFC");
  if (!text) return;
  if (text.length > LONGEST_TEXT) {
    view.complain(texts.too_long);
    return;
  }
  view.complain("");
  input.value = "";
  grow();
  say(text);
  input.focus();
});
input.addEventListener("input", () => (view.complain(""), grow()));
input.addEventListener("keydown", (event) => {
  // Vietnamese input methods end a syllable with Enter: that one is theirs.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});
view.onReply = (button) => say(button.title, button.payload);
view.onResend = hurry;
window.addEventListener("online", hurry);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());

prepareEmbedding();
store.outbox.forEach((item) => view.draft(item));
grow();
connect();
if (matchMedia("(pointer: fine)").matches && window.parent === window) input.focus();
