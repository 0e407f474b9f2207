// The page: people on the left, a chat in the middle, the clock above, the calls in a drawer.

import { addCall, labelDrawer, setUpDrawer, showCalls } from "./drawer.js";
import { button, canBeAnswered, element, preview, renderMessage } from "./messages.js";
import { encodeFile, fileAddress, get, listen, post } from "./server.js";
import { dayOf, fullTime, label, language, switchLanguage, timeOf, word } from "./strings.js";

const DAY = 86_400;
const TOAST_TIME = 3_500;
const PRESS_PATIENCE = 10_000;
const TYPING_TIME = 5_000;
const byId = (id) => document.getElementById(id);

const state = {
  people: new Map(),
  person: null,
  messages: new Map(),
  nodes: new Map(),
  keyboard: null,
  commands: [],
  controls: [],
  bot: { first_name: "", username: "" },
  botName: "",
  example: null,
  chosen: false, // whether a person was chosen on the page: until then its language chooses
  answering: false,
  clockAhead: null,
  description: "",
  blocked: false,
};

// Loading

async function load() {
  const world = await get("/control/state");
  state.people = new Map(world.people.map((person) => [person.id, person]));
  state.bot = world.bot;
  state.controls = world.controls;
  state.example = world.example;
  setClock(world.clock);
  showCalls(await get("/control/calls?after=0"));
  const wanted = Number(location.hash.replace("#person=", ""));
  state.chosen ||= state.people.has(wanted);
  await openPerson(state.chosen ? (state.person ?? wanted) : peopleInOrder()[0].id);
  hideToast();
}

async function openPerson(id) {
  const isOpen = state.person === id && state.messages.size > 0;
  state.person = id;
  await post("/control/open", { person: id });
  await loadChat();
  if (state.person !== id) return;
  if (isOpen) return keepingPlace(renderAll);
  renderAll();
  scrollToEnd();
}

/** From here on it is this person, also after a reload or in another language. */
function choose(id) {
  state.chosen = true;
  history.replaceState(null, "", `#person=${id}`);
}

/** Those who read the page's language come first. */
function peopleInOrder() {
  const reads = ({ language_code: code }) => code === language;
  const people = [...state.people.values()];
  return [...people.filter(reads), ...people.filter((person) => !reads(person))];
}

async function loadChat() {
  const id = state.person;
  const chat = await get(`/control/chat?person=${id}`);
  if (state.person !== id) return;
  state.messages = new Map(chat.messages.map((message) => [message.message_id, message]));
  takeExtras(chat);
}

function takeExtras({ keyboard, commands, blocked, description, bot_name: botName }) {
  Object.assign(state, { keyboard, commands, blocked, description, botName });
}

// Events of the server

const EVENTS = {
  hello: () => holdingEvents(load),
  message: onMessage,
  deleted: onDeleted,
  toast: onToast,
  keyboard: (event) => event.chat === state.person && setKeyboard(event.keyboard),
  action: (event) => event.chat === state.person && showTyping(),
  membership: onMembership,
  call: addCall,
  clock: (event) => setClock(event.clock),
  commands: () => holdingEvents(reloadExtras),
  profile: () => holdingEvents(reloadExtras),
};

/** Events that come while a snapshot is on its way wait for it, or it would undo them. */
const waiting = [];
let loads = 0;

function onEvent(event) {
  if (loads > 0 && event.type !== "hello") waiting.push(event);
  else EVENTS[event.type]?.(event);
}

async function holdingEvents(loading) {
  loads += 1;
  try {
    await loading();
  } finally {
    loads -= 1;
    if (loads === 0) waiting.splice(0).forEach(onEvent);
  }
}

function onMessage({ chat, message }) {
  const person = state.people.get(chat);
  if (!person) return;
  const isNew = message.message_id > (person.last?.message_id ?? 0);
  if (isNew || message.message_id === person.last.message_id) person.last = message;
  if (isNew && message.from.is_bot) person.from_bot.push(message.message_id);
  if (chat === state.person) {
    putMessage(message);
    if (message.from.is_bot) announce(message);
  }
  renderPeople();
}

