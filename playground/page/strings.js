// The page's own words. Everything else on it comes from the bot.

const STRINGS = {
  ru: {
    playground: "песочница",
    strip: "Люди выдуманы, бот настоящий",
    otherLanguage: "English",
    people: "Люди",
    showPeople: "Показать людей",
    you: (name) => `вы — ${name}`,
    typing: "печатает…",
    day: "+1\u00a0день",
    month: "+1\u00a0месяц",
    drawer: "Вызовы",
    drawerTitle: "Вызовы Bot API",
    summary: (calls, refusals) => `Вызовов: ${calls}, отказов: ${refusals}`,
    showPolls: "показывать getUpdates",
    close: "Закрыть",
    block: "Заблокировать",
    unblock: "Разблокировать",
    start: "СТАРТ",
    empty: "Здесь пока ничего нет",
    about: "Что умеет этот бот?",
    menu: "Меню",
    attach: "Прикрепить файл",
    input: "Сообщение",
    send: "Отправить",
    answer: "Ответить за меня",
    answering: "Отвечаю…",
    edited: "изменено",
    protectedContent: "Это сообщение нельзя переслать",
    photo: "Фото",
    file: "Файл",
    sticker: "Стикер",
    voice: "Голосовое сообщение",
    spoiler: "Показать скрытый текст",
    unfold: "Раскрыть цитату",
    coveredPhoto: "Показать скрытое фото",
    fromYou: "Вы: ",
    copied: "Скопировано",
    unread: (count) => `непрочитанных: ${count}`,
    offline: "Нет связи с сервером, пробую снова…",
  },
  en: {
    playground: "playground",
    strip: "Invented people, a real bot",
    otherLanguage: "Русский",
    people: "People",
    showPeople: "Show people",
    you: (name) => `you are ${name}`,
    typing: "typing…",
    day: "+1\u00a0day",
    month: "+1\u00a0month",
    drawer: "Calls",
    drawerTitle: "Bot API calls",
    summary: (calls, refusals) => `Calls: ${calls}, refusals: ${refusals}`,
    showPolls: "show getUpdates",
    close: "Close",
    block: "Block",
    unblock: "Unblock",
    start: "START",
    empty: "Nothing here yet",
    about: "What can this bot do?",
    menu: "Menu",
    attach: "Attach a file",
    input: "Message",
    send: "Send",
    answer: "Answer for me",
    answering: "Answering…",
    edited: "edited",
    protectedContent: "This message can't be forwarded",
    photo: "Photo",
    file: "File",
    sticker: "Sticker",
    voice: "Voice message",
    spoiler: "Show the hidden text",
    unfold: "Unfold the quote",
    coveredPhoto: "Show the hidden photo",
    fromYou: "You: ",
    copied: "Copied",
    unread: (count) => `unread: ${count}`,
    offline: "The server can't be reached, trying again…",
  },
};

const KEY = "playground-language";

export let language = localStorage.getItem(KEY) ?? (navigator.language.startsWith("ru") ? "ru" : "en");

/** The word or sentence for a key in the page's language; some are functions. */
export function word(key) {
  return STRINGS[language][key];
}

/** Switches between Russian and English and remembers it. */
export function switchLanguage() {
  language = language === "ru" ? "en" : "ru";
  localStorage.setItem(KEY, language);
}

/** The text of a {ru, en} label in the page's language, or whichever there is. */
export function label(texts) {
  return texts?.[language] ?? Object.values(texts ?? {})[0] ?? "";
}

const locale = () => (language === "ru" ? "ru" : "en-GB");

/** Hours and minutes of a Date. */
export function timeOf(date) {
  return date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
}

/** Day of a Date, as short as it can be without being ambiguous. */
export function dayOf(date, now) {
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(locale(), { day: "numeric", month: "long", year });
}

/** Weekday, day, month and time for the clock above the chat; the year too once it isn't the present one. */
export function fullTime(date) {
  const year = date.getFullYear() === new Date().getFullYear() ? "" : ` ${date.getFullYear()}`;
  const day = date.toLocaleDateString(locale(), { weekday: "short", day: "numeric", month: "short" });
  return `${day}${year}, ${timeOf(date)}`;
}
