"use strict";
// All that comes from the capture is set as text, never as markup.
const data = JSON.parse(document.getElementById("data").textContent);
const at = Object.fromEntries(data.columns.map((name, place) => [name, place]));
const SVG = "http://www.w3.org/2000/svg";
const PAGE = 200;

function span(ns) {
  if (ns === null) return "-";
  if (ns >= 48 * 3600e9) return `${Math.floor(ns / 86400e9)} days ${Math.floor((ns % 86400e9) / 3600e9)} h`;
  if (ns >= 3600e9) return `${Math.floor(ns / 3600e9)} h ${Math.floor((ns % 3600e9) / 60e9)} min`;
  if (ns >= 100e9) return `${Math.floor(ns / 60e9)} min ${Math.floor((ns % 60e9) / 1e9)} s`;
  for (const [size, unit] of [[1e9, "s"], [1e6, "ms"], [1e3, "us"]]) {
    if (ns >= size - Math.floor(size / 2000)) {
      const value = ns / size;
      return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + " " + unit;
    }
  }
  return ns ? ns + " ns" : "0 s";
}

function bytes(count) {
  if (count < 10000) return count.toLocaleString("en");
  for (const unit of "kMGTP") {
    count /= 1000;
    if (count < 999.95) return count.toFixed(count < 99.95 ? 1 : 0) + unit;
  }
  return (count / 1000).toFixed(0) + "E";
}

const end = (row, side) => {
  const host = row[at[side]], port = row[at[side + "_port"]];
  const doubt = row[at.roles] === "unknown" ? "?" : "";
  return host.includes(":") ? `[${host}]:${port}${doubt}` : `${host}:${port}${doubt}`;
};
const opened = row => row[at.opened] + (row[at.opened] !== "no answer" ? "" :
  row[at.tries] === 1 ? " (1 try)" : ` (${row[at.tries]} tries)`);
const closed = row => row[at.closed] + (row[at.closed] === "merged" ? " (3 frames)" : "");
const COLUMNS = [
  {title: "#", n: true, key: r => r[at.number], text: r => String(r[at.number])},
  {title: "client", name: "end", key: r => end(r, "client"), text: r => end(r, "client")},
  {title: "server", name: "end", key: r => end(r, "server"), text: r => end(r, "server")},
  {title: "opened", key: opened, text: opened},
  {title: "handshake time", n: true, key: r => r[at.handshake_time], text: r => span(r[at.handshake_time])},
  {title: "response time", n: true, key: r => r[at.response_time], text: r => span(r[at.response_time])},
  {title: "frames", n: true, key: r => r[at.client_frames] + r[at.server_frames],
    text: r => `${r[at.client_frames].toLocaleString("en")} > < ${r[at.server_frames].toLocaleString("en")}`},
  {title: "bytes", n: true, key: r => r[at.client_bytes] + r[at.server_bytes],
    text: r => `${bytes(r[at.client_bytes])} > < ${bytes(r[at.server_bytes])}`},
  {title: "closed", key: closed, text: closed},
  {title: "closed first", key: r => r[at.closed_first], text: r => r[at.closed_first]},
  {title: "duration", n: true, key: r => r[at.duration], text: r => span(r[at.duration])},
  {title: "problems", name: "problems", key: r => r[at.problems].join(", "), text: r => r[at.problems].join(", ")},
];

let order = 0, down = false, shown = PAGE, sorted = data.connections, found = sorted;
const body = document.querySelector("#connections tbody");
const search = document.getElementById("search");
const texts = new Map();  // of each row, in lower case, once something is searched for

function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function head() {
  const row = document.querySelector("#connections thead tr");
  COLUMNS.forEach((column, place) => {
    const button = make("button", {type: "button"}, column.title);
    button.addEventListener("click", () => {
      down = order === place ? !down : Boolean(column.n) && place > 0;
      order = place;
      sort();
      refresh();
    });
    row.append(make("th", {scope: "col", class: column.n ? "n" : ""}, button));
  });
}

function textOf(row) {
  let text = texts.get(row);
  if (text === undefined) texts.set(row, text = COLUMNS.map(column => column.text(row)).join(" ").toLowerCase());
  return text;
}

