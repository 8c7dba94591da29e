/* The demo page: starter questions, tabs on a phone, and the why of the last turn. */
"use strict";

const AUDIENCES = Object.freeze({ merchant: "商家", customer: "顾客" });
const INTENTS = Object.freeze({
  merchant_question: "问指南或规则", launch_walkthrough: "办开店", compliance_check: "查文案或活动",
  metrics_diagnosis: "看经营数据", fee_calculation: "算费用", return_request: "要退货退款",
  refund_only_request: "只要退款", exchange_request: "要换货或补发", refund_status: "问退款进度",
  logistics_query: "查物流", policy_question: "问售后政策", complaint_escalation: "投诉",
  human_handoff: "要转人工", greeting: "打招呼", thanks_bye: "道谢或告别", out_of_scope: "店铺以外的事",
});
const STATUSES = Object.freeze({
  answered: "照依据作答", clarify: "先问清楚", declined: "资料没有写，不猜", flow: "按步骤办理",
  decision: "按规则判定", handoff: "转给人工", smalltalk: "寒暄，不涉及事实",
});
const DECISIONS = Object.freeze({
  cancel: "取消订单", refund_only: "仅退款", return_refund: "退货退款", exchange: "换货", reship: "补发",
  repair: "维修", price_diff: "补差价", reject: "不予办理", escalate: "升级处理", ask: "还要问清",
  info_only: "只作说明",
});
const PAYERS = Object.freeze({ buyer: "顾客出", merchant: "店里出", none: "没有运费" });
const NOTHING_CITED = "这一句不涉及事实，没有引用任何段落。";
const NOTHING_FOUND = "资料库里没有足以回答它的段落，所以不猜。";

/** An element with children; strings become text nodes, never markup. */
function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const step = (title, ...children) => make("section", "step", make("h3", "", title), ...children);
const yuan = (fen) => `${(fen / 100).toFixed(2)} 元`;
const ms = (value) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
const shanghai = (time, shape) =>
  new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", ...shape }).format(time);

/** The end of a period, as people say it: midnight belongs to the day before. */
function until(iso) {
  const time = new Date(iso);
  const clock = shanghai(time, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (clock !== "00:00") return `${shanghai(time, { dateStyle: "long" })} ${clock} 前`;
  return `${shanghai(new Date(time - 1), { dateStyle: "long" })} 24 点前`;
}

// ---------------------------------------------------------------- the why of a turn

function asked({ audience, question }) {
  return make("div", "asked", make("p", "", `${AUDIENCES[audience] ?? ""}说`),
    make("blockquote", "", question));
}

function understood({ intent, status }) {
  return [
    step("听成", make("p", "fact", make("b", "", INTENTS[intent] ?? intent), make("code", "", intent))),
    step("怎么答", make("p", "fact", make("span", `pill ${status}`, STATUSES[status] ?? status))),
  ];
}

function passage({ title, section, quote, as_of: asOf, document: file }) {
  return make("li", "", make("p", "from", title), make("p", "section", section),
    make("blockquote", "", quote), make("p", "section", [asOf, file].filter(Boolean).join(" · ")));
}

function passages({ replies, status, decision }) {
  const cited = replies.flatMap((reply) => reply.citations ?? []);
  if (!cited.length && decision) return null; // its rules stand above
  if (cited.length) {
    return step(`依据 ${cited.length} 段`, make("ol", "passages", ...cited.map(passage)));
  }
  const factual = ["declined", "clarify"].includes(status);
  return step("依据", make("p", "hint", factual ? NOTHING_FOUND : NOTHING_CITED));
}

function table(rows) {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", "table", ...known.flatMap(([name, value]) =>
    [make("dt", "", name), make("dd", "", value)]));
}

function decided({ decision }) {
  if (!decision) return [];
  const { type, refund_fen: refund, freight_payer: payer, deadline, window: days, rules = [] } = decision;
  const facts = table([["结论", DECISIONS[type] ?? type],
    ["退款", refund === null || refund === undefined ? null : yuan(refund)], ["运费", PAYERS[payer]],
    ["第几天", days && `第 ${days.day} 天`], ["截止", deadline && until(deadline)],
    ["政策版本", decision.policy_version]]);
  const clauses = rules.map(({ id, text, source }) => make("li", "",
    make("p", "from", `${id} ${text}`), make("p", "section", source)));
  return [step("判定", facts), step(`规则 ${rules.length} 条`, make("ol", "passages", ...clauses))];
}

