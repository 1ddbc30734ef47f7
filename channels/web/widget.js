/** One line on any site: <script src="https://…/widget.js" async></script>. A round button that opens the chat in a frame. */
(() => {
  const texts = __TEXTS__;
  const script = document.currentScript;
  const base = script?.src ? new URL(script.src).origin : new URL(__BASE_URL__).origin;
  if (document.getElementById("care-chat")) return;

  const host = document.createElement("div");
  host.id = "care-chat";
  const root = host.attachShadow({ mode: "open" }); // the site's styles and ours stay apart
  const sheet = new CSSStyleSheet(); // allowed even where the site's policy forbids inline styles
  sheet.replaceSync(`
    button { all: initial; position: fixed; right: 20px; bottom: max(20px, env(safe-area-inset-bottom)); width: 60px; height: 60px; border-radius: 50%;
      background: #0f4c8a; box-shadow: 0 6px 20px #0f233a59; cursor: pointer; display: grid; place-items: center; z-index: 2147483000; }
    button:focus-visible { outline: 3px solid #2f80d8; outline-offset: 3px; }
    .count { position: absolute; top: -2px; right: -2px; min-width: 22px; height: 22px; border-radius: 11px; background: #c0321f; color: #fff;
      font: 700 13px/22px system-ui, sans-serif; text-align: center; }
    iframe { position: fixed; right: 20px; bottom: 92px; width: min(400px, 100vw - 40px); height: min(680px, 100dvh - 120px); border: 0;
      border-radius: 18px; box-shadow: 0 18px 48px #0f233a4d; background: #fff; z-index: 2147483000; }
    @media (max-width: 560px) { iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; } }
    [hidden] { display: none !important; }`);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", texts.open_chat);
  button.setAttribute("aria-expanded", "false");
  button.innerHTML = '<svg viewBox="0 0 40 40" width="34" height="34" aria-hidden="true"><path d="M22.5 6 11 22.2h7.4L16.6 34 29 16.9h-7.7z" fill="#ffc93c"/></svg>';
  const count = document.createElement("span");
  count.className = "count";
  count.hidden = true;
  button.append(count);
  root.append(button);
  let frame = null;
  let loaded = false;

  function tell(type) {
    if (!loaded) return; // its load event tells
    frame.contentWindow.postMessage({ type: `care-chat:${type}` }, base);
  }

  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = texts.chat_title;
      frame.src = `${base}/chat#parent=${encodeURIComponent(location.origin)}`;
      frame.addEventListener("load", () => {
        loaded = true;
        tell(frame.hidden ? "closed" : "opened");
      });
      root.append(frame);
    }
    frame.hidden = false;
    count.hidden = true;
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-label", texts.close_chat);
    tell("opened");
  }

  function close() {
    frame.hidden = true;
    tell("closed");
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-label", texts.open_chat);
    button.focus();
  }

  button.addEventListener("click", () => (frame && !frame.hidden ? close() : open()));
  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base) return;
    if (event.data?.type === "care-chat:close") close();
    if (event.data?.type === "care-chat:unread" && frame.hidden) {
      count.textContent = String(Math.min(event.data.count, 99));
      count.hidden = false;
    }
  });
  const attach = () => document.body.append(host);
  if (document.body) attach();
  else document.addEventListener("DOMContentLoaded", attach);
})();
