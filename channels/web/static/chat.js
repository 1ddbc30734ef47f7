/** The web chat, put together: what the server says goes to the view, what the visitor does goes to the server. */

import { Attention } from "./attention.js";
import { Composer } from "./compose.js";
import { el, texts } from "./dom.js";
import { Menu } from "./menu.js";
import { Outbox } from "./outbox.js";
import { firstPage, keeper, store } from "./opening.js";
import { hurry } from "./patience.js";
import { Rating } from "./rating.js";
import { hear, tell } from "./tabs.js";
import { Talk } from "./talk.js";
import { View } from "./view.js";

const view = new View();
const attention = new Attention(store);
const talk = new Talk(keeper, firstPage);
const outbox = new Outbox(store, view, keeper);
const composer = new Composer(keeper, (text) => view.complain(text));
const rating = new Rating(store, talk, keeper);
const menu = new Menu(store, keeper, (text) => view.complain(text));
let state = "bot";

/** The conversation is gone: lost by the server or deleted. What waits to be sent goes to the next one. */
function beginAnew() {
  talk.begin();
  view.clear();
  attention.forget();
  rating.hide();
  outbox.draw();
}

function say(said) {
  view.replies([]);
  rating.hide();
  el("notice").textContent = "";
  outbox.add(said);
  hurry();
}

keeper.onForgotten = () => {
  beginAnew();
  tell("anew");
};
talk.onMessage = (message) => {
  const mine = message.author === "customer";
  if (mine && message.client_message_id) view.confirm(message.client_message_id, message.id);
  if (mine) rating.hide();
  else attention.received(message.id);
  view.message(message);
  view.replies(mine ? [] : message.buttons);
};
talk.onTyping = (on) => {
  view.typing(on);
  if (on) view.seen();
};
talk.onState = (name) => {
  view.state(name);
  // An agent gave the talk back, or it ended.
  if (name === "closed" || (state === "agent" && name === "bot")) rating.ask();
  state = name;
};
talk.onNetwork = (trouble) => view.network(trouble);
talk.onLive = () => {
  view.speak();
  if (store.outbox.length) outbox.flush();
};
// Asked for in the chat: what is left is read anew.
talk.onForgotten = () => {
  beginAnew();
  talk.refresh();
  hurry();
};
view.onReply = ({ title, payload }) => say({ text: title, payload });
view.onResend = hurry;
view.onRenew = (id) => talk.again(id);
composer.onSend = say;
rating.onChange = () => view.toEnd();
menu.onDeleted = () => {
  store.forget();
  beginAnew();
  el("notice").textContent = texts.deleted;
  tell("anew");
  talk.refresh();
  hurry();
};
hear({
  anew: () => {
    beginAnew();
    talk.refresh();
  },
  rated: () => rating.hide(),
  read: () => attention.readElsewhere(),
});

outbox.draw();
talk.start();
if (matchMedia("(pointer: fine)").matches && window.parent === window) composer.focus();
