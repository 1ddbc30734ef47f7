/** One line on any site: <script src="https://…/widget.js" async></script>. A round button that opens the chat in a frame. */
(() => {
  const texts = __TEXTS__;
  const script = document.currentScript;
  const base = script?.src ? new URL(script.src).origin : new URL(__BASE_URL__).origin;
  if (document.getElementById("care-chat")) return;

  const USED = "care-chat.used"; // on this site's own storage: only that the chat was opened once
  const PHONE = matchMedia("(max-width: 560px), (max-height: 480px)");
  const host = document.createElement("div");
  host.id = "care-chat";
  const root = host.attachShadow({ mode: "open" }); // the site's styles and ours stay apart
  const sheet = new CSSStyleSheet(); // allowed even where the site's policy forbids inline styles
  sheet.replaceSync(`
    button { all: initial; position: fixed; right: 20px; bottom: max(20px, env(safe-area-inset-bottom)); width: 60px; height: 60px; border-radius: 50%;
      background: #0f4c8a; box-shadow: 0 6px 20px #0f233a59, 0 0 0 2px #fff; cursor: pointer; display: grid; place-items: center; z-index: 2147483000; }
    button:hover { background: #0b3c6e; }
    button:focus-visible { outline: 3px solid #2f80d8; outline-offset: 4px; }
    .count { position: absolute; top: -4px; right: -4px; box-sizing: border-box; min-width: 24px; height: 24px; padding: 0 6px; border-radius: 12px; background: #c0321f; color: #fff;
      font: 700 14px/24px system-ui, sans-serif; text-align: center; }
    iframe { position: fixed; right: 20px; bottom: 92px; width: min(400px, 100vw - 40px); height: min(680px, 100dvh - 120px); border: 0;
      border-radius: 18px; box-shadow: 0 18px 48px #0f233a4d; background: #fff; z-index: 2147483000; }
    .phone iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
    .phone.open button { display: none; }
    [hidden] { display: none !important; }
    @media (prefers-color-scheme: dark) { iframe { background: #141d26; } }
    @media (forced-colors: active) { button { border: 2px solid ButtonText; } }
    @media (prefers-reduced-motion: no-preference) { iframe { animation: rise .18s ease-out; } @keyframes rise { from { opacity: 0; transform: translateY(12px); } } }
    @media print { div { display: none; } }`);
  root.adoptedStyleSheets = [sheet];

  const svg = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const box = document.createElement("div");
  const button = document.createElement("button");
  button.type = "button";
  const bolt = svg("svg", { viewBox: "0 0 40 40", width: "34", height: "34", "aria-hidden": "true" });
  bolt.append(svg("path", { d: "M22.5 6 11 22.2h7.4L16.6 34 29 16.9h-7.7z", fill: "#ffc93c" }));
  const count = document.createElement("span");
  count.className = "count";
  count.hidden = true;
  count.setAttribute("aria-hidden", "true"); // the button's name tells it
  button.append(bolt, count);
  box.append(button);
  root.append(box);
  let frame = null;
  let loaded = false;
  let isOpen = false;
  let unread = 0;
  let covered = [];
  let scrolling = null; // how the site scrolled before we covered it

  function show() {
    button.setAttribute("aria-expanded", String(isOpen));
    const told = unread ? `${texts.open_chat} (${unread} ${texts.unread})` : texts.open_chat;
    button.setAttribute("aria-label", isOpen ? texts.close_chat : told);
    count.textContent = unread > 99 ? "99+" : String(unread);
    count.hidden = isOpen || !unread;
    box.classList.toggle("open", isOpen);
    box.classList.toggle("phone", PHONE.matches);
    cover(isOpen && PHONE.matches);
  }

  /** While the chat fills the screen nothing behind it can be reached or scrolled. */
  function cover(full) {
    if (!full) covered.splice(0).forEach((node) => (node.inert = false));
    else if (!covered.length) {
      covered = [...document.body.children].filter((node) => node !== host && !node.inert);
      covered.forEach((node) => (node.inert = true));
    }
    const page = document.documentElement.style;
    if (full && scrolling === null) [scrolling, page.overflow] = [page.overflow, "hidden"];
    else if (!full && scrolling !== null) [page.overflow, scrolling] = [scrolling, null];
  }

  function tell() {
    if (loaded) frame.contentWindow.postMessage({ type: `care-chat:${isOpen ? "opened" : "closed"}` }, base);
  }

  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = texts.chat_title;
    frame.allow = "geolocation";
    frame.src = `${base}/chat#parent=${encodeURIComponent(location.origin)}`;
    frame.hidden = true;
    frame.addEventListener("load", () => {
      loaded = true;
      tell();
    });
    box.append(frame);
  }

  function turn(open) {
    isOpen = open;
    if (open) {
      load();
      try {
        localStorage.setItem(USED, "1");
      } catch {
        // a site that forbids storage only loses the count before the first opening
      }
    }
    frame.hidden = !open;
    show();
    tell();
    if (open) frame.focus();
    else button.focus();
  }

  /** Who talked to us before on this site sees on the button what came since. */
  function lookForNews() {
    try {
      if (localStorage.getItem(USED)) load();
    } catch {
      // see above
    }
  }

  button.addEventListener("click", () => turn(!isOpen));
  PHONE.addEventListener("change", show);
  window.addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== base) return;
    if (data?.type === "care-chat:close" && isOpen) turn(false);
    if (data?.type === "care-chat:unread" && Number.isInteger(data.count)) {
      unread = data.count;
      show();
    }
  });
  show();
  const attach = () => {
    document.body.append(host);
    (window.requestIdleCallback ?? setTimeout)(lookForNews);
  };
  if (document.body) attach();
  else document.addEventListener("DOMContentLoaded", attach);
})();