function sort() {
  const key = COLUMNS[order].key;
  sorted = data.connections.map(row => [key(row), row]).sort(([x, a], [y, b]) => {
    if (x === y) return a[0] - b[0];
    if (x === null || y === null) return x === null ? 1 : -1;  // what is not known comes last
    return (x < y ? -1 : 1) * (down ? -1 : 1);
  }).map(([, row]) => row);
  document.querySelectorAll("#connections thead th").forEach((cell, place) => {
    if (place === order) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
    cell.firstChild.textContent = COLUMNS[place].title + (place === order ? (down ? "\u00a0▾" : "\u00a0▴") : "");
  });
}

function refresh() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  found = words.length ? sorted.filter(row => words.every(word => textOf(row).includes(word))) : sorted;
  shown = PAGE;
  body.replaceChildren();
  extend(0);
}

function extend(from) {
  body.append(...found.slice(from, shown).map(line));
  const rest = found.length - Math.min(shown, found.length);
  const more = document.getElementById("more");
  more.hidden = rest === 0;
  more.textContent = `Show ${Math.min(PAGE, rest)} more`;
  document.getElementById("count").textContent = `${found.length.toLocaleString("en")} of ` +
    `${data.connections.length.toLocaleString("en")} connection${data.connections.length === 1 ? "" : "s"}`;
}

