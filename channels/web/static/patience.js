/** Pauses between tries, cut short when the network, the visitor or the machine comes back. */

export const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20000;
const JUMP_MS = 20000;
const TICK_MS = 5000;
let sleepers = [];
const onReturn = new Set();

/** A pause of about `ms`: spread, so that a restarted server is not stormed by all at once. */
export function pause(ms) {
  return new Promise((done) => {
    sleepers.push(done);
    setTimeout(done, ms * (0.75 + Math.random() / 2));
  });
}

/** The pause that follows one of `ms`. */
export const longer = (ms) => Math.min(ms * 2, LONGEST_PAUSE_MS);

/** `work()`'s answer, tried until it is there; `failed(error)` hears of each try that was in vain, and may throw to end it. */
export async function persist(work, failed = () => {}) {
  for (let ms = FIRST_PAUSE_MS; ; ms = longer(ms)) {
    try {
      return await work();
    } catch (error) {
      failed(error);
      // A session begun anew is tried with at once.
      if (error.status !== 401) await pause((error.retryAfterS ?? 0) * 1000 || ms);
    }
  }
}

/** Try again now. */
export function hurry() {
  const woken = sleepers;
  sleepers = [];
  woken.forEach((done) => done());
}

/** `work()` each time the page comes back: from sleep, from behind other windows, from the browser's cache → how to stop. */
export function whenBack(work) {
  onReturn.add(work);
  return () => onReturn.delete(work);
}

function back() {
  onReturn.forEach((work) => work());
  hurry();
}

window.addEventListener("online", back);
window.addEventListener("pageshow", (event) => event.persisted && back());
document.addEventListener("visibilitychange", () => !document.hidden && back());
let before = Date.now();
setInterval(() => {
  if (Date.now() - before > JUMP_MS + TICK_MS) back(); // the clock jumped: the machine slept
  before = Date.now();
}, TICK_MS);
