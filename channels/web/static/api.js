/** The web chat's HTTP contract. Network failures stay what fetch throws; answers that are not 2xx become Refused. */

const PATIENCE_MS = 20000;
const SILENCE_MS = 50000; // the server says something every 20 s

export class Refused extends Error {
  constructor(status, detail, retryAfterS) {
    super(detail || String(status));
    this.status = status;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }
}

async function call(path, { token, ...options } = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (options.body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { cache: "no-store", credentials: "omit", ...options, headers });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, problem.detail ?? "", Number(answer.headers.get("Retry-After")) || 0);
}

const patience = () => AbortSignal.timeout(PATIENCE_MS);

/** → {session_id, token} */
export async function openSession() {
  return (await call("/web/sessions", { method: "POST", body: "{}", signal: patience() })).json();
}

/** → {messages, state}: at most 200 messages after `after`. */
export async function history(token, after) {
  return (await call(`/web/messages?after=${encodeURIComponent(after)}`, { token, signal: patience() })).json();
}

/** Post one outbox item; the same item again is harmless → the server's message id. */
export async function post(token, { id, text, payload }) {
  const body = JSON.stringify({ client_message_id: id, text, payload });
  return (await (await call("/web/messages", { token, method: "POST", body, signal: patience() })).json()).message_id;
}

/**
 * Read the live stream until it ends or `signal` aborts; `seen({name, data})` for each event, `opened()` once.
 * EventSource can send no Authorization header, hence fetch.
 */
export async function listen(token, lastId, signal, opened, seen) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const stop = AbortSignal.any([signal, silence.signal]);
  try {
    const answer = await call("/web/events", { token, headers: { "Last-Event-ID": lastId }, signal: stop });
    opened();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      blocks.map(parseEvent).filter(Boolean).forEach(seen);
    }
  } finally {
    clearTimeout(timer);
  }
}

function parseEvent(block) {
  const fields = Object.fromEntries(
    block
      .split("\n")
      .filter((line) => line && !line.startsWith(":"))
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
  );
  return fields.data ? { name: fields.event ?? "message", data: JSON.parse(fields.data) } : null;
}
