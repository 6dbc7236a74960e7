// Tables that can be searched, sorted and chosen from. A table comes as columns of data (`values`: each text once,
// `data`: for each row which of them, `order`: what they are sorted by), or stands in the page and is read from there.

const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const collator = new Intl.Collator(language, {numeric: true});
const counted = new Intl.NumberFormat(language);
const PAGE = 50, PRINTED = 1000, FEW = 8;
const tables = new Map();

function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// so that "phu lien" finds "Phù Liễn"
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
}

// for each value its place among all of them; nothing stands last
function ranks(column) {
  const key = at => column.order ? column.order[at] : column.values[at];
  const empty = at => key(at) === null || key(at) === undefined || key(at) === "";
  const compare = (a, b) => {
    if (empty(a) || empty(b)) return empty(a) - empty(b);
    const [one, other] = [key(a), key(b)];
    return typeof one === "number" && typeof other === "number" ? one - other : collator.compare(one, other);
  };
  const found = new Array(column.values.length);
  let rank = 0, before = null;
  for (const at of [...column.values.keys()].sort(compare)) {
    if (before !== null && compare(before, at) !== 0) rank++;
    found[at] = empty(at) ? Infinity : rank;
    before = at;
  }
  return found;
}

class DataTable {
  constructor(root, columns, count, line, head) {
    Object.assign(this, {root, columns, count, line, head, page: 0, sorted: null, down: false, chosen: new Map(), query: ""});
    this.rows = [...Array(count).keys()];
    this.body = element("tbody");
  }

  // the rows in which every word of the search stands somewhere, and which have the chosen values
  refresh() {
    const terms = folded(this.query).split(/\s+/).filter(Boolean);
    const hits = terms.map(term => this.columns.map(column => {
      column.folded ??= column.values.map(folded);
      return column.folded.map(text => text.includes(term));
    }));
    const wanted = [...this.chosen].filter(([, value]) => value !== "");
    this.rows = [...Array(this.count).keys()].filter(row =>
      wanted.every(([at, value]) => this.columns[at].values[this.columns[at].data[row]] === value)
      && hits.every(term => term.some((hit, at) => hit[this.columns[at].data[row]])));
    if (this.sorted !== null) {
      const column = this.columns[this.sorted];
      column.ranks ??= ranks(column);
      const rank = row => column.ranks[column.data[row]];
      const sign = this.down ? -1 : 1;
      this.rows.sort((a, b) => {
        const [one, other] = [rank(a), rank(b)];
        if (one === other) return a - b;
        if (one === Infinity || other === Infinity) return one === Infinity ? 1 : -1;
        return sign * (one - other);
      });
    }
    this.page = 0;
    this.draw();
  }

  draw(size = PAGE) {
    const first = this.page * size, last = Math.min(first + size, this.rows.length);
    this.body.replaceChildren(...this.rows.slice(first, last).map(row => this.line(row)));
    if (!this.status) return;
    this.status.textContent = this.rows.length
      ? say("shown", {first: counted.format(first + 1), last: counted.format(last), all: counted.format(this.rows.length)})
      : say("nothing");
    this.before.disabled = first === 0;
    this.after.disabled = last === this.rows.length;
    this.before.hidden = this.after.hidden = this.rows.length <= size;
  }

  turn(by) {
    this.page += by;
    this.draw();
  }

  sort(at) {
    this.down = this.sorted === at && !this.down;
    this.sorted = at;
    for (const [number, cell] of this.head.entries())
      cell.setAttribute("aria-sort", number !== at ? "none" : this.down ? "descending" : "ascending");
    this.refresh();
  }

  choose(at, value) {
    this.chosen.set(at, value);
    const select = this.root.querySelector(`select[data-column="${at}"]`);
    if (select) select.value = value;
    this.refresh();
  }

  // the head's buttons, and above the table what it can be searched by
  equip() {
    for (const [at, cell] of this.head.entries()) {
      const title = [...cell.childNodes];
      cell.setAttribute("aria-sort", "none");
      cell.replaceChildren(element("button", {type: "button", onclick: () => this.sort(at)}, ...title));
    }
    if (this.count <= FEW) return;
    const search = element("input", {type: "search", oninput: event => { this.query = event.target.value; this.refresh(); }});
    const bar = element("div", {class: "bar"}, element("label", {}, say("search"), " ", search));
    for (const [at, column] of this.columns.entries()) if (column.chosen) bar.append(this.select(at, column));
    this.status = element("span", {class: "count", role: "status"});
    this.before = element("button", {type: "button", onclick: () => this.turn(-1)}, say("before"));
    this.after = element("button", {type: "button", onclick: () => this.turn(1)}, say("after"));
    bar.append(element("span", {class: "pager"}, this.status, this.before, this.after));
    this.root.prepend(bar);
  }

  select(at, column) {
    column.ranks ??= ranks(column);
    const options = [...column.values.keys()].filter(value => column.values[value]).sort((a, b) => column.ranks[a] - column.ranks[b]);
    const select = element("select", {"data-column": at, onchange: event => this.choose(at, event.target.value)},
      element("option", {value: ""}, say("all")), ...options.map(value => element("option", {}, column.values[value])));
    return element("label", {}, column.title, " ", select);
  }
}

// a table whose columns are in the data of the page; `open` makes the address of a row's place
function fromData(root, data, open) {
  const head = data.columns.map(column => element("th", {scope: "col", class: column.number && "number"}, column.title));
  const line = row => element("tr", {}, ...data.columns.map((column, at) => {
    const text = column.values[column.data[row]];
    const leads = data.plan && at === data.link && text;
    return element("td", {class: column.number && "number"},
      leads ? element("a", {href: open(data.plan[row], data.fact[row])}, text) : text);
  }));
  const table = new DataTable(root, data.columns, data.count, line, head);
  const caption = root.dataset.caption;
  root.append(element("div", {class: "wide", tabindex: "0", role: "region", "aria-label": caption},
    element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...head)), table.body)));
  table.equip();
  table.refresh();
  return table;
}

// a table that stands in the page
function fromPage(root) {
  const markup = root.querySelector("table");
  const head = [...markup.tHead.rows[0].cells];
  const lines = [...markup.tBodies[0].rows];
  const columns = head.map((cell, at) => {
    const cells = lines.map(line => line.cells[at]);
    const column = {title: cell.textContent, values: cells.map(one => one?.textContent ?? ""), data: [...lines.keys()]};
    if (cell.dataset.kind === "number") column.order = cells.map(one => ordered(one?.dataset.order ?? ""));
    return column;
  });
  const table = new DataTable(root, columns, lines.length, row => lines[row], head);
  table.body = markup.tBodies[0];
  table.equip();
  table.refresh();
  return table;
}

function ordered(text) {
  return text === "" ? null : isNaN(text) ? text : Number(text);
}

// tables are made when they come near the window
const near = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting) {
    near.unobserve(entry.target);
    entry.target.dispatchEvent(new Event("near"));
  }
}, {rootMargin: "600px"});

function whenNear(target, make) {
  let made = null;
  const once = () => made ??= make();
  target.addEventListener("near", once, {once: true});
  near.observe(target);
  return once;
}

function equip(part) {
  for (const root of part.querySelectorAll("[data-sort]")) tables.set(root, whenNear(root, () => fromPage(root)));
}

equip(document);

addEventListener("beforeprint", () => redrawAll(PRINTED));
addEventListener("afterprint", () => redrawAll(PAGE));

function redrawAll(size) {
  for (const make of tables.values()) {
    const table = make();
    table.page = 0;
    table.draw(size);
  }
}
