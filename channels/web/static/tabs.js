/** The tabs of one browser in step: one of them leads and listens to the server, it tells the others. */

const PULSE_LOST_MS = 60000; // the leader hears from the server, or tries again, at least every 50 s
const ANSWER_MS = 2000;
const LEAD = "care-chat.lead";

let lastPulse = Date.now();
const channel = opened();

/** Null where the browser gives a frame no such thing: then each tab stands for itself. */
function opened() {
  try {
    return navigator.locks ? new BroadcastChannel("care-chat") : null;
  } catch {
    return null;
  }
}

/** Tell the other tabs. */
export function tell(kind, detail = {}) {
  channel?.postMessage({ kind, ...detail });
}

/** `handlers[kind](detail)` for what other tabs tell. */
export function hear(handlers) {
  channel?.addEventListener("message", ({ data }) => {
    lastPulse = Date.now();
    handlers[data.kind]?.(data);
  });
}

/** `work()` while no other tab does work of this name. */
export async function alone(name, work) {
  let begun = false;
  const begin = () => {
    begun = true;
    return work();
  };
  if (!channel) return begin();
  try {
    return await navigator.locks.request(`care-chat.${name}`, begin);
  } catch (error) {
    if (begun) throw error;
    return begin(); // a browser that keeps frames of other sites from all storage refuses locks as well
  }
}

/** `work(signal)` for as long as this tab leads; where the browser can't choose one, every tab leads. */
export function lead(work) {
  if (!channel) {
    work(new AbortController().signal);
    return;
  }
  let queued;
  let leading = null;
  const enter = (options) =>
    navigator.locks
      .request(LEAD, options, () => {
        leading = new AbortController();
        return work(leading.signal);
      })
      .catch((error) => {
        if (options.signal?.aborted) return;
        if (error.name !== "AbortError") {
          leading ??= new AbortController();
          work(leading.signal);
          return;
        }
        leading?.abort(); // another tab thought us asleep
        leading = null;
        queue();
      });
  const queue = () => {
    queued = new AbortController();
    enter({ signal: queued.signal });
  };
  const check = () => {
    if (leading || document.hidden) return;
    const asked = Date.now();
    tell("ping");
    setTimeout(() => {
      if (leading || lastPulse >= asked) return;
      queued.abort();
      enter({ steal: true });
    }, ANSWER_MS);
  };
  channel.addEventListener("message", ({ data }) => data.kind === "ping" && leading && tell("pulse"));
  document.addEventListener("visibilitychange", check);
  setInterval(() => Date.now() - lastPulse > PULSE_LOST_MS && check(), PULSE_LOST_MS / 4);
  queue();
}
