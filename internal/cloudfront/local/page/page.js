// What a visitor sent is text here and nothing else: it reaches the page by textContent alone.
const api = "/__edge/api/";
const shown = 200;
const get = (id) => document.getElementById(id);

// make builds an element: make("td", {class: "number"}, "12", child)
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  for (const child of children) element.append(child); // a string becomes a text node
  return element;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function seconds(count) {
  if (count < 120) return `${count} s`;
  if (count < 7200) return `${Math.round(count / 60)} min`;
  if (count < 172800) return `${Math.round(count / 3600)} h`;
  return `${Math.round(count / 86400)} d`;
}

const kinds = {
  "hit": "hit", "refresh hit": "hit", "stale hit": "hit", "miss": "miss", "pass": "pass", "generated": "generated",
  "refused": "failed", "failed": "failed",
};
const badge = (result) => make("span", { class: `result ${kinds[result] ?? "pass"}` }, result);
const chips = (texts) => make("div", { class: "chips" }, ...texts.map((text) => make("code", { class: "chip" }, text)));

// details is a list of what is known of a request.
function details(request) {
  const list = make("dl");
  const add = (term, value) => list.append(make("dt", {}, term), make("dd", {}, value));
  add("Behaviour", make("code", {}, request.behavior));
  if (request.function) add("Function", make("code", {}, request.function));
  add("Cache key", request.key ? make("code", {}, request.key) : "none: nothing is kept");
  if (request.origin) add("Origin", make("code", {}, request.origin));
  if (request.alone) add("Kept for", "this visitor alone");
  else if (request.ttlSeconds > 0) add("Kept for", seconds(request.ttlSeconds));
  if (request.stripped.length) add("Taken off", chips(request.stripped));
  if (request.added.length) add("Added", chips(request.added));
  const forwarded = Object.entries(request.forwarded ?? {}).flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  if (forwarded.length) add("Forwarded", chips(forwarded.sort()));
  if (request.why.length) add("Why", make("ol", {}, ...request.why.map((reason) => make("li", {}, reason))));
  return list;
}

function showCounters(counters) {
  for (const kind of ["pages", "static"]) {
    const { requests, hits } = counters[kind];
    const ratio = requests ? hits / requests : 0;
    get(`${kind}-ratio`).textContent = requests ? `${(ratio * 100).toFixed(1)} %` : "–";
    get(`${kind}-bar`).value = ratio;
    get(`${kind}-note`).textContent = requests ? `${hits} of ${requests} requests` : "no requests yet";
  }
  get("uncached").textContent = counters.uncached;
}

let rows = []; // the latest first: {request, row, detail}
let waiting = [];
let paused = false;

const matches = (request, text) => !text || JSON.stringify(request).toLowerCase().includes(text);

function show({ request, row, detail }) {
  const hidden = !matches(request, get("filter").value.trim().toLowerCase());
  row.hidden = hidden;
  detail.hidden = hidden || row.querySelector("button").getAttribute("aria-expanded") !== "true";
}

function addRequest(request) {
  if (paused) {
    waiting.push(request);
    waiting = waiting.slice(-shown);
    get("pause").textContent = `Resume (${waiting.length})`;
    return;
  }
  const path = make("button", { type: "button", class: "request mono", "aria-expanded": "false" },
    make("span", { class: "method" }, request.method), " ", request.path,
    make("span", { class: "query" }, request.query ? `?${request.query}` : ""));
  const row = make("tr", {},
    make("td", {}, badge(request.result)), make("td", {}, path), make("td", {}, make("code", { class: "pattern" }, request.behavior)),
    make("td", { class: "number" }, request.status ? String(request.status) : ""),
    make("td", { class: "number" }, kinds[request.result] === "hit" ? seconds(request.ageSeconds) : ""),
    make("td", { class: "number" }, `${request.elapsedMilliseconds.toFixed(1)} ms`));
  const detail = make("tr", { class: "detail" }, make("td", { colspan: "6" }));
  const entry = { request, row, detail };
  // The button is for keyboards and screen readers; a click anywhere on the row is one on it. Text may be marked without opening it.
  row.addEventListener("click", () => {
    if (!getSelection().isCollapsed) return;
    const open = path.getAttribute("aria-expanded") !== "true";
    path.setAttribute("aria-expanded", String(open));
    if (open && !detail.firstChild.firstChild) detail.firstChild.append(details(request));
    show(entry);
  });
  rows.unshift(entry);
  get("rows").prepend(row, detail);
  show(entry);
  for (const old of rows.splice(shown)) {
    old.row.remove();
    old.detail.remove();
  }
  get("empty").hidden = true;
}