function alongside({ flow, handoff, case: opened }) {
  const rows = [["流程", flow && `${flow.name} › ${flow.step}（${flow.done}/${flow.total}）`],
    ["售后单", opened && `${opened.id} · ${opened.status}`], ["转人工因为", handoff && (INTENTS[handoff.reason] ?? handoff.reason)]];
  return rows.some(([, value]) => value) ? [step("同时", table(rows))] : [];
}

/** The server's milliseconds as one bar: embedding, search, the rest. */
function bar(parts, total) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 8");
  svg.setAttribute("preserveAspectRatio", "none");
  let x = 0;
  for (const [name, , value] of parts) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const width = (100 * value) / total;
    Object.entries({ x, y: 0, width, height: 8, class: name }).forEach((a) => rect.setAttribute(...a));
    svg.append(rect);
    x += width;
  }
  const box = make("div", "bar", svg);
  box.setAttribute("aria-hidden", "true");
  return box;
}

function took({ ms: measured, timing, replayed }) {
  const { turn, embed = 0, search = 0 } = timing;
  const head = make("p", "big", ms(turn ?? measured), make("small", "", " 毫秒"));
  const notes = [`浏览器量到 ${ms(measured)} 毫秒`, replayed ? "重发的消息，取回原来的答案" : null];
  const hint = make("p", "hint", notes.filter(Boolean).join("，"));
  if (!turn) return step("用时", head, hint);
  const told = [["embed", "向量", embed], ["search", "检索", search]].filter(([name]) => name in timing);
  const parts = [...told, ["rest", "其余", Math.max(0, turn - embed - search)]];
  const legend = parts.map(([name, label, value]) => make("li", name, `${label} ${ms(value)}`));
  return step("服务端用时", head, bar(parts, Math.max(turn, embed + search)),
    make("ul", "legend", ...legend), hint);
}

function explain(turn) {
  const { result } = turn;
  const body = document.getElementById("why-body");
  body.replaceChildren(...[asked(turn), ...understood(result), ...decided(result),
    passages(result), ...alongside(result), took(turn)].filter(Boolean));
  body.scrollTop = 0;
}

// ---------------------------------------------------------------- tabs, on a phone

const tabs = [...document.querySelectorAll("[role=tab]")];
const fresh = document.querySelector(".fresh");

function select(chosen) {
  for (const tab of tabs) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("shown", on);
  }
  if (chosen.id === "tab-why") fresh.hidden = true;
}

function onTabKey(event) {
  const at = tabs.indexOf(event.currentTarget);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = tabs[(to + tabs.length) % tabs.length];
  next.focus();
  select(next);
}

for (const tab of tabs) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", onTabKey);
}
select(tabs[0]);

// ---------------------------------------------------------------- another day, another order

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REACH = 40 * 24; // hours the slider covers
const orders = fetchJson("/api/demo/orders").then((found) => found?.items ?? []);
const trial = Object.fromEntries(["order", "say", "day", "when", "marks", "verdict"]
  .map((name) => [name, document.getElementById(`try-${name}`)]));
let at = 0; // the moment on the slider, in ms

const midnight = (time) => Date.parse(`${shanghai(time, { dateStyle: "short" }).split("/")
  .map((part) => part.padStart(2, "0")).join("-")}T00:00:00+08:00`);