function onDeleted({ chat, message_id: id }) {
  if (chat !== state.person) return;
  state.messages.delete(id);
  renderMessages();
}

function onToast({ chat, toast }) {
  if (chat !== state.person) return;
  state.nodes.get(toast.message_id)?.querySelectorAll(".waiting").forEach((key) => key.classList.remove("waiting"));
  if (!toast.text) return;
  if (toast.show_alert) showAlert(toast.text);
  else showToast(toast.text);
}

function onMembership({ chat, blocked }) {
  const person = state.people.get(chat);
  if (person) person.blocked = blocked;
  if (chat === state.person) {
    state.blocked = blocked;
    renderFoot();
  }
}

/** Everything around the messages: those are not loaded without being drawn. */
async function reloadExtras() {
  const id = state.person;
  if (id === null) return;
  const chat = await get(`/control/chat?person=${id}`);
  if (state.person === id) takeExtras(chat);
  state.bot = (await get("/control/state")).bot;
  renderHead();
  renderFoot();
}

// What the person does

async function attempt(action) {
  choose(state.person);
  try {
    return await action();
  } catch (error) {
    showToast(error.message);
    return null;
  }
}

async function sendText(text) {
  if (!text.trim()) return;
  await attempt(() => post("/control/send", { person: state.person, text }));
  scrollToEnd();
}

function start() {
  return attempt(() => post("/control/send", { person: state.person, start: "" }));
}

function setBlocked(blocked) {
  return attempt(() => post(blocked ? "/control/block" : "/control/unblock", { person: state.person }));
}

async function sendFile(file) {
  const kind = ["image/png", "image/jpeg"].includes(file.type) ? "photo" : "document";
  const encoded = await encodeFile(file);
  await attempt(() => post("/control/send", { person: state.person, [kind]: encoded }));
}

async function press(message, row, col, node) {
  const key = message.reply_markup.inline_keyboard[row][col];
  if (key.url) return openLink(key.url) || window.open(key.url, "_blank", "noopener");
  if (key.copy_text) return copy(key.copy_text.text);
  node.classList.add("waiting");
  setTimeout(() => node.classList.remove("waiting"), PRESS_PATIENCE);
  return attempt(() => post("/control/press", { person: state.person, message_id: message.message_id, row, col }));
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  showToast(word("copied"));
}

/** Follows a deep link of the bot in this chat; returns whether the link was one. */
function openLink(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isOurs = url?.hostname === "t.me" && url.pathname === `/${state.bot.username}`;
  if (isOurs) attempt(() => post("/control/send", { person: state.person, start: url.searchParams.get("start") ?? "" }));
  return isOurs;
}

async function answerForMe() {
  state.answering = true;
  renderAnswer();
  await attempt(() => post("/control/answer", { person: state.person }));
  state.answering = false;
  renderAnswer();
}

async function runControl(control, node) {
  node.disabled = true;
  const result = await attempt(() => post("/control/run", { control: control.id, person: state.person }));
  node.disabled = false;
  if (result?.text) showToast(result.text);
}

async function moveClock(body, node) {
  node.disabled = true; // a month is lived through message by message
  await attempt(() => post("/control/clock", body));
  node.disabled = false;
}

function nextMonth() {
  const date = now();
  date.setMonth(date.getMonth() + 1);
  return date.toISOString();
}

// The chat

function handlers() {
  return { onPress: press, onCommand: sendText, onLink: openLink, onPhoto: showPhoto };
}

function putMessage(message) {
  const isLast = message.message_id >= Math.max(0, ...state.messages.keys());
  const isKnown = state.messages.has(message.message_id);
  const follows = isNearEnd();
  state.messages.set(message.message_id, message);
  if (isKnown) replaceNode(message);
  else if (isLast) appendNode(message);
  else renderMessages();
  markRead();
  renderFoot();
  if (follows) scrollToEnd();
}