async function call(name, body) {
  const options = body === undefined ? {} :
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(api + name, options);
  if (!(response.headers.get("Content-Type") ?? "").startsWith("application/json")) throw new Error(await response.text());
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function showCache() {
  const state = await call("state");
  get("objects").textContent = state.objects;
  get("bytes").textContent = size(state.bytes) + (state.alone ? `, and ${state.alone} for one visitor alone` : "");
  showCounters(state.counters);
  return state;
}

// refreshCache asks for what the cache holds at most once a second, however many requests come.
let due = 0;
function refreshCache() {
  if (due) return;
  due = setTimeout(() => { due = 0; showCache().catch(() => {}); }, 1000);
}

function showState(state) {
  document.title = `Edge: ${state.environment}`;
  get("environment").textContent = state.environment;
  get("route").textContent = `${state.visited} stands for ${state.host} in front of ${state.backend}` +
    (state.media ? `, media from ${state.media}` : "");
  get("behaviors-count").textContent = `${state.behaviors.length} of them`;
  get("behaviors").replaceChildren(...state.behaviors.map((behavior, index) => make("tr", {},
    make("td", { class: "number" }, String(index + 1)), make("td", {}, make("code", {}, behavior.pattern)),
    ...["origin", "key", "forwarded", "lifetimes", "functions"].map((field) => make("td", {}, behavior[field])))));
  for (const entry of rows.splice(0)) {
    entry.row.remove();
    entry.detail.remove();
  }
  state.requests.forEach(addRequest);
}

// connect follows the requests. Before that, and after a break, what was missed is brought.
function connect() {
  const source = new EventSource(`${api}events`);
  const connection = get("connection");
  source.addEventListener("open", async () => {
    connection.textContent = "live";
    connection.className = "connection live";
    showState(await showCache());
  });
  source.addEventListener("message", (message) => {
    const { request, counters } = JSON.parse(message.data);
    if (!rows.some((entry) => entry.request.id && entry.request.id === request.id)) addRequest(request);
    showCounters(counters);
    refreshCache();
  });
  source.addEventListener("error", () => {
    connection.textContent = "not connected";
    connection.className = "connection lost";
  });
}

const lines = (id) => get(id).value.split("\n").map((line) => line.trim()).filter(Boolean);
const problem = (error) => make("p", { class: "problem" }, error.message);

async function explainTried() {
  const question = {
    method: get("try-method").value, url: get("try-url").value.trim(), cookies: lines("try-cookies"), headers: lines("try-headers"),
  };
  try {
    const answer = await call("explain", question);
    const head = make("p", {}, badge(answer.result), " ", make("code", {}, `${answer.method} ${answer.path}${answer.query ? `?${answer.query}` : ""}`));
    get("explanation").replaceChildren(head, details(answer));
  } catch (error) {
    get("explanation").replaceChildren(problem(error));
  }
}

get("try").addEventListener("submit", (event) => {
  event.preventDefault();
  explainTried();
});

get("purge").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const { purged } = await call("purge", { pattern: get("purge-pattern").value.trim() });
    get("purged").textContent = purged === 1 ? "1 object is gone" : `${purged} objects are gone`;
    await showCache();
  } catch (error) {
    get("purged").replaceChildren(problem(error));
  }
});

get("pause").addEventListener("click", () => {
  paused = !paused;
  get("pause").setAttribute("aria-pressed", String(paused));
  get("pause").textContent = paused ? "Resume" : "Pause";
  if (!paused) waiting.splice(0).forEach(addRequest);
});

get("reset").addEventListener("click", async () => {
  await call("reset", {});
  showState(await showCache());
  get("empty").hidden = false;
});

get("filter").addEventListener("input", () => rows.forEach(show));

// /__edge#explain=/women/tops.html asks at once; /__edge#still shows what is and follows nothing, with the details of what #open=
// is part of.
const asked = new URLSearchParams(location.hash.slice(1));
if (asked.has("explain")) {
  get("try-url").value = asked.get("explain");
  get("try-cookies").value = asked.getAll("cookie").join("\n");
  await explainTried();
}
if (asked.has("still")) {
  get("connection").textContent = "not following";
  showState(await showCache());
  const open = (asked.get("open") ?? "").toLowerCase();
  if (open) rows.filter(({ request }) => matches(request, open)).forEach(({ row }) => row.cells[0].click());
} else {
  connect();
}