/** 11月22日 23:41 · 签收第7天 */
function told(time, { signed_at: signed }) {
  const moment = shanghai(time, { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (!signed) return moment;
  const days = Math.round((midnight(time) - midnight(Date.parse(signed))) / DAY);
  return `${moment} · ${days ? `签收第${days}天` : "签收当天"}`;
}

async function chosenOrder() {
  return (await orders).find(({ order_no }) => order_no === trial.order.value);
}

/** Moves to a moment; the slider stands at the nearest hour. */
async function moveTo(time, order) {
  at = time;
  trial.day.value = String(Math.round((time - Date.parse(order.since)) / HOUR));
  trial.when.textContent = told(time, order);
  trial.day.setAttribute("aria-valuetext", trial.when.textContent);
  await judge();
}

let latest = 0;
async function judge() {
  const order = await chosenOrder();
  const mine = ++latest;
  if (!order || !trial.say.value.trim()) return;
  const found = await fetchJson("/api/demo/decide",
    { order_no: order.order_no, text: trial.say.value, now: new Date(at).toISOString() });
  if (mine !== latest) return;
  if (found) showVerdict(found);
  else showNothing();
}

/** The last verdict was about another moment: it must not stand there. */
function showNothing() {
  trial.verdict.className = "verdict open";
  trial.verdict.replaceChildren(make("p", "told", "暂时算不出来，请稍后再拖一下滑块。"));
}

function showVerdict({ decision, text }) {
  const { type, eligible, refund_fen: refund, freight_payer: payer, rules } = decision;
  const mood = eligible ? "yes" : type === "reject" ? "no" : "open";
  trial.verdict.className = `verdict ${mood}`;
  const facts = table([["退款", refund === null ? null : yuan(refund)],
    ["运费", eligible ? PAYERS[payer] : null], ["规则", rules.map(({ id }) => id).join("、")]]);
  trial.verdict.replaceChildren(make("p", "big", DECISIONS[type] ?? type), make("p", "told", text), facts);
}

async function switchOrder() {
  const order = await chosenOrder();
  if (!order) return;
  trial.say.value = order.say;
  trial.day.max = String(REACH);
  trial.marks.replaceChildren(...order.marks.map((mark) => {
    const button = make("button", "", shanghai(Date.parse(mark),
      { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
    button.type = "button";
    button.addEventListener("click", () => moveTo(Date.parse(mark), order));
    return button;
  }));
  await moveTo(Date.parse(order.since) + DAY, order);
}

orders.then((found) => {
  trial.order.append(...found.map(({ order_no, title }) => Object.assign(make("option", "", title), { value: order_no })));
  switchOrder();
});
trial.order.addEventListener("change", switchOrder);
trial.say.addEventListener("input", judge);
trial.day.addEventListener("input", async () => {
  const order = await chosenOrder();
  if (order) moveTo(Date.parse(order.since) + Number(trial.day.value) * HOUR, order);
});

// ---------------------------------------------------------------- starter questions, turns

for (const chip of document.querySelectorAll("[data-say]")) {
  chip.addEventListener("click", () =>
    chip.closest(".side").querySelector("kaidian-chat").send(chip.dataset.say));
}

// A whole conversation by one tap: the next line is said when the last one was answered.
// `[4图]` before a line sends so many pictures with it, `[+2天]` lets days go by first.
const waiting = new Map();
const PAUSE = 600; // ms between an answer and the next line

async function sayNext(chat) {
  const line = waiting.get(chat)?.shift();
  if (line === undefined) return;
  const [, later, pictures, text] = line.match(/^(?:\[\+(\d+)天\])?(?:\[(\d+)图\])?(.*)$/);
  if (later) chat.skip?.(Number(later));
  if (pictures) await chat.sendPictures(await Promise.all(Array.from({ length: Number(pictures) }, picture)), text);
  else chat.send(text);
}

/** A small picture that no other equals. */
function picture() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const brush = canvas.getContext("2d");
  for (let x = 0; x < 64; x += 8) {
    brush.fillStyle = `hsl(${Math.random() * 360} 70% 60%)`;
    brush.fillRect(x, 0, 8, 48);
  }
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** What is answered there; null for a refusal, and where nothing can be reached. */
async function fetchJson(path, body) {
  const response = await fetch(path, body && { method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" } }).catch(() => null);
  return response?.ok ? response.json().catch(() => null) : null;
}

/** The phone of the buyer of a demo order, at a time of that order's life; a minute a message. */
async function stage(chat, { order, day, clock }) {
  const known = await orders;
  const { order_no } = known.find((each) => each.order_no.endsWith(order)) ?? {};
  const session = order_no && (await fetchJson("/api/demo/sessions", { order_no, day: Number(day), clock }));
  if (!session) return false;
  let now = Date.parse(session.now) - MINUTE;
  chat.clock = () => new Date(now += MINUTE).toISOString();
  chat.skip = (days) => { now += days * DAY; };
  await chat.adopt(session);
  return true;
}

for (const chip of document.querySelectorAll("[data-talk]")) {
  chip.addEventListener("click", async () => {
    const chat = chip.closest(".side").querySelector("kaidian-chat");
    waiting.delete(chat);
    if (chip.dataset.order && !(await stage(chat, chip.dataset))) return;
    waiting.set(chat, chip.dataset.talk.split("|"));
    sayNext(chat);
  });
}

document.addEventListener("kaidian:turn", (event) => {
  const chat = event.composedPath().find((node) => node.localName === "kaidian-chat");
  if (chat) setTimeout(sayNext, PAUSE, chat);
});

document.addEventListener("kaidian:turn", ({ detail }) => {
  explain(detail);
  fresh.hidden = document.getElementById("tab-why").getAttribute("aria-selected") === "true";
});
