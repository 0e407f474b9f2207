// The drawer: the newest calls of Bot API methods, and how many of them were refused.

import { element } from "./messages.js";
import { word } from "./strings.js";

const KEPT = 300;
const byId = (id) => document.getElementById(id);

let total = 0;
let refusals = 0;

/** Connects the drawer's buttons. */
export function setUpDrawer() {
  byId("drawer-toggle").addEventListener("click", () => toggle(byId("drawer").hidden));
  byId("drawer-close").addEventListener("click", () => toggle(false));
  byId("drawer").addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
  byId("show-polls").addEventListener("change", () => {
    byId("calls").classList.toggle("with-polls", byId("show-polls").checked);
  });
}

/** Shows all calls that the server still keeps, and how many there were. */
export function showCalls({ calls, count, refusals: refused }) {
  byId("calls").replaceChildren();
  for (const call of calls) addCall({ call, count, refusals: refused });
  [total, refusals] = [count, refused];
  showCounts();
}

/** Adds one call on top. */
export function addCall({ call, count, refusals: refused }) {
  [total, refusals] = [count, refused];
  const list = byId("calls");
  list.prepend(callNode(call));
  while (list.childElementCount > KEPT) list.lastElementChild.remove();
  showCounts();
}

/** Writes the drawer's words in the page's language. */
export function labelDrawer() {
  byId("drawer-label").textContent = word("drawer");
  byId("drawer-title").textContent = word("drawerTitle");
  byId("show-polls-label").textContent = word("showPolls");
  byId("drawer-close").setAttribute("aria-label", word("close"));
  showCounts();
}

function toggle(open) {
  byId("drawer").hidden = !open;
  byId("drawer-toggle").setAttribute("aria-expanded", String(open));
  byId(open ? "drawer-close" : "drawer-toggle").focus();
}

function showCounts() {
  const badge = byId("call-count");
  badge.textContent = refusals ? `${total} · ${refusals} ✗` : total;
  badge.classList.toggle("bad", refusals > 0);
  badge.setAttribute("aria-label", word("summary")(total, refusals));
  badge.title = word("summary")(total, refusals);
  byId("drawer-summary").textContent = word("summary")(total, refusals);
}

function callNode(call) {
  const item = element("li", call.refusal ? "call refused" : "call");
  if (call.method.toLowerCase() === "getupdates" && !call.refusal) item.classList.add("poll");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.append(
    element("span", "call-method", call.method),
    element("span", "call-about", call.refusal ? call.refusal.description : about(call.params)),
  );
  const body = element("pre", "", JSON.stringify(details_of(call), null, 2));
  body.tabIndex = 0; // it scrolls
  details.append(summary, body);
  item.append(details);
  return item;
}

function details_of({ params, result, refusal }) {
  return refusal ? { params, refusal } : { params, result };
}

function about(params) {
  return String(params.text ?? params.caption ?? params.action ?? "").replace(/<[^>]*>/g, "").slice(0, 80);
}
