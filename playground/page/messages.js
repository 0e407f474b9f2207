// Messages to DOM nodes: bubbles, photos, documents, inline keyboards.

import { renderText } from "./entities.js";
import { fileAddress } from "./server.js";
import { timeOf, word } from "./strings.js";

const OPTIONS = 7;

/** A new element with a class, and a text if one is given. */
export function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A <button> with a text. */
export function button(className, text, testId) {
  const node = element("button", className, text);
  node.type = "button";
  if (testId) node.dataset.testid = testId;
  return node;
}

/** One message; `handlers` has onPress(message, row, column, node), onCommand, onLink and onPhoto(address). */
export function renderMessage(message, handlers) {
  const side = message.from.is_bot ? "in" : "out";
  const node = element("article", `message ${side}`);
  node.dataset.testid = `message-${message.message_id}`;
  const bubble = element("div", "bubble");
  if (message.reply_to_message) bubble.append(element("p", "quote", preview(message.reply_to_message)));
  bubble.append(...media(message, handlers), ...words(message, handlers), footer(message));
  node.append(bubble);
  const rows = message.reply_markup?.inline_keyboard;
  if (rows) {
    node.classList.add("with-keys");
    node.append(inlineKeyboard(message, rows, handlers));
  }
  return node;
}

/** One line about a message, for the list of chats. */
export function preview(message) {
  if (message.photo) return `${word("photo")}${message.caption ? `. ${message.caption}` : ""}`;
  if (message.document) return `${word("file")}: ${message.document.file_name}`;
  if (message.sticker) return word("sticker");
  if (message.voice) return word("voice");
  return masked(message.text ?? "", message.entities);
}

/** Whether *Answer for me* has something to press: an open question, or a button that leads to one or on from it. */
export function canBeAnswered(messages, { option, ways }) {
  const newest = messages.findLast((message) => message.reply_markup?.inline_keyboard?.length);
  const rows = newest?.reply_markup.inline_keyboard ?? [];
  const options = rows.slice(0, OPTIONS);
  const isQuestion = options.length === OPTIONS && options.every((row) => row.length === 1 && begins(row[0], option));
  return isQuestion || rows.flat().some((key) => ways.some((way) => begins(key, way)));
}

function begins(key, start) {
  return (key.callback_data ?? "").startsWith(start);
}

function masked(text, entities) {
  let result = text;
  for (const { type, offset, length } of entities ?? []) {
    if (type === "spoiler") result = result.slice(0, offset) + "▒".repeat(length) + result.slice(offset + length);
  }
  return result;
}

function words(message, handlers) {
  const text = message.text ?? message.caption;
  if (!text) return [];
  const node = element("div", "text");
  node.append(renderText(text, message.entities ?? message.caption_entities, handlers));
  return [node];
}

function media(message, handlers) {
  if (message.photo) return [photo(message, handlers)];
  if (message.document) return [documentLink(message.document)];
  if (message.sticker) return [element("p", "sticker", message.sticker.emoji)];
  if (message.voice) return [element("p", "voice", `▶ ${word("voice")}, 0:0${message.voice.duration}`)];
  return [];
}

function photo(message, { onPhoto }) {
  const size = message.photo.at(-1);
  const address = fileAddress(size.file_id);
  const node = button("photo", undefined, "photo");
  const image = document.createElement("img");
  Object.assign(image, { src: address, alt: message.caption || word("photo"), width: size.width, height: size.height });
  node.append(image);
  if (message.has_media_spoiler) {
    node.classList.add("covered");
    node.setAttribute("aria-label", word("coveredPhoto"));
  }
  node.addEventListener("click", () => {
    if (!node.classList.contains("covered")) return onPhoto(address, image.alt);
    node.classList.remove("covered");
    node.removeAttribute("aria-label");
  });
  return node;
}

function documentLink(file) {
  const node = element("a", "document");
  node.href = fileAddress(file.file_id);
  node.download = file.file_name;
  node.dataset.testid = "document";
  node.append(element("span", "document-icon", extension(file.file_name)));
  const about = element("span", "document-about");
  about.append(element("strong", "", file.file_name), element("small", "", readableSize(file.file_size)));
  node.append(about);
  return node;
}

function extension(name) {
  return name.includes(".") ? name.split(".").at(-1).slice(0, 4).toUpperCase() : "…";
}

function readableSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function footer(message) {
  const node = element("p", "meta");
  if (message.has_protected_content) {
    const lock = element("span", "lock");
    lock.title = word("protectedContent");
    lock.setAttribute("role", "img");
    lock.setAttribute("aria-label", word("protectedContent"));
    node.append(lock);
  }
  if (message.edit_date) node.append(element("span", "", word("edited")));
  const time = element("time", "", timeOf(new Date(message.date * 1000)));
  time.dateTime = new Date(message.date * 1000).toISOString();
  node.append(time);
  return node;
}

function inlineKeyboard(message, rows, { onPress }) {
  const node = element("div", "keys");
  rows.forEach((row, rowIndex) => {
    const line = element("div", "keys-row");
    row.forEach((key, column) => {
      const keyNode = button("key", key.text, `button-${key.text}`);
      keyNode.title = key.text; // one line is shown, as in Telegram
      keyNode.dataset.place = `${rowIndex}:${column}`;
      if (key.url || key.web_app) keyNode.classList.add("leads-out");
      if (key.copy_text) keyNode.classList.add("copies");
      if (key.style) keyNode.classList.add(key.style);
      keyNode.addEventListener("click", () => onPress(message, rowIndex, column, keyNode));
      line.append(keyNode);
    });
    node.append(line);
  });
  return node;
}
