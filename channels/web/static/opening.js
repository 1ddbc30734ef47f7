/** The first things to happen: the session and its first messages are asked for while the rest of the page still loads. */

import { history } from "./api.js";
import { SessionKeeper } from "./session.js";
import { Store } from "./store.js";

export const store = new Store();
export const keeper = new SessionKeeper(store);
/** What `history` answers, or null: then it is asked for again, with patience. */
export const firstPage = keeper.with((token) => keeper.first() ?? history(token, "0")).catch(() => null);