function line(row) {
  const bad = ["refused", "no answer"].includes(row[at.opened]) || row[at.closed].startsWith("reset");
  const made = make("tr", {class: "row", ...(bad ? {"data-bad": ""} : {})});
  const button = make("button", {type: "button", "aria-expanded": "false",
    "aria-label": `connection ${row[at.number]}: ladder`}, COLUMNS[0].text(row));
  made.append(make("td", {class: "n"}, button));
  for (const column of COLUMNS.slice(1))
    made.append(make("td", {class: (column.n ? "n " : "") + (column.name || "")}, ...pieces(column, row)));
  made.addEventListener("click", () => toggle(made, button, row));
  button.addEventListener("keydown", event => {
    const next = {ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling"}[event.key];
    if (!next) return;
    let other = made[next];
    while (other && !other.classList.contains("row")) other = other[next];
    if (other) { event.preventDefault(); other.querySelector("button").focus(); }
  });
  return made;
}

// The text of a cell; an address may be broken behind a colon.
function pieces(column, row) {
  const text = column.text(row);
  return column.name === "end" && text.startsWith("[") ? text.split(/(?<=:)/).flatMap(part => [part, make("wbr", {})]) : [text];
}

let drawn = null;  // the ladders, once one is wanted

function toggle(made, button, row) {
  const below = made.nextElementSibling;
  if (below && below.classList.contains("picture")) {
    below.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  drawn ||= JSON.parse(document.getElementById("ladders").textContent);
  const ladder = drawn.ladders[row[at.number]];
  const cell = make("td", {colspan: String(COLUMNS.length)});
  const facts = [["opened", opened(row)], ["server time", span(row[at.server_time])],
    ["client time", span(row[at.client_time])], ["response time", span(row[at.response_time])],
    ["closed", closed(row)], ["closed first", row[at.closed_first]],
    ["in the end", `client ${row[at.client_state]}, server ${row[at.server_state]}`]];
  cell.append(make("p", {class: "told"}, ...facts.filter(([, text]) => text !== "-").map(([name, text]) =>
    make("span", {}, make("span", {class: "dim"}, name + " "), text))));
  if (ladder) cell.append(make("div", {class: "drawn"}, picture(ladder)), words(ladder));
  else cell.append(make("p", {}, "Its ladder is not in this page: " +
    `pcapkit ladder --connection ${row[at.number]} draws it.`));
  made.after(make("tr", {class: "picture"}, cell));
  button.setAttribute("aria-expanded", "true");
}

// What the picture shows, for those who have it read to them.
function words([left, right, leftTitle, rightTitle, rungs]) {
  const list = make("ol", {class: "vh"});
  const [from, to] = [leftTitle || left, rightTitle || right];
  for (const rung of rungs) {
    if (rung.length === 1) { list.append(make("li", {}, rung[0])); continue; }
    const [number, time, rightwards, text, kind, leftState, rightState, , , jump] = rung;
    const [steps, known] = drawn.kinds[kind], problems = jump ? [...known, jump] : known;
    const states = [[from, leftState], [to, rightState]].filter(([, state]) => state).map(pair => pair.join(" is "));
    const said = [text, steps.join(" and "), ...problems, ...states].join("; ");
    list.append(make("li", {}, `frame ${number}, ${span(time)}, ${rightwards ? from : to}: ${said}`));
  }
  return list;
}

// The ladder, as pcapkit/report/ladder_svg.py draws it.
const WIDTH = 1000, LEFT = 264, RIGHT = 660, TOP = 64;

function svg(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function picture([left, right, leftTitle, rightTitle, rungs]) {
  const root = svg("svg", {class: "pk", "aria-hidden": "true", width: WIDTH});
  for (const [x, name, title] of [[LEFT, left, leftTitle], [RIGHT, right, rightTitle]]) {
    root.append(svg("text", {class: "dim m", x, y: 18}, title), svg("text", {class: "b m", x, y: 38}, name));
  }
  const life = svg("path", {class: "life"});
  root.append(life);
  let y = TOP;
  for (const rung of rungs) {
    const [group, height] = rung.length === 1 ? fold(rung[0]) : arrow(rung);
    group.setAttribute("transform", `translate(0 ${y})`);
    root.append(group);
    y += height;
  }
  life.setAttribute("d", `M${LEFT} 50V${y + 8}M${RIGHT} 50V${y + 8}`);
  root.setAttribute("viewBox", `0 0 ${WIDTH} ${y + 16}`);
  return root;
}

function fold(text) {
  const group = svg("g", {});
  group.append(svg("text", {class: "dim m", x: (LEFT + RIGHT) / 2, y: 20}, `⋮ ${text} ⋮`));
  return [group, 30];
}

function arrow([number, time, rightwards, text, kind, leftState, rightState, answers, delay, jump]) {
  const [steps, known, family, merged, again] = drawn.kinds[kind], problems = jump ? [...known, jump] : known;
  const group = svg("g", {class: family});
  const hover = `frame ${number}: ${steps.join(" + ")}` +
    (answers ? `, answers frame ${answers} after ${span(delay)}` : "");
  group.append(svg("title", {}, hover));
  if (merged) {
    group.append(svg("rect", {class: "glow", x: LEFT, y: 0, width: WIDTH - LEFT, height: 18 * steps.length + 14}),
      svg("text", {class: "b step m", x: (LEFT + RIGHT) / 2, y: 42}, `${merged} steps in one frame`));
  }
  const start = rightwards ? LEFT : RIGHT, tip = rightwards ? RIGHT - 3 : LEFT + 3;
  const back = rightwards ? tip - 9 : tip + 9, size = merged ? 7 : 4;
  group.append(
    svg("text", {class: "dim num e", x: 56, y: 24}, String(number)),
    svg("text", {class: "dim num e", x: 166, y: 24}, span(time)),
    svg("text", {class: "m", x: (LEFT + RIGHT) / 2, y: 14}, text),
    svg("path", {class: `arrow${merged ? " thick" : ""}${again ? " again" : ""}`, d: `M${start} 20H${back}`}),
    svg("path", {class: "head", d: `M${tip} 20L${back} ${20 - size}V${20 + size}Z`}),
  );
  if (leftState) group.append(svg("text", {class: "num e", x: LEFT - 8, y: 24}, leftState));
  if (rightState) group.append(svg("text", {class: "num", x: RIGHT + 8, y: 24}, rightState));
  let y = 24;
  for (const step of steps) { group.append(svg("text", {class: "step", x: RIGHT + 112, y}, step)); y += 18; }
  for (const problem of problems) { group.append(svg("text", {class: "note", x: RIGHT + 112, y}, "! " + problem)); y += 18; }
  return [group, Math.max(36, 18 * (steps.length + problems.length) + 18)];
}

function more(rows) {
  const from = Math.min(shown, found.length);
  shown = from + rows;
  extend(from);
  return body.querySelectorAll("tr.row")[from];
}

head();
sort();
refresh();
if (data.connections.length === 1) body.querySelector("tr.row").click();
let waiting = 0;
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, data.connections.length > 2000 ? 150 : 0);
});
document.querySelectorAll("[data-find]").forEach(button => button.addEventListener("click", () => {
  search.value = button.dataset.find;
  refresh();
  search.scrollIntoView({block: "center"});
  search.focus();
}));
document.getElementById("more").addEventListener("click", () => more(PAGE)?.querySelector("button").focus());
addEventListener("beforeprint", () => more(2000));
