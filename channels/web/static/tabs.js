/** The tabs of one browser in step: one of them leads and listens to the server, it tells the others. */

const PULSE_LOST_MS = 60000; // the leader hears from the server, or tries again, at least every 50 s
const ANSWER_MS = 2000;
const LEAD = "care-chat.lead";

const channel = "BroadcastChannel" in window ? new BroadcastChannel("care-chat") : null;
let lastPulse = Date.now();

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
export function alone(name, work) {
  return navigator.locks ? navigator.locks.request(`care-chat.${name}`, work) : work();
}

/** `work(signal)` for as long as this tab leads; where the browser can't choose one, every tab leads. */
export function lead(work) {
  if (!navigator.locks || !channel) {
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
      .catch(() => {
        if (options.signal?.aborted) return;
        leading?.abort(); // another tab thought us asleep
        leading = null;
        queue();
      });
  const queue = () => {
    queued = new AbortController();
    enter({ signal: queued.signal });
  };
  const takeOver = () => {
    queued.abort();
    enter({ steal: true });
  };
  const check = () => {
    if (leading || document.hidden) return;
    const asked = Date.now();
    tell("ping");
    setTimeout(() => !leading && lastPulse < asked && takeOver(), ANSWER_MS);
  };
  channel.addEventListener("message", ({ data }) => data.kind === "ping" && leading && tell("pulse"));
  document.addEventListener("visibilitychange", check);
  setInterval(() => Date.now() - lastPulse > PULSE_LOST_MS && check(), PULSE_LOST_MS / 4);
  queue();
}
