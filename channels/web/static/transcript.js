/** The whole talk as a text file of the visitor's own; made here, nothing of it is sent anywhere. */

import { history, PAGE } from "./api.js";
import { texts } from "./dom.js";

const moment = new Intl.DateTimeFormat("vi-VN", { dateStyle: "short", timeStyle: "short" });

async function everything(keeper) {
  const all = [];
  for (;;) {
    const { messages } = await keeper.with((token) => history(token, all.at(-1)?.id ?? "0"));
    all.push(...messages);
    if (messages.length < PAGE) return all;
  }
}

function line({ author, created_at, text, attachments, location }) {
  const parts = [text, ...attachments.map(({ kind, name }) => `[${name || (kind === "image" ? texts.picture : texts.attachment)}]`)];
  if (location) parts.push(`[${texts.location}: ${location.lat}, ${location.lon}]`);
  const said = parts.filter(Boolean).join(" ");
  return said && `[${moment.format(new Date(created_at))}] ${texts[`author_${author}`]}: ${said}`;
}

export async function download(keeper) {
  const lines = (await everything(keeper)).map(line).filter(Boolean);
  const page = [texts.transcript_title, moment.format(new Date()), "", ...lines, ""].join("\r\n");
  const file = new Blob(["\ufeff", page], { type: "text/plain;charset=utf-8" }); // the mark lets old editors see Vietnamese
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(file);
  anchor.download = `${texts.transcript_file}-${new Date().toISOString().slice(0, 10)}.txt`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60000);
}