function replaceNode(message) {
  const old = state.nodes.get(message.message_id);
  const place = old.contains(document.activeElement) ? document.activeElement.dataset.place : null;
  const node = renderMessage(message, handlers());
  old.replaceWith(node);
  state.nodes.set(message.message_id, node);
  if (place) (node.querySelector(`[data-place="${place}"]`) ?? node.querySelector(".key") ?? byId("input")).focus();
}

function appendNode(message) {
  const list = byId("messages");
  list.querySelector(".welcome")?.remove();
  const day = dayOf(new Date(message.date * 1000), now());
  if (list.dataset.day !== day) list.append(element("p", "day", day));
  list.dataset.day = day;
  const node = renderMessage(message, handlers());
  state.nodes.set(message.message_id, node);
  list.append(node);
}

function renderMessages() {
  const list = byId("messages");
  list.replaceChildren();
  list.dataset.day = "";
  state.nodes.clear();
  const sorted = [...state.messages.values()].sort((a, b) => a.message_id - b.message_id);
  if (!sorted.length) list.append(welcome());
  sorted.forEach(appendNode);
  markRead();
}

function welcome() {
  const node = element("div", "welcome");
  if (state.description) node.append(element("h2", "", word("about")), element("p", "", state.description));
  else node.append(element("p", "", word("empty")));
  return node;
}

/** Redraws without moving what is being read. */
function keepingPlace(render) {
  const list = byId("messages");
  const { scrollTop } = list;
  const follows = isNearEnd();
  render();
  if (follows) scrollToEnd();
  else list.scrollTop = scrollTop;
}

function isNearEnd() {
  const list = byId("messages");
  return list.scrollHeight - list.scrollTop - list.clientHeight < 160;
}

/** Shows the newest message: its end, or its beginning when it is longer than the window. */
function scrollToEnd() {
  const list = byId("messages");
  list.scrollTop = list.scrollHeight;
  const newest = list.lastElementChild;
  if (newest?.offsetHeight > list.clientHeight) newest.scrollIntoView({ block: "start" });
}

function announce(message) {
  byId("announcer").textContent = preview(message);
}

function showTyping() {
  byId("head-status").textContent = word("typing");
  clearTimeout(showTyping.timer);
  showTyping.timer = setTimeout(renderHead, TYPING_TIME);
}

function setKeyboard(keyboard) {
  state.keyboard = keyboard;
  renderFoot();
  scrollToEnd();
}

// Parts of the page

function renderAll() {
  renderWords();
  renderPeople();
  renderHead();
  renderControls();
  renderMessages();
  renderFoot();
}

function renderWords() {
  document.documentElement.lang = language;
  byId("strip-text").textContent = word("strip");
  byId("lang").textContent = word("otherLanguage");
  byId("lang").lang = language === "ru" ? "en" : "ru";
  byId("people-title").textContent = word("people");
  byId("people-toggle").setAttribute("aria-label", word("showPeople"));
  byId("menu-label").textContent = word("menu");
  byId("menu").setAttribute("aria-label", word("menu"));
  byId("attach").setAttribute("aria-label", word("attach"));
  byId("input").setAttribute("aria-label", word("input"));
  byId("send").setAttribute("aria-label", word("send"));
  byId("viewer-close").setAttribute("aria-label", word("close"));
  labelDrawer();
  showClock();
}

function renderPeople() {
  const focused = document.activeElement?.dataset.testid;
  byId("people-list").replaceChildren(...peopleInOrder().map(personItem));
  if (focused?.startsWith("person-")) byId("people-list").querySelector(`[data-testid="${focused}"]`)?.focus();
  byId("unread-dot").hidden = ![...state.people.values()].some((person) => unread(person));
}

function personItem(person) {
  const item = document.createElement("li");
  const node = button("person", undefined, `person-${person.id}`);
  if (person.id === state.person) node.setAttribute("aria-current", "true");
  const text = element("span", "person-text");
  const top = element("span", "person-top");
  top.append(element("strong", "", fullName(person)));
  if (person.last) top.append(element("time", "", lastTime(person.last)));
  text.append(top);
  if (label(person.note)) text.append(element("span", "person-note", label(person.note)));
  const line = element("span", "person-last");
  line.append(element("span", "", lastLine(person)));
  const count = unread(person);
  if (count) line.append(badge(count));
  text.append(line);
  node.append(avatar(person), text);
  node.addEventListener("click", () => {
    closePeople();
    choose(person.id);
    holdingEvents(() => openPerson(person.id));
  });
  item.append(node);
  return item;
}

