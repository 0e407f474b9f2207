// Texts with entities to DOM nodes. Offsets count UTF-16 units, as JavaScript strings do.

import { word } from "./strings.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
};

/** Nodes for a text; `onCommand` gets the text of a /command that was pressed, `onLink` may take over a link. */
export function renderText(text, entities, { onCommand, onLink }) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return renderRange(text, sorted, 0, text.length, { onCommand, onLink });
}

function renderRange(text, entities, begin, end, handlers) {
  const fragment = document.createDocumentFragment();
  let position = begin;
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index];
    if (entity.offset < position || entity.offset >= end) continue;
    fragment.append(text.slice(position, entity.offset));
    const last = Math.min(entity.offset + entity.length, end);
    const node = entityNode(entity, text.slice(entity.offset, last), handlers);
    node.append(renderRange(text, entities.slice(index + 1), entity.offset, last, handlers));
    fragment.append(node);
    position = last;
  }
  fragment.append(text.slice(position, end));
  return fragment;
}

function entityNode(entity, text, handlers) {
  if (entity.type === "url") return link(/^https?:/i.test(text) ? text : `https://${text}`, handlers);
  if (entity.type === "text_link") return link(entity.url, handlers);
  if (entity.type === "email") return link(`mailto:${text}`, handlers);
  if (entity.type === "bot_command") return command(text, handlers);
  if (entity.type === "spoiler") return spoiler();
  if (entity.type === "expandable_blockquote") return folded();
  if (entity.type === "date_time") return moment(entity.unix_time);
  return document.createElement(TAGS[entity.type] ?? "span");
}

function link(address, { onLink }) {
  const node = document.createElement("a");
  if (/^(https?|mailto|tg):/i.test(address)) node.href = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  node.addEventListener("click", (event) => {
    if (onLink(address)) event.preventDefault();
  });
  return node;
}

function command(text, { onCommand }) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "command";
  node.addEventListener("click", () => onCommand(text));
  return node;
}

/** Telegram's apps write such a moment in their own zone and language; here the words stay, and a pointer tells it. */
function moment(seconds) {
  const node = document.createElement("time");
  const date = new Date(seconds * 1000);
  node.dateTime = date.toISOString();
  node.title = date.toLocaleString(document.documentElement.lang);
  return node;
}

/** The first lines of a quote, and all of it once it is pressed anywhere. */
function folded() {
  const node = document.createElement("blockquote");
  const unfold = document.createElement("button");
  node.className = "folded";
  unfold.type = "button";
  unfold.className = "unfold";
  unfold.setAttribute("aria-label", word("unfold"));
  unfold.addEventListener("click", () => {
    node.classList.remove("folded");
    unfold.remove();
  });
  node.append(unfold);
  return node;
}

function spoiler() {
  const node = document.createElement("span");
  node.className = "spoiler";
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  node.setAttribute("aria-label", word("spoiler"));
  const reveal = () => {
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") reveal();
  });
  return node;
}
