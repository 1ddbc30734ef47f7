/** Inside another site's frame: closing, and telling how many answers came unseen. The words never leave the frame. */

const embedded = window.parent !== window;
const parentOrigin = new URLSearchParams(location.hash.slice(1)).get("parent");
let open = true;
let unread = 0;

function tell(type, detail = {}) {
  if (embedded && parentOrigin) window.parent.postMessage({ type: `care-chat:${type}`, ...detail }, parentOrigin);
}

export function announceUnread() {
  if (open) return;
  unread += 1;
  tell("unread", { count: unread });
}

export function prepareEmbedding() {
  if (!embedded) return;
  document.getElementById("close")?.addEventListener("click", () => tell("close"));
  document.addEventListener("keydown", (event) => event.key === "Escape" && tell("close"));
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== parentOrigin) return;
    open = event.data?.type === "care-chat:opened";
    if (open) {
      unread = 0;
      document.getElementById("input").focus();
    }
  });
}