function badge(count) {
  const node = element("span", "count", String(count));
  node.setAttribute("aria-label", word("unread")(count));
  return node;
}

function avatar(person) {
  const node = element("span", `avatar tone-${person.id % 6}`);
  node.setAttribute("aria-hidden", "true");
  if (person.avatar) {
    const image = document.createElement("img");
    image.src = fileAddress(person.avatar);
    image.alt = "";
    node.append(image);
  } else {
    node.textContent = [person.first_name, person.last_name].map((name) => [...(name ?? "")][0] ?? "").join("");
  }
  return node;
}

function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ");
}

function lastLine({ last }) {
  if (!last) return "";
  return (last.from.is_bot ? "" : word("fromYou")) + preview(last);
}

function lastTime(message) {
  const date = new Date(message.date * 1000);
  return date.toDateString() === now().toDateString() ? timeOf(date) : dayOf(date, now());
}

function unread(person) {
  if (person.id === state.person) return 0;
  const newest = person.from_bot.at(-1) ?? 0;
  const mark = Number(localStorage.getItem(`read-${person.id}`) ?? 0);
  return person.from_bot.filter((id) => id > (mark > newest ? 0 : mark)).length;
}

function markRead() {
  const person = state.people.get(state.person);
  localStorage.setItem(`read-${person.id}`, String(person.from_bot.at(-1) ?? 0));
}

function renderHead() {
  const person = state.people.get(state.person);
  byId("bot-name").textContent = state.botName;
  byId("head-avatar").textContent = [...state.botName][0] ?? "";
  byId("head-status").textContent = word("you")(fullName(person));
  document.title = `${state.botName} · ${word("playground")}`;
}

function renderControls() {
  if (state.clockAhead === null) {
    byId("controls").replaceChildren(...state.controls.map(controlButton));
    return;
  }
  const day = button("control", word("day"), "clock-day");
  day.addEventListener("click", () => moveClock({ seconds: DAY }, day));
  const month = button("control", word("month"), "clock-month");
  month.addEventListener("click", () => moveClock({ to: nextMonth() }, month));
  byId("controls").replaceChildren(...state.controls.map(controlButton), day, month);
}

function controlButton(control) {
  const node = button("control accent", label(control.label), `control-${control.id}`);
  node.addEventListener("click", () => runControl(control, node));
  return node;
}

function renderFoot() {
  byId("block-label").textContent = word(state.blocked ? "unblock" : "block");
  byId("block").classList.toggle("on", state.blocked);
  const isEmpty = state.messages.size === 0;
  byId("start").hidden = !isEmpty && !state.blocked;
  byId("start").textContent = word(state.blocked ? "unblock" : "start");
  byId("composer").hidden = isEmpty || state.blocked;
  byId("menu").hidden = state.commands.length === 0;
  byId("input").placeholder = state.keyboard?.input_field_placeholder ?? word("input");
  renderAnswer();
  renderKeyboard();
  renderCommands();
}

function renderAnswer() {
  const node = byId("answer");
  node.hidden = state.example === null || byId("composer").hidden;
  node.disabled = node.hidden || state.answering || !canBeAnswered([...state.messages.values()], state.example);
  node.textContent = word(state.answering ? "answering" : "answer");
}

function renderKeyboard() {
  const rows = state.keyboard?.keyboard ?? [];
  const node = byId("keyboard");
  node.hidden = rows.length === 0 || state.blocked;
  node.replaceChildren(...rows.map(keyboardRow));
}

function keyboardRow(row) {
  const node = element("div", "keys-row");
  for (const key of row) {
    const keyNode = button("key", key.text, `button-${key.text}`);
    keyNode.addEventListener("click", () => (key.request_users ? choosePeople(key) : sendText(key.text)));
    node.append(keyNode);
  }
  return node;
}

