/*
 * Kaidian 开店 web chat: one file, no build step, nothing loaded from elsewhere.
 *
 *   <script src="https://…/widget.js" data-entrance="demo-customer"></script>
 *
 * data-entrance  the door to come in by; it decides shop and audience (required)
 * data-title     what stands in the header
 * data-open      "true": open at once
 * data-inline    "true": fill the surrounding element instead of floating as a bubble
 *
 * The same names without "data-" work on <kaidian-chat entrance="…" inline>. A page may call
 * `element.send(text)`, `element.sendChoice(id, label)`, `element.sendPictures(files, text)`,
 * `element.adopt(session)` (a session opened elsewhere), `element.open()` and `element.close()`,
 * and listen to `kaidian:turn`, whose `detail` is
 * {entrance, audience, question, result: TurnResult, ms, timing: {turn, embed, search}, replayed}.
 *
 * Two rules hold throughout. Text enters the page as text nodes only, so markup never renders.
 * A message keeps its id until the server has answered it, so a retry is never a second message.
 */
(() => {
  "use strict";

  const SCRIPT = document.currentScript;
  const BASE = new URL(".", SCRIPT?.src || location.href);
  const TEXT_LIMIT = 4000; // code points, as the server counts
  const PICTURES = 9; // in one message, as the server counts
  const COUNT_FROM = 3600; // say how much is left from here on
  const PAUSES = [600, 1200, 2400, 4800]; // ms between tries of one message
  const LONGEST_PAUSE = 30_000; // ms, whatever Retry-After asks
  const POST_LIMIT = 30_000; // ms until an unanswered request counts as lost
  const STALE = 24 * 3600_000; // ms after which an unsent message is not sent unasked
  const GAP = 5 * 60_000; // ms of silence that earn a time stamp
  const LABELS_KEPT = 100; // tapped choices whose wording this browser remembers
  const PAGES = 50; // pages of history to read at most
  const SHEET = matchMedia("(max-width: 480px), (max-height: 420px)");
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");
  const FINE_POINTER = matchMedia("(pointer: fine)");

  const WORDS = Object.freeze({
    titles: { merchant: "开店助手", customer: "在线客服" },
    subtitle: "AI 客服 · 说“人工”就转",
    me: "我", bot: "助手", operator: "店员",
    log: "对话记录", input: "输入消息", send: "发送", close: "关闭对话", human: "转人工",
    placeholder: "想问什么，直接说",
    attach: "发图片", pictures: (n) => `［${n}张图］`, uploading: (n) => `正在上传 ${n} 张图…`,
    pictureLost: "图没传上去，请再选一次", pictureRefused: "这张图发不了：只收 10 MB 以内的 jpg、png、webp",
    launcher: (title, unread) => (unread ? `打开${title}，${unread} 条新消息` : `打开${title}`),
    typing: "正在回复",
    citations: (n) => `依据 ${n} 条`,
    asOf: (day) => (/^[\d-]+$/.test(day) ? `截至 ${day}` : day),
    choices: "可以点选",
    tapped: "（点选）",
    offered: (labels) => `可以点选：${labels.join("、")}。`,
    good: "有帮助", bad: "没帮助", thanks: "谢谢，记下了", voteLost: "没记上，请再点一次",
    declined: "资料没有写，不猜", decision: "按规则判定",
    handoff: "已转人工，店员会在这里回复",
    delivered: "已送达",
    caseChanged: "售后单有新进展",
    plan: "查看开店计划",
    flow: (done, total) => `已完成 ${done}/${total} 步`,
    count: (n) => `${n} / ${TEXT_LIMIT}`,
    tooLong: (n) => `超出 ${n} 字，一次最多 ${TEXT_LIMIT} 字，请分两条发`,
    loading: "正在读取之前的对话…",
    offline: "暂时连不上，恢复后会接着发",
    noEntrance: "这个聊天入口没有开通，请联系店家",
    retry: "重试", edit: "改一改", resend: "再发一次",
    again: { lost: "网络不稳，正在重发…", busy: "发得有点快，稍等，马上替您重发…",
      broken: "服务刚才没接住，正在重发…" },
    failed: "没发出去。点“重试”接着发，不会重复",
    stale: "上次没发出去，还要发吗？",
    refused: { 409: "这条和之前的一条撞了编号，没有处理",
      413: `这条太长了，一次最多 ${TEXT_LIMIT} 字`,
      422: "这条内容读不出来，换个说法再发", other: "这条现在发不了，刷新页面再试试" },
  });

  const ICONS = Object.freeze({
    chat: "M4 5.5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8.2L7 20.3v-3.8H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM8 9.6h8M8 12.6h5",
    close: "M6 6l12 12M18 6L6 18",
    send: "M12 19V5.5M6 11.5l6-6 6 6",
    photo: "M4.500 5.500h15a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1ZM4 16l4.500-4.500 3.500 3.500 3-3 5 5M15.500 9.500h.01",
    fold: "M7 10l5 5 5-5",
    good: "M7 11v8H4v-8zM7 11l4-7c1.4 0 2.2 1 2 2.400L12.500 9.500H18a2 2 0 0 1 2 2.400l-1.200 5.500A2 2 0 0 1 16.800 19H7",
    bad: "M7 13V5H4v8zM7 13l4 7c1.4 0 2.2-1 2-2.400L12.500 14.500H18a2 2 0 0 0 2-2.400l-1.200-5.500A2 2 0 0 0 16.800 5H7",
  });

  // ---------------------------------------------------------------- look

  const STYLE = `
:host { all: initial; color-scheme: light dark; position: fixed; right: 20px; bottom: 20px;
  z-index: 2147483000; }
:host([data-layout="inline"]) { position: static; display: block; height: 100%; min-height: 0; }
:host([hidden]) { display: none; }
.root {
  --paper: #f1f3ef; --card: #ffffff; --ink: #18211c; --soft: #57635c; --line: #dbe1dc;
  --brand: #0b6b4b; --on-brand: #ffffff; --mine: #cdebd8; --on-mine: #10251a;
  --tint: #e6f1ea; --warn: #9a3412; --amber: #7a4d00; --shadow: 0 12px 40px rgb(16 40 28 / .18);
  font: 16px/1.6 -apple-system, BlinkMacSystemFont, "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif;
  color: var(--ink); text-align: start; -webkit-text-size-adjust: 100%; height: 100%; }
@media (prefers-color-scheme: dark) { .root {
  --paper: #121614; --card: #1e2522; --ink: #e7ede9; --soft: #a3afa8; --line: #323b36;
  --brand: #64d3a2; --on-brand: #06281a; --mine: #1c5a40; --on-mine: #eaf6ef;
  --tint: #20342a; --warn: #ffb08f; --amber: #f0c674; --shadow: 0 12px 40px rgb(0 0 0 / .5); } }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button, textarea { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; background: none; border: 0; padding: 0; touch-action: manipulation;
  -webkit-tap-highlight-color: transparent; }
p, h2, ul, ol, blockquote { margin: 0; padding: 0; list-style: none; font: inherit; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
svg { display: block; width: 20px; height: 20px; fill: none; stroke: currentColor;
  stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }

.launcher { position: relative; display: grid; place-items: center; width: 58px; height: 58px;
  border-radius: 20px; background: var(--brand); color: var(--on-brand);
  box-shadow: var(--shadow); transition: transform .15s; }
.launcher:hover { transform: translateY(-2px); }
.launcher:focus-visible { outline-offset: 3px; }
.launcher svg { width: 28px; height: 28px; }
.badge { position: absolute; top: -6px; right: -6px; min-width: 22px; padding: 0 6px;
  border-radius: 11px; background: #b42318; color: #fff; font-size: 13px; line-height: 22px;
  font-weight: 600; text-align: center; }

.panel { display: flex; flex-direction: column; overflow: hidden; padding: 0; margin: 0;
  border: 0; color: var(--ink); background: var(--paper); }
dialog.panel:not([open]) { display: none; }
dialog.panel { position: fixed; inset: auto 20px 92px auto; width: 384px;
  max-width: calc(100vw - 40px); height: min(640px, calc(100vh - 116px)); max-height: none;
  border: 1px solid var(--line); border-radius: 20px; box-shadow: var(--shadow);
  animation: rise .18s ease-out; }
dialog.panel.sheet { inset: 0; width: 100%; max-width: none; height: var(--view, 100dvh);
  border: 0; border-radius: 0; box-shadow: none; }
section.panel { height: 100%; }
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }

header { display: flex; align-items: center; gap: 10px; flex: none; padding: 10px 8px 10px 14px;
  background: var(--card); border-bottom: 1px solid var(--line); }
.mark { flex: none; display: grid; place-items: center; width: 36px; height: 36px;
  border-radius: 12px; background: var(--brand); color: var(--on-brand); font-size: 18px;
  font-weight: 600; line-height: 1; }
.names { flex: 1; min-width: 0; }
.names h2 { font-weight: 600; line-height: 1.3; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.names p { font-size: 12px; line-height: 1.4; color: var(--soft); }
.human { flex: none; min-height: 36px; padding: 0 12px; border: 1px solid var(--line);
  border-radius: 18px; font-size: 14px; color: var(--brand); }
.human:hover, .close:hover { background: var(--tint); }
.close { flex: none; display: grid; place-items: center; width: 44px; height: 44px;
  border-radius: 14px; color: var(--soft); }
.flow { flex: none; display: flex; align-items: center; gap: 10px; padding: 6px 14px;
  background: var(--card); border-bottom: 1px solid var(--line); font-size: 12px;
  color: var(--soft); }
.flow progress { flex: 1; height: 4px; border: 0; border-radius: 2px; overflow: hidden;
  appearance: none; background: var(--line); accent-color: var(--brand); }
.flow progress::-webkit-progress-bar { background: var(--line); }
.flow progress::-webkit-progress-value { background: var(--brand); }
.flow progress::-moz-progress-bar { background: var(--brand); }

.log { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain;
  padding: 14px 12px 18px; }
.log:focus-visible { outline-offset: -3px; }
.time, .note { margin: 14px auto 10px; font-size: 12px; color: var(--soft); text-align: center; }
.time:first-child { margin-top: 2px; }
.note { width: fit-content; max-width: 90%; padding: 4px 12px; border-radius: 12px;
  background: var(--tint); color: var(--ink); }
.row { display: flex; flex-direction: column; align-items: flex-start; margin-top: 12px; }
.row.me { align-items: flex-end; }
.row.follows { margin-top: 6px; }
.who { margin: 0 2px 3px; font-size: 12px; line-height: 1.4; color: var(--soft); }
.bubble { max-width: 88%; padding: 9px 13px; border: 1px solid transparent; border-radius: 16px;
  background: var(--card); white-space: pre-wrap; overflow-wrap: anywhere; }
.bot .bubble, .operator .bubble { border-top-left-radius: 5px; }
.operator .bubble { border-color: var(--brand); }
.me .bubble { border-top-right-radius: 5px; background: var(--mine); color: var(--on-mine); }
.me.unsent .bubble { border: 1px dashed var(--soft); }
.declined .bubble { border: 1px dashed var(--soft); }
.tag { margin: 0 2px 4px; font-size: 12px; line-height: 1.5; color: var(--amber); }
.state { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; justify-content: flex-end;
  max-width: 88%; margin-top: 3px; font-size: 13px; color: var(--soft); }
.state.bad { color: var(--warn); }
.state button { min-height: 32px; padding: 0 12px; border: 1px solid currentColor;
  border-radius: 16px; color: var(--brand); font-weight: 600; }

.under { display: flex; align-items: center; gap: 2px; min-height: 32px; max-width: 100%;
  margin-top: 2px; }
.cite { display: inline-flex; align-items: center; gap: 2px; min-height: 32px; margin-right: 6px;
  padding: 0 6px; border-radius: 10px; font-size: 13px; color: var(--brand); }
.cite svg { width: 16px; height: 16px; transition: transform .15s; }
.cite[aria-expanded="true"] svg { transform: rotate(180deg); }
.cite:hover, .vote:hover { background: var(--tint); }
.vote { display: grid; place-items: center; width: 32px; height: 32px; border-radius: 10px;
  color: var(--soft); }
.vote svg { width: 17px; height: 17px; stroke-width: 1.6; }
.vote[aria-pressed="true"] { color: var(--brand); background: var(--tint); }
.voted { margin-left: 4px; font-size: 12px; color: var(--soft); }
.sources { width: 88%; margin-top: 4px; }
.sources li { padding: 10px 12px; border: 1px solid var(--line); border-radius: 12px;
  background: var(--card); font-size: 14px; line-height: 1.55; overflow-wrap: anywhere; }
.sources li + li { margin-top: 6px; }
.sources .from { font-weight: 600; }
.sources .section, .sources .as-of { font-size: 12px; color: var(--soft); }
.sources blockquote { margin: 6px 0; padding-left: 10px; border-left: 3px solid var(--brand);
  white-space: pre-wrap; }
.choices { display: flex; flex-wrap: wrap; gap: 8px; max-width: 100%; margin-top: 8px; }
.choices button, .plan { min-height: 40px; max-width: 100%; padding: 6px 16px;
  border: 1px solid var(--brand); border-radius: 20px; background: var(--card);
  color: var(--brand); font-size: 15px; text-align: start; overflow-wrap: anywhere; }
.choices button:hover { background: var(--tint); }
.choices button[aria-disabled="true"] { border-color: var(--line); color: var(--soft);
  background: none; cursor: default; }
.choices button[aria-pressed="true"] { border-color: var(--brand); background: var(--tint); }
.plan { display: inline-block; margin-top: 8px; text-decoration: none; }
.dots { display: inline-flex; gap: 5px; padding: 8px 2px; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft);
  animation: breathe 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: .15s; }
.dots i:nth-child(3) { animation-delay: .3s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }

.notice { flex: none; display: flex; align-items: center; justify-content: center; gap: 10px;
  padding: 6px 14px; font-size: 13px; color: var(--warn); background: var(--card);
  border-top: 1px solid var(--line); }
.notice button { min-height: 32px; color: var(--brand); font-weight: 600;
  text-decoration: underline; }
form { flex: none; padding: 8px 10px calc(8px + env(safe-area-inset-bottom));
  background: var(--card); border-top: 1px solid var(--line); }
.field { display: flex; align-items: flex-end; gap: 8px; }
textarea { flex: 1; min-width: 0; height: 44px; max-height: 140px; padding: 9px 14px;
  border: 1px solid var(--line); border-radius: 22px; background: var(--paper); resize: none;
  line-height: 1.5; overflow-y: auto; }
textarea::placeholder { color: var(--soft); opacity: 1; }
textarea:focus-visible { outline-offset: 0; border-color: transparent; }
.attach { flex: none; display: grid; place-items: center; width: 40px; height: 44px;
  border-radius: 14px; color: var(--soft); }
.attach:hover { background: var(--tint); color: var(--brand); }
.send { flex: none; display: grid; place-items: center; width: 44px; height: 44px;
  border-radius: 50%; background: var(--brand); color: var(--on-brand); }
.send[aria-disabled="true"] { background: var(--line); color: var(--soft); cursor: default; }
.count { padding: 2px 14px 0; font-size: 12px; color: var(--soft); }
.count.over { color: var(--warn); }
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .bubble, .launcher, .send { border: 1px solid CanvasText; } }
`;

  // ---------------------------------------------------------------- small things

  /** An element with attributes and children; strings become text nodes, never markup. */
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child != null));
    return node;
  }

  function button(attributes, onClick, ...children) {
    const node = make("button", { type: "button", ...attributes }, ...children);
    node.addEventListener("click", onClick);
    return node;
  }

  function icon(name) {
    const [svg, path] = ["svg", "path"].map((tag) =>
      document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  /** A random UUID; pages without TLS have no crypto.randomUUID. */
  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  const length = (text) => [...text].length; // code points, not UTF-16 units
  // A lone surrogate (half an emoji) cannot be sent; the server would refuse the whole message.
  const wellFormed = (text) =>
    text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (c) => (c.length > 1 ? c : "\uFFFD"));
  const CLOCK = new Intl.DateTimeFormat("zh-CN", {
    month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    timeZone: "Asia/Shanghai" });
  const list = (value) => (Array.isArray(value) ? value : []);

  /** The address if it is one a person may be sent to, else null ("javascript:" and the like). */
  function safeLink(address) {
    try {
      const url = new URL(address, BASE);
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch { return null; }
  }

  /** `turn;dur=24.1, embed;dur=14` → {turn: 24.1, embed: 14}, in milliseconds. */
  function serverTiming(header) {
    const parts = (header ?? "").matchAll(/([\w-]+)[^,]*?;\s*dur=([\d.]+)/g);
    return Object.fromEntries(Array.from(parts, ([, name, ms]) => [name, Number(ms)]));
  }

  /** Waiting that can be cut short, for instance when the connection is back. */
  class Patience {
    #wakes = new Set();

    wait(ms) {
      return new Promise((resolve) => {
        this.#wakes.add(resolve);
        setTimeout(resolve, Math.min(ms, LONGEST_PAUSE));
      });
    }

    end() {
      for (const wake of this.#wakes) wake();
      this.#wakes.clear();
    }
  }

  // ---------------------------------------------------------------- what is remembered

  /** This browser's memory of one entrance; in private mode it lasts as long as the page. */
  class Shelf {
    constructor(entrance) {
      this.key = `kaidian:${BASE.href}:${entrance}`;
      this.spare = {};
      this.works = true;
    }

    read() {
      if (!this.works) return this.spare;
      try { return JSON.parse(localStorage.getItem(this.key)) ?? {}; }
      catch { return this.spare; }
    }

    keep(change) {
      this.spare = { ...this.read(), ...change };
      try { localStorage.setItem(this.key, JSON.stringify(this.spare)); }
      catch { this.works = false; }
    }

    // Other tabs write here too, so every change starts from what stands there now.
    waiting() { return list(this.read().waiting); }
    addWaiting(message) {
      this.keep({ waiting: [...this.waiting().filter(({ id }) => id !== message.id), message] });
    }
    dropWaiting(id) {
      this.keep({ waiting: this.waiting().filter((message) => message.id !== id) });
    }
  }

  /** What was tapped: the server knows the choice's id, and only this browser knows its label. */
  class Labels {
    constructor(shelf) { this.shelf = shelf; }

    of(id) { return list(this.shelf.read().labels).find(([known]) => known === id)?.[1]; }
    add(id, label) {
      const known = list(this.shelf.read().labels).slice(1 - LABELS_KEPT);
      this.shelf.keep({ labels: [...known, [id, label]] });
    }
  }

  // ---------------------------------------------------------------- the wire

  /** One request. Never throws: a lost connection is status 0, like an answer nobody can read. */
  async function request(method, path, { token, body, form, limit = POST_LIMIT } = {}) {
    const headers = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), limit);
    try {
      const response = await fetch(new URL(path, BASE), {
        method, headers, body: form ?? (body && JSON.stringify(body)), signal: stop.signal,
        credentials: "omit", cache: "no-store" });
      const data = await response.json().catch(() => null);
      // A captive portal answers 200 with a page of its own: that is no answer either.
      const status = response.ok && data === null ? 0 : response.status;
      return { status, data, headers: response.headers };
    } catch {
      return { status: 0, data: null, headers: new Headers() };
    } finally { clearTimeout(timer); }
  }

  /** What an unsuccessful answer means for the message that asked. */
  function judge({ status, headers }) {
    const after = Number(headers.get("Retry-After")) * 1000 || 0;
    if (status === 0 || status === 408) return { kind: "again", why: WORDS.again.lost, after };
    if (status === 429) return { kind: "again", why: WORDS.again.busy, after };
    if (status >= 500) return { kind: "again", why: WORDS.again.broken, after };
    const fix = { 409: "resend", 413: "edit", 422: "edit" }[status] ?? null;
    return { kind: "refused", why: WORDS.refused[status] ?? WORDS.refused.other, fix };
  }

  /** Server-sent events of a fetch body, as {event, data}; data that is no JSON is skipped. */
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).replace(/\r\n?/g, "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const found = parseEvent(block);
        if (found) yield found;
      }
    }
  }

  function parseEvent(block) {
    const field = (name) => block.split("\n").filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, "")).join("\n");
    try { return { event: field("event") || "message", data: JSON.parse(field("data")) }; }
    catch { return null; }
  }

  /** Messages on their way out: one at a time, in order, each under one id until answered. */
  class Outbox {
    /** post(message) → verdict; report(message, verdict) shows it. */
    constructor({ shelf, patience, post, report }) {
      Object.assign(this, { shelf, patience, post, report, queue: [], running: false });
    }

    holds(id) { return this.queue.some((message) => message.id === id); }

    add(message) {
      this.queue.push(message);
      this.shelf.addWaiting(message);
      return this.pump();
    }

    async pump() {
      if (this.running) return;
      this.running = true;
      try { while (this.queue.length && (await this.deliver(this.queue[0]))); }
      finally { this.running = false; }
    }

    async deliver(message) {
      for (let tries = 0; ; tries++) {
        this.report(message, { kind: "sending" });
        const verdict = await this.post(message);
        if (verdict.kind !== "again") return this.settle(message, verdict);
        if (tries >= PAUSES.length) return this.stall();
        this.report(message, verdict);
        await this.patience.wait(Math.max(PAUSES[tries] * (1 + Math.random() / 4), verdict.after));
      }
    }

    settle(message, verdict) {
      this.queue.shift();
      this.shelf.dropWaiting(message.id);
      this.report(message, verdict);
      return true;
    }

    // What waits behind a stuck message is stuck as well; order matters more than haste.
    stall() {
      for (const message of this.queue) this.report(message, { kind: "failed", why: WORDS.failed });
      return false;
    }
  }

  // ---------------------------------------------------------------- what is seen

  /** The panel and everything in it. Knows nothing of the network; reports through `on`. */
  class View {
    constructor({ inline, on }) {
      Object.assign(this, { inline, on, rows: new Map(), lastTime: 0, lastWho: null });
      this.live = make("div", { class: "sr", role: "status", "aria-live": "polite" });
      this.buildLog();
      this.panel = make(inline ? "section" : "dialog",
        { class: "panel", "aria-labelledby": "title" },
        this.buildHeader(), this.buildFlow(), this.log, this.buildNotice(), this.buildComposer(),
        this.live);
      this.root = make("div", { class: "root", lang: "zh-CN" }, this.panel);
      if (!inline) this.root.prepend(this.buildLauncher());
    }

    buildLauncher() {
      this.badge = make("span", { class: "badge", hidden: true, "aria-hidden": "true" });
      this.launcher = button({ class: "launcher", "aria-haspopup": "dialog",
        "aria-expanded": "false" }, () => this.on.toggle(), icon("chat"), this.badge);
      return this.launcher;
    }

    buildHeader() {
      this.heading = make("h2", { id: "title" });
      const human = button({ class: "human" }, () => this.on.human(), WORDS.human);
      const close = this.inline ? null
        : button({ class: "close", "aria-label": WORDS.close }, () => this.on.close(), icon("close"));
      return make("header", {}, make("span", { class: "mark", "aria-hidden": "true" }, "开"),
        make("div", { class: "names" }, this.heading, make("p", {}, WORDS.subtitle)), human, close);
    }

    buildFlow() {
      this.progress = make("progress", { "aria-labelledby": "steps" });
      this.steps = make("span", { id: "steps" });
      this.flow = make("div", { class: "flow", hidden: true }, this.progress, this.steps);
      return this.flow;
    }

    // The log itself stays silent: `live` tells new replies, without every button beneath them.
    buildLog() {
      this.past = make("div");
      this.present = make("div");
      this.into = this.present;
      this.dots = make("div", { class: "row bot typing", hidden: true }, make("div", { class: "bubble" },
        make("span", { class: "sr" }, WORDS.typing),
        make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"))));
      this.log = make("div", { class: "log", role: "log", "aria-live": "off",
        "aria-label": WORDS.log, tabindex: "0" }, this.past, this.present, this.dots);
    }

    buildNotice() {
      this.notice = make("div", { class: "notice", role: "status", hidden: true });
      return this.notice;
    }

    buildComposer() {
      this.input = make("textarea", { id: "input", rows: "1", placeholder: WORDS.placeholder,
        enterkeyhint: "send", autocomplete: "off", "aria-describedby": "count" });
      this.count = make("p", { class: "count", id: "count", role: "status", hidden: true });
      this.sendButton = make("button", { class: "send", type: "submit", "aria-label": WORDS.send,
        "aria-disabled": "true" }, icon("send"));
      const form = make("form", {},
        make("label", { class: "sr", for: "input" }, WORDS.input),
        make("div", { class: "field" }, this.buildAttach(), this.input, this.sendButton), this.count);
      this.listenToComposer(form);
      return form;
    }

    // Photos as evidence: only customers are ever asked for them.
    buildAttach() {
      this.files = make("input", { type: "file", multiple: true, hidden: true,
        accept: "image/jpeg,image/png,image/webp" });
      this.files.addEventListener("change", () => {
        this.on.pictures([...this.files.files]);
        this.files.value = "";
      });
      this.attach = make("div", { hidden: true }, this.files,
        button({ class: "attach", "aria-label": WORDS.attach, title: WORDS.attach },
          () => this.files.click(), icon("photo")));
      return this.attach;
    }

    clear() {
      for (const part of [this.past, this.present]) part.replaceChildren();
      this.rows.clear();
      Object.assign(this, { lastTime: 0, lastWho: null });
      this.setFlow(null);
    }

    listenToComposer(form) {
      form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
      this.input.addEventListener("input", () => this.measure());
      this.input.addEventListener("keydown", (event) => {
        // 229: Enter that ends a composition (Safari reports it after compositionend).
        const composing = event.isComposing || event.keyCode === 229;
        if (event.key !== "Enter" || event.shiftKey || composing) return;
        event.preventDefault();
        this.submit();
      });
    }

    submit() {
      if (!this.on.submit(this.input.value)) return;
      this.write("");
    }

    write(text) {
      this.input.value = text;
      this.measure();
    }

    measure() {
      const used = length(this.input.value);
      this.grow();
      this.count.hidden = used < COUNT_FROM;
      this.count.classList.toggle("over", used > TEXT_LIMIT);
      this.count.textContent = used > TEXT_LIMIT ? WORDS.tooLong(used - TEXT_LIMIT) : WORDS.count(used);
      const ready = this.input.value.trim() !== "" && used <= TEXT_LIMIT;
      this.sendButton.setAttribute("aria-disabled", String(!ready));
    }

    grow() {
      const near = this.isNearEnd();
      this.input.style.height = "auto";
      this.input.style.height = `${Math.max(44, this.input.scrollHeight + 2)}px`;
      if (near) this.toEnd();
    }

    // ---- rows

    stamp(at) {
      if (Math.abs(at - this.lastTime) > GAP) {
        this.into.append(make("p", { class: "time" }, CLOCK.format(at)));
        this.lastWho = null;
      }
      this.lastTime = at;
    }

    row(who, at, ...children) {
      this.stamp(at);
      const follows = this.lastWho === who;
      this.lastWho = who;
      const name = who === "operator" && !follows ? "who" : "sr";
      const row = make("div", { class: `row ${who}${follows ? " follows" : ""}` },
        make("span", { class: name }, `${WORDS[who]}${name === "sr" ? "：" : ""}`), ...children);
      this.into.append(row);
      return row;
    }

    addVisitor(id, text, at = Date.now()) {
      this.retireChoices();
      const row = this.row("me", at, make("div", { class: "bubble" }, text));
      this.rows.set(id, row);
      if (this.into === this.present) this.scrollTo(row);
      return row;
    }

    /** How a sent message fares: a line below it, with one button to press where that helps. */
    setState(id, { text = "", bad = false, action = null } = {}) {
      const row = this.rows.get(id);
      row?.querySelector(".state")?.remove();
      row?.classList.toggle("unsent", text !== "" && text !== WORDS.delivered);
      if (!row || !text) return;
      row.append(make("div", { class: bad ? "state bad" : "state" }, make("span", {}, text),
        action && button({}, () => { this.takeFocus(); action.run(); }, action.label)));
      if (bad) this.announce(text);
      this.scrollTo(row);
    }

    removeVisitor(id) {
      this.rows.get(id)?.remove();
      this.rows.delete(id);
    }

    /** A bot's bubble with its sources, votes and choices. `turn` is null for a greeting. */
    addReply(reply, turn, { at = Date.now(), last = true } = {}) {
      const status = turn?.status ?? "";
      const tag = WORDS[status === "declined" || status === "decision" ? status : ""];
      const row = this.row("bot", at, tag && make("p", { class: "tag" }, tag),
        make("div", { class: "bubble" }, String(reply.text ?? "")));
      row.classList.toggle("declined", status === "declined");
      this.addUnder(row, list(reply.citations), last && this.votable(turn) ? turn.message_id : null);
      this.addChoices(row, list(reply.choices));
      if (last) this.addPlan(row, turn?.plan_url);
    }

    votable(turn) {
      return ["answered", "declined", "decision", "clarify"].includes(turn?.status);
    }

    addUnder(row, citations, votedId) {
      if (!citations.length && !votedId) return;
      const under = make("div", { class: "under" });
      row.append(under);
      if (citations.length) this.addCitations(row, under, citations);
      if (votedId) this.addVotes(under, votedId);
    }

    addCitations(row, under, citations) {
      const sources = make("ul", { class: "sources", id: `s-${uuid()}`, hidden: true },
        ...citations.map((citation) => this.source(citation)));
      const fold = button({ class: "cite", "aria-expanded": "false", "aria-controls": sources.id },
        () => {
          sources.hidden = !sources.hidden;
          fold.setAttribute("aria-expanded", String(!sources.hidden));
          if (!sources.hidden) this.reveal(sources, under);
        }, WORDS.citations(citations.length), icon("fold"));
      under.append(fold);
      row.append(sources);
    }

    source({ title, section, quote, as_of: asOf }) {
      return make("li", {}, make("p", { class: "from" }, String(title ?? "")),
        section ? make("p", { class: "section" }, String(section)) : null,
        quote ? make("blockquote", {}, String(quote)) : null,
        asOf ? make("p", { class: "as-of" }, WORDS.asOf(String(asOf))) : null);
    }

    addVotes(under, id) {
      const said = make("span", { class: "voted", role: "status" });
      const votes = [["good", true], ["bad", false]].map(([name, good]) =>
        button({ class: "vote", "aria-label": WORDS[name], title: WORDS[name],
          "aria-pressed": "false" }, async (event) => {
          const pressed = event.currentTarget;
          const kept = await this.on.vote(id, good);
          if (kept) votes.forEach((vote) => vote.setAttribute("aria-pressed", String(vote === pressed)));
          said.textContent = kept ? WORDS.thanks : WORDS.voteLost;
        }, icon(name)));
      under.append(...votes, said);
    }

    addChoices(row, choices) {
      if (!choices.length) return;
      const group = make("div", { class: "choices", role: "group", "aria-label": WORDS.choices });
      for (const { id, label } of choices) {
        group.append(button({ "data-choice": id }, (event) => {
          const tapped = event.currentTarget;
          if (tapped.getAttribute("aria-disabled") === "true") return;
          tapped.setAttribute("aria-pressed", "true");
          this.on.choose(id, String(label));
        }, String(label)));
      }
      row.append(group);
    }

    // aria-disabled, not disabled: the tapped button keeps the keyboard's place.
    retireChoices() {
      for (const choice of this.log.querySelectorAll(".choices button")) {
        choice.setAttribute("aria-disabled", "true");
      }
    }

    addPlan(row, address) {
      const href = address && safeLink(address);
      if (!href) return;
      row.append(make("a", { class: "plan", href, target: "_blank", rel: "noopener" }, WORDS.plan));
    }

    addOperator(text, at) {
      this.row("operator", at, make("div", { class: "bubble" }, text));
    }

    addNote(text) {
      this.lastWho = null;
      this.into.append(make("p", { class: "note" }, text));
    }

    setFlow(flow) {
      this.flow.hidden = !flow?.total;
      if (!flow?.total) return;
      Object.assign(this.progress, { max: flow.total, value: flow.done });
      this.steps.textContent = WORDS.flow(flow.done, flow.total);
    }

    /** Dots after a moment: an answer within it would only make them flicker. */
    setTyping(on, ms = 0) {
      clearTimeout(this.typingTimer);
      if (!on) this.dots.hidden = true;
      else this.typingTimer = setTimeout(() => {
        this.dots.hidden = false;
        this.toEnd();
        if (ms) this.typingTimer = setTimeout(() => this.setTyping(false), ms);
      }, 180);
    }

    setNotice(text, action) {
      this.notice.hidden = !text;
      this.notice.replaceChildren(make("span", {}, text ?? ""));
      if (action) this.notice.append(button({}, action, WORDS.retry));
    }

    setTitle(title, unread = 0) {
      this.heading.textContent = title;
      if (this.inline) return;
      this.launcher.setAttribute("aria-label", WORDS.launcher(title, unread));
      this.badge.hidden = !unread;
      this.badge.textContent = String(unread);
    }

    announce(text) {
      const line = make("p", {}, text);
      this.live.append(line);
      setTimeout(() => line.remove(), 15_000);
    }

    // ---- scrolling: inside the log only, never the page around it

    jump(top) {
      this.log.scrollTo({ top, behavior: CALM.matches ? "auto" : "smooth" });
    }

    scrollTo(row) { // as far down as it goes while the row stays in sight
      this.jump(Math.min(this.log.scrollHeight - this.log.clientHeight, row.offsetTop - 10));
    }

    reveal(node, start) {
      const bottom = node.offsetTop + node.offsetHeight + 12 - this.log.clientHeight;
      const top = Math.min(Math.max(bottom, this.log.scrollTop), start.offsetTop - 10);
      this.jump(top);
    }

    isNearEnd() {
      return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 120;
    }

    toEnd() { this.log.scrollTop = this.log.scrollHeight; }

    // ---- opening and closing (bubble only)

    show() {
      const sheet = SHEET.matches;
      this.panel.classList.toggle("sheet", sheet);
      if (sheet) this.panel.showModal(); // the page behind is out of reach, for everybody
      else this.panel.setAttribute("open", "");
      this.launcher.setAttribute("aria-expanded", "true");
    }

    // On a touch screen the input would bring up the keyboard, over what there is to read.
    takeFocus() { (FINE_POINTER.matches ? this.input : this.log).focus(); }

    hide() {
      this.panel.close();
      this.launcher.setAttribute("aria-expanded", "false");
    }
  }

  // ---------------------------------------------------------------- the element

  class KaidianChat extends HTMLElement {
    connectedCallback() {
      const entrance = this.option("entrance");
      if (!entrance) return console.error("kaidian-chat: data-entrance is missing");
      this.gone = new AbortController();
      if (!this.view) this.build(entrance);
      this.listen(this.gone.signal);
      const waits = this.shelf.waiting().length > 0;
      if (this.inline || waits) this.start();
      if (this.started) this.startStream(); // moved to another place of the page
      if (!this.inline && this.opensItself()) this.open({ focus: false });
    }

    disconnectedCallback() {
      this.gone?.abort();
      this.stopStream();
    }

    option(name) { return this.getAttribute(`data-${name}`) ?? this.getAttribute(name); }
    flag(name) { return ["", "true"].includes(this.option(name)); }
    get isOpen() { return this.inline || this.view.panel.open; }

    opensItself() {
      const was = this.remembered("get"); // null until the visitor opened or closed it
      return was === null ? this.flag("open") : was === "true" && !SHEET.matches;
    }

    build(entrance) {
      Object.assign(this, { entrance, inline: this.flag("inline"), unread: 0, seen: new Set() });
      this.shelf = new Shelf(entrance);
      this.labels = new Labels(this.shelf);
      this.patience = new Patience();
      this.outbox = new Outbox({ shelf: this.shelf, patience: this.patience,
        post: (message) => this.post(message),
        report: (message, verdict) => this.report(message, verdict) });
      this.view = new View({ inline: this.inline, on: this.actions() });
      if (this.inline) this.setAttribute("data-layout", "inline");
      const shadow = this.attachShadow({ mode: "open" });
      this.addStyle(shadow);
      shadow.append(this.view.root);
      this.retitle();
    }

    actions() {
      return { submit: (text) => this.send(text), choose: (id, label) => this.sendChoice(id, label),
        vote: (id, good) => this.vote(id, good), pictures: (files) => this.sendTyped(files), human: () => this.send(WORDS.human),
        toggle: () => (this.isOpen ? this.close() : this.open()), close: () => this.close() };
    }

    // A constructed sheet also passes a strict Content-Security-Policy of the shop's own page.
    addStyle(shadow) {
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(STYLE);
        shadow.adoptedStyleSheets = [sheet];
      } catch { shadow.append(make("style", {}, STYLE)); }
    }

    listen(signal) {
      const { panel } = this.view;
      window.addEventListener("online", () => this.recover(), { signal });
      document.addEventListener("visibilitychange", () => this.onVisibility(), { signal });
      if (this.inline) return;
      panel.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); }, { signal });
      panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !event.isComposing) this.close();
      }, { signal });
      SHEET.addEventListener("change", () => this.relayout(), { signal });
      window.visualViewport?.addEventListener("resize", () => this.fitKeyboard(), { signal });
    }

    // ---- what a page may call

    /** Sends a text; false when there is nothing to send or too much. */
    send(text) {
      const said = wellFormed(String(text)).trim();
      if (!said || length(said) > TEXT_LIMIT) return false;
      this.enqueue({ id: uuid(), text: said, at: Date.now() });
      return true;
    }

    sendChoice(id, label) {
      const message = { id: uuid(), choice: String(id), label: String(label), at: Date.now() };
      this.labels.add(message.id, message.label);
      this.enqueue(message);
    }

    /** Uploads pictures and sends them as one message; false when they could not be sent. */
    async sendPictures(files, text = "") {
      const some = files.slice(0, PICTURES);
      if (!some.length) return false;
      this.view.setNotice(WORDS.uploading(some.length));
      await this.start();
      const answers = await Promise.all(some.map((file) => this.upload(file)));
      const bad = answers.find(({ status }) => status !== 201);
      this.view.setNotice(!bad ? "" : bad.status === 0 ? WORDS.pictureLost : WORDS.pictureRefused);
      if (bad) return false;
      const said = wellFormed(String(text)).trim();
      this.enqueue({ id: uuid(), text: said, label: WORDS.pictures(some.length), at: Date.now(),
        attachments: answers.map(({ data }) => data.id) });
      return true;
    }

    async sendTyped(files) {
      const sent = await this.sendPictures(files, this.view.input.value);
      if (sent) this.view.write("");
    }

    upload(file) {
      const form = new FormData();
      form.append("file", file);
      return request("POST", "api/attachments", { token: this.shelf.read().token, form });
    }

    /** Goes on in a session that was opened elsewhere; what was on screen is gone. */
    adopt({ token, visitor_id, audience, greeting }) {
      this.stopStream();
      this.patience.end();
      this.shelf.keep({ token, visitor_id, audience, greeting, waiting: [], labels: [] });
      this.outbox.queue = [];
      Object.assign(this, { seen: new Set(), greeted: false, started: null });
      this.view.clear();
      return this.start();
    }

    open({ focus = true } = {}) {
      if (this.isOpen) return;
      this.before = document.activeElement;
      this.view.show();
      if (focus || SHEET.matches) this.view.takeFocus();
      this.lockPage(SHEET.matches);
      this.remembered("set", "true");
      this.unread = 0;
      this.retitle();
      this.fitKeyboard();
      this.start();
      this.view.toEnd();
    }

    close() {
      if (this.inline || !this.isOpen) return;
      const held = this.shadowRoot.activeElement !== null || SHEET.matches;
      this.view.hide();
      this.lockPage(false);
      this.remembered("set", "false");
      const before = [null, document.body, this].includes(this.before) ? null : this.before;
      if (held) (before?.isConnected ? before : this.view.launcher).focus();
    }

    // ---- opening: details

    remembered(verb, value) {
      try { return sessionStorage[`${verb}Item`](`${this.shelf.key}:open`, value); }
      catch { return null; }
    }

    relayout() {
      if (!this.isOpen) return;
      this.view.hide();
      this.view.show();
      this.lockPage(SHEET.matches);
      this.fitKeyboard();
    }

    lockPage(locked) {
      const page = document.documentElement.style;
      if (locked && this.overflow === undefined) this.overflow = page.overflow;
      if (locked) page.overflow = "hidden";
      else if (this.overflow !== undefined) {
        page.overflow = this.overflow;
        this.overflow = undefined;
      }
    }

    // The keyboard of a phone covers the sheet instead of shrinking it; the sheet shrinks itself.
    fitKeyboard() {
      const height = window.visualViewport?.height;
      if (height) this.view.panel.style.setProperty("--view", `${height}px`);
    }

    retitle() {
      const { audience } = this.shelf.read();
      const known = WORDS.titles[audience] ?? WORDS.titles.customer;
      this.view.attach.hidden = audience !== "customer";
      this.view.setTitle(this.getAttribute("data-title") || known, this.unread);
    }

    // ---- coming in and picking up where we were

    start() {
      this.started ??= this.begin();
      return this.started;
    }

    async begin() {
      this.view.setNotice(this.shelf.read().token ? WORDS.loading : "");
      const verdict = await this.resume();
      const lost = verdict.kind === "again";
      this.view.setNotice(verdict.kind === "done" ? "" : lost ? WORDS.offline : WORDS.noEntrance,
        lost ? () => this.recover() : null);
      if (lost) this.started = null;
      this.sendWaiting();
      if (verdict.kind === "done") this.startStream();
    }

    /** A session and its history on screen. An expired token is replaced without a word. */
    async resume() {
      for (let tries = 0; ; tries++) {
        const verdict = (await this.enter()) ?? (await this.showHistory());
        if (verdict.kind === "expired") this.shelf.keep({ token: null });
        else if (verdict.kind !== "again" || tries >= PAUSES.length) return verdict;
        else await this.patience.wait(PAUSES[tries]);
        if (tries > PAUSES.length) return { kind: "again" };
      }
    }

    /** Makes sure of a session: null when there is one, else the verdict that says why not. */
    async enter() {
      if (this.shelf.read().token) return null;
      this.entering ??= this.openSession().finally(() => { this.entering = null; });
      return this.entering;
    }

    async openSession() {
      const { visitor_id } = this.shelf.read();
      const body = { entrance: this.entrance, ...(visitor_id && { visitor_id }) };
      const answer = await request("POST", "api/sessions", { body });
      if (answer.status !== 201 && answer.status !== 200) {
        const verdict = judge(answer);
        return verdict.kind === "again" ? verdict : { kind: "refused", why: WORDS.noEntrance };
      }
      const { token, visitor_id: visitor, audience, greeting } = answer.data;
      this.shelf.keep({ token, visitor_id: visitor, audience, greeting });
      this.retitle();
      return null;
    }

    async fetchHistory() {
      const items = [];
      for (let after = "", page = 0; page < PAGES; page++) {
        const query = after ? `?after=${encodeURIComponent(after)}` : "";
        const answer = await request("GET", `api/messages${query}`, { token: this.shelf.read().token });
        if (answer.status === 401) return { kind: "expired" };
        if (answer.status !== 200) return judge(answer);
        items.push(...list(answer.data.items));
        after = answer.data.next;
        if (!after) break;
      }
      return { kind: "done", items };
    }

    async showHistory() {
      const verdict = await this.fetchHistory();
      if (verdict.kind !== "done" || this.greeted) return verdict;
      this.greeted = true;
      const { view } = this;
      view.into = view.past;
      this.showGreeting(verdict.items);
      for (const item of verdict.items) this.showItem(item);
      view.into = view.present;
      view.toEnd();
      return verdict;
    }

    showGreeting([first]) {
      const { greeting } = this.shelf.read();
      if (!greeting || (first?.from === "bot" && first.text === greeting.text)) return;
      this.view.addReply(greeting, null, { at: Date.parse(first?.at) || Date.now() });
      if (!first) this.view.announce(this.spoken([greeting]));
    }

    // `result` may stand with the visitor's item or with the bot's: it is shown once per turn.
    showItem(item) {
      const at = Date.parse(item.at) || Date.now();
      const drawn = this.seen.has(item.id) || this.view.rows.has(item.id);
      if (drawn || this.outbox.holds(item.result?.message_id)) return; // brings its own answer
      this.seen.add(item.id);
      const pictures = list(item.attachments).length;
      const label = this.labels.of(item.id) ?? (pictures ? WORDS.pictures(pictures) : null);
      const said = [pictures ? label : null, item.text].filter(Boolean).join(" ") || label || WORDS.tapped;
      if (item.from === "visitor") this.view.addVisitor(item.id, said, at);
      if (item.from === "operator") this.view.addOperator(item.text, at);
      if (item.result) this.showResult(item.result, at);
      else if (item.from === "bot" && !this.shownTexts?.has(item.text)) this.view.addReply(item, null, { at });
    }

    // Ids that the server has already answered are no longer waiting, whatever this tab thought.
    sendWaiting() {
      for (const message of this.shelf.waiting()) {
        if (this.outbox.holds(message.id)) continue;
        if (this.seen.has(`turn ${message.id}`)) this.shelf.dropWaiting(message.id);
        else if (Date.now() - message.at > STALE) this.askAboutStale(message);
        else this.enqueue(message);
      }
    }

    askAboutStale(message) {
      this.drawOwn(message);
      this.view.setState(message.id, { text: WORDS.stale, bad: true,
        action: { label: WORDS.retry, run: () => this.outbox.add(message) } });
    }

    // ---- sending

    /** `element.clock`: on the demo page, gives the moment at which a message is said. */
    enqueue(said) {
      const now = this.clock?.();
      const message = now ? { ...said, now, at: Date.parse(now) } : said;
      this.drawOwn(message);
      this.outbox.add(message);
      this.start();
    }

    drawOwn({ id, text, label, at }) {
      const shown = [label, text].filter(Boolean).join(" ");
      if (!this.view.rows.has(id)) this.view.addVisitor(id, shown, at);
    }

    /** One try of one message. A 401 costs one new session, then the same id goes again. */
    async post(message, renewed = false) {
      const closed = await this.enter();
      if (closed) return closed;
      const { token } = this.shelf.read();
      const { id, text, choice, attachments, now } = message;
      const body = { message_id: id, ...(choice === undefined ? { text } : { choice }),
        ...(attachments && { attachments }), ...(now && { now }) };
      const begun = performance.now();
      const answer = await request("POST", now ? "api/demo/messages" : "api/messages", { token, body });
      if (answer.status === 401 && !renewed) return this.renew(token, message);
      if (answer.status !== 200) return judge(answer);
      return { kind: "done", result: answer.data, ms: performance.now() - begun,
        timing: serverTiming(answer.headers.get("Server-Timing")),
        replayed: answer.headers.get("Idempotent-Replayed") === "true" };
    }

    renew(token, message) {
      if (this.shelf.read().token === token) this.shelf.keep({ token: null });
      this.stopStream();
      return this.post(message, true);
    }

    report(message, verdict) {
      const { view } = this;
      view.setTyping(verdict.kind === "sending");
      if (verdict.kind === "sending") view.setState(message.id);
      if (verdict.kind === "again") view.setState(message.id, { text: verdict.why });
      if (verdict.kind === "failed") view.setState(message.id, { text: verdict.why, bad: true,
        action: { label: WORDS.retry, run: () => this.recover() } });
      if (verdict.kind === "refused") view.setState(message.id, { text: verdict.why, bad: true,
        action: this.remedy(verdict.fix, message) });
      if (verdict.kind === "done") this.answer(message, verdict);
    }

    remedy(fix, message) {
      const again = (label, run) => ({ label, run: () => { this.view.removeVisitor(message.id); run(); } });
      if (fix === "edit" && message.text) return again(WORDS.edit, () => this.view.write(message.text));
      if (fix === "resend") return again(WORDS.resend,
        () => this.enqueue({ ...message, id: uuid(), at: Date.now() }));
      return null;
    }

    answer(message, { result, ms, timing, replayed }) {
      const { view } = this;
      view.setState(message.id, list(result.replies).length ? {} : { text: WORDS.delivered });
      this.showResult(result, message.now ? message.at : Date.now());
      const row = view.rows.get(message.id);
      if (row) view.scrollTo(row);
      view.announce(this.spoken(list(result.replies)));
      this.notify(list(result.replies).length);
      if (!this.started) this.start(); // it had failed; now there is a connection
      this.startStream();
      const detail = { entrance: this.entrance, audience: this.shelf.read().audience,
        question: [message.label, message.text].filter(Boolean).join(" "), result, ms, timing, replayed };
      this.dispatchEvent(new CustomEvent("kaidian:turn", { bubbles: true, composed: true, detail }));
    }

    showResult(result, at = Date.now()) {
      const turn = `turn ${result.message_id}`;
      if (this.seen.has(turn)) return;
      this.seen.add(turn);
      const replies = list(result.replies);
      this.shownTexts = new Set(replies.map(({ text }) => text));
      replies.forEach((reply, i) =>
        this.view.addReply(reply, result, { at, last: i === replies.length - 1 }));
      if (result.handoff) this.view.addNote(WORDS.handoff);
      this.view.setFlow(result.flow);
    }

    spoken(replies) {
      return replies.map((reply) => [reply.text,
        list(reply.choices).length ? WORDS.offered(reply.choices.map(({ label }) => label)) : "",
        list(reply.citations).length ? WORDS.citations(reply.citations.length) : ""]
        .filter(Boolean).join(" ")).join("\n");
    }

    notify(count) {
      if (this.isOpen || !count) return;
      this.unread += count;
      this.retitle();
    }

    async vote(id, good) {
      const answer = await request("POST", "api/feedback",
        { token: this.shelf.read().token, body: { message_id: id, good } });
      return answer.status >= 200 && answer.status < 300;
    }

    // ---- what the shop says unasked

    recover() {
      this.patience.end();
      this.start();
      this.outbox.pump();
      this.startStream();
    }

    // A browser allows six connections to a host: tabs nobody looks at must not hold one each.
    onVisibility() {
      if (document.hidden) this.stopStream();
      else if (this.started) this.recover();
    }

    stopStream() {
      this.stream?.abort();
      this.stream = null;
    }

    /** Listens until the page hides. A server without a stream (4xx) is simply not asked again. */
    async startStream() {
      if (this.stream || this.streamless || !this.isConnected || document.hidden) return;
      const stop = this.stream = new AbortController();
      for (let failures = 0; !stop.signal.aborted; failures++) {
        const heard = await this.follow(stop.signal);
        if (heard === "refused") break;
        if (heard === "ended") failures = 0;
        await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * 2 ** failures, 30_000)));
      }
      if (this.stream === stop) this.stream = null;
    }

    /** One connection: "ended", "lost" or "refused". */
    async follow(signal) {
      const { token } = this.shelf.read();
      if (!token) return "refused";
      try {
        const response = await fetch(new URL("api/stream", BASE), { signal, cache: "no-store",
          headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" } });
        if (response.status === 401) return "refused"; // the next message brings a session
        const speaks = response.headers.get("Content-Type")?.startsWith("text/event-stream");
        this.streamless = (response.ok && !speaks) || (response.status >= 400 && response.status < 500
          && response.status !== 429);
        if (this.streamless) return "refused";
        if (!response.ok) return "lost";
        await this.catchUp();
        for await (const { event, data } of events(response.body)) this.hear(event, data);
        return "ended";
      } catch { return "lost"; }
    }

    /** What an operator wrote while nobody listened. */
    async catchUp() {
      if (!this.greeted) return;
      const verdict = await this.fetchHistory();
      for (const item of list(verdict.items)) {
        if (item.from === "operator") this.hear("operator_message", item);
      }
    }

    hear(event, data) {
      if (event === "typing") return this.view.setTyping(true, 6000);
      if (event === "case_changed") return this.tell(WORDS.caseChanged, () => this.view.addNote(WORDS.caseChanged));
      if (!data || (data.id && this.seen.has(data.id))) return undefined;
      if (data.id) this.seen.add(data.id);
      const text = String(data.text ?? "");
      const at = Date.parse(data.at) || Date.now();
      if (event === "operator_message") this.tell(text, () => this.view.addOperator(text, at));
      if (event === "reminder") this.tell(text, () => this.view.addReply(data, null));
      return undefined;
    }

    tell(text, draw) {
      const { view } = this;
      const near = view.isNearEnd();
      view.setTyping(false);
      draw();
      view.announce(text);
      this.notify(1);
      if (near) view.toEnd();
    }
  }

  if (!customElements.get("kaidian-chat")) customElements.define("kaidian-chat", KaidianChat);

  /** The element that the script tag asks for, in the tag's own place when it is inline. */
  function place() {
    const chat = make("kaidian-chat");
    for (const name of ["entrance", "title", "open", "inline"]) {
      const value = SCRIPT.getAttribute(`data-${name}`);
      if (value !== null) chat.setAttribute(`data-${name}`, value);
    }
    if (SCRIPT.getAttribute("data-inline") === "true") SCRIPT.after(chat);
    else document.body.append(chat);
  }

  if (SCRIPT?.hasAttribute("data-entrance")) {
    if (document.body) place();
    else document.addEventListener("DOMContentLoaded", place);
  }
})();
