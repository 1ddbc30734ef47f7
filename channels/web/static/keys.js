/** A secret that binds the session to this browser: scripts can prove with it, but not read it, not even ours. */

const DATABASE = "care-chat";
const KEYS = "keys";
const NAME = "session";

function openDatabase() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(KEYS);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error);
  });
}

async function withKeys(mode, work) {
  const database = await openDatabase();
  try {
    return await new Promise((done, failed) => {
      const change = database.transaction(KEYS, mode);
      const asked = work(change.objectStore(KEYS));
      change.oncomplete = () => done(asked.result);
      change.onerror = change.onabort = () => failed(change.error);
    });
  } finally {
    database.close();
  }
}

async function kept(raw) {
  try {
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    await withKeys("readwrite", (keys) => keys.put(key, NAME));
    return true;
  } catch {
    return false;
  }
}

/** Make a new key → {told: what the server must know of it (base64), kept: whether the browser keeps it (a promise)}. */
export function newKey() {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  return { told: btoa(String.fromCharCode(...raw)), kept: kept(raw) };
}

/** The proof (hex) that the holder of the key asks for what follows `token`; null without a key. */
export async function proof(token) {
  try {
    const key = await withKeys("readonly", (keys) => keys.get(NAME));
    const signed = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(token));
    return [...new Uint8Array(signed)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return null;
  }
}
