/** The web chat's HTTP contract. Network failures stay what fetch throws; answers that are not 2xx become Refused. */

const PATIENCE_MS = 20000;
const UPLOAD_PATIENCE_MS = 120000;
export const PAGE = 200;
const SILENCE_MS = 50000; // the server says something every 20 s

export class Refused extends Error {
  constructor(status, detail, retryAfterS) {
    super(detail || String(status));
    this.status = status;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }

  /** Worth another try: too fast, or the server is away. */
  get passing() {
    return this.status === 429 || this.status >= 500;
  }

  /** The same would be refused again, by a new session too. */
  get final() {
    return this.status !== 401 && !this.passing;
  }
}

async function call(path, { token, json, ...options } = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (json) Object.assign(headers, { "Content-Type": "application/json" });
  const body = json ? JSON.stringify(json) : options.body;
  const signal = options.signal ?? AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(path, { cache: "no-store", credentials: "omit", ...options, signal, headers, body });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, problem.detail ?? "", Number(answer.headers.get("Retry-After")) || 0);
}

const posted = async (path, options) => (await call(path, { method: "POST", ...options })).json();

/** `key` (or null) binds the session to this browser → {session_id, token} and what `history` says at its beginning */
export const openSession = (key) => posted("/web/sessions", { json: key ? { key } : {} });

/** → {session_id, token} that follows `token`. */
export const renewSession = (token, proof) => posted("/web/sessions/renew", { token, json: { proof } });

/** → {messages, state}: at most PAGE messages after `after`. */
export async function history(token, after) {
  return (await call(`/web/messages?after=${encodeURIComponent(after)}`, { token })).json();
}

/** Post one outbox item; the same item again is harmless → the server's message id. */
export async function post(token, { id, text, payload, attachments, location }) {
  const ids = attachments?.length ? attachments.map((each) => each.id) : undefined;
  const json = { client_message_id: id, text: text || undefined, payload, attachments: ids, location };
  return (await posted("/web/messages", { token, json })).message_id;
}

/** → the attachment's id */
export async function upload(token, file, name) {
  const body = new FormData();
  body.append("file", file, name);
  const signal = AbortSignal.timeout(UPLOAD_PATIENCE_MS);
  return (await posted("/web/attachments", { token, body, signal })).attachment_id;
}

export const endTalk = (token) => posted("/web/end", { token, json: {} });
export const rate = (token, stars, comment) => posted("/web/rating", { token, json: { stars, comment } });
export const deleteTalk = (token) => call("/web/conversation", { token, method: "DELETE" });

/**
 * Read the live stream until it ends or `signal` aborts; `seen({name, data})` for each event, `alive()` whenever the server
 * says anything. EventSource can send no Authorization header, hence fetch.
 */
export async function listen(token, lastId, signal, alive, seen) {
  const silence = new AbortController();
  const stop = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const answer = await call("/web/events", { token, headers: { "Last-Event-ID": lastId }, signal: stop });
    alive();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      alive();
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