/** In place of the keyboard: whom to share with the bot. */
function choosePeople({ request_users: { request_id: request } }) {
  const rows = peopleInOrder().map((person) => {
    const node = element("div", "keys-row");
    const name = [person.first_name, person.last_name].filter(Boolean).join(" ");
    const keyNode = button("key", name, `share-${person.id}`);
    const share = { person: state.person, shared: person.id, request };
    keyNode.addEventListener("click", () => attempt(() => post("/control/send", share)));
    node.append(keyNode);
    return node;
  });
  byId("keyboard").replaceChildren(...rows);
}

function renderCommands() {
  byId("commands").replaceChildren(...state.commands.map(commandItem));
}

function commandItem({ command, description }) {
  const item = document.createElement("li");
  const node = button("command-item", undefined, `command-${command}`);
  node.append(element("strong", "", `/${command}`), element("span", "", description));
  node.addEventListener("click", () => {
    toggleCommands(false);
    sendText(`/${command}`);
  });
  item.append(node);
  return item;
}

function toggleCommands(open) {
  byId("commands").hidden = !open;
  byId("menu").setAttribute("aria-expanded", String(open));
}

// The list of people on a narrow screen

function openPeople() {
  document.body.classList.add("people-open");
  byId("scrim").hidden = false;
  byId("people-toggle").setAttribute("aria-expanded", "true");
  byId("people-list").querySelector("button")?.focus();
}

function closePeople() {
  document.body.classList.remove("people-open");
  byId("scrim").hidden = true;
  byId("people-toggle").setAttribute("aria-expanded", "false");
}

// Toasts, alerts, photos

function showToast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(showToast.timer);
  showToast.timer = setTimeout(hideToast, TOAST_TIME);
}

function hideToast() {
  byId("toast").hidden = true;
}

function showAlert(text) {
  byId("alert-text").textContent = text;
  if (!byId("alert").open) byId("alert").showModal();
}

function showPhoto(address, alt) {
  Object.assign(byId("viewer-image"), { src: address, alt });
  byId("viewer").showModal();
}

function onLost() {
  showToast(word("offline"));
  clearTimeout(showToast.timer);
}

// The clock

function setClock(moment) {
  state.clockAhead = moment === null ? null : new Date(moment) - Date.now();
  showClock();
}

function now() {
  return new Date(Date.now() + (state.clockAhead ?? 0));
}

function showClock() {
  const node = byId("clock");
  node.hidden = state.clockAhead === null;
  node.textContent = fullTime(now());
  node.dateTime = now().toISOString();
}

// Start

function setUp() {
  setUpDrawer();
  byId("lang").addEventListener("click", () => {
    switchLanguage();
    if (state.person === null) return renderWords();
    if (state.chosen) return keepingPlace(renderAll);
    holdingEvents(() => openPerson(peopleInOrder()[0].id));
  });
  byId("people-toggle").addEventListener("click", openPeople);
  byId("scrim").addEventListener("click", closePeople);
  byId("people").addEventListener("keydown", (event) => event.key === "Escape" && closePeople());
  byId("block").addEventListener("click", () => setBlocked(!state.blocked));
  byId("start").addEventListener("click", () => (state.blocked ? setBlocked(false) : start()));
  byId("menu").addEventListener("click", () => toggleCommands(byId("commands").hidden));
  byId("answer").addEventListener("click", answerForMe);
  byId("viewer").addEventListener("click", () => byId("viewer").close());
  setUpComposer();
  setInterval(showClock, 1_000);
  renderWords();
  listen(onEvent, onLost);
}

function setUpComposer() {
  const input = byId("input");
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    sendText(input.value);
    input.value = "";
    growInput();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("composer").requestSubmit();
    }
  });
  input.addEventListener("input", growInput);
  byId("attach").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", async (event) => {
    for (const file of event.target.files) await sendFile(file);
    event.target.value = "";
  });
}

/** Lets the input grow with the lines of its text, up to five. */
function growInput() {
  byId("input").rows = Math.min(5, byId("input").value.split("\n").length);
}

setUp();
