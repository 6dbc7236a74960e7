// The overview: its tables and charts, filled in from the data of the page.

const report = JSON.parse(document.getElementById("data").textContent);
const {charts, specs} = report;
const UNITS = 40, ENTRIES = 30;

const address = (plan, fact) =>
  `${report.folder ? `${report.folder}${report.docs[plan]}.html` : ""}#${report.docs[plan]}${fact ? `-${fact}` : ""}`;

for (const root of document.querySelectorAll("[data-table]"))
  tables.set(root.dataset.table, whenNear(root, () => fromData(root, report.tables[root.dataset.table], address)));

function draw(target, rows, change = () => {}, click = () => {}) {
  const spec = structuredClone(specs[target.dataset.chart]);
  spec.datasets = {rows};
  if (spec.usermeta) {
    const {field} = (spec.layer?.[0] ?? spec).encoding.y;
    spec.height = spec.usermeta.band * new Set(rows.map(row => row[field])).size;
  }
  change(spec);
  const options = {
    mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
    formatLocale: report.locale, tooltip: {theme: "own", disableDefaultStyle: true},
  };
  return vegaEmbed(target, spec, options).then(({view}) => {
    target.classList.add("drawn");
    view.addEventListener("click", (event, item) => item?.datum && click(item.datum));
  });
}

function choice(label, options, chosen) {
  const select = element("select", {onchange: () => chosen(select.value)},
    ...options.map(([value, text]) => element("option", {value}, text)));
  return element("label", {}, label, " ", select);
}

// "1–40: Ba Ngòi – Hòa Sơn"
function stretches(names, size) {
  const found = [];
  for (let first = 0; first < names.length; first += size) {
    const last = Math.min(first + size, names.length);
    found.push([first, `${first + 1}–${last}: ${names[first].slice(0, 28)} … ${names[last - 1].slice(0, 28)}`]);
  }
  return found;
}

const go = datum => { if (datum.href) location.href = datum.href; };

const drawings = {
  heat(target) {
    const {units, entries, cells} = charts.heat;
    const state = {domain: "", unit: 0, entry: 0};
    const bar = document.getElementById("heat-choices");
    const listed = () => [...entries.keys()].filter(at => !state.domain || entries[at][1] === state.domain);
    const update = () => {
      const rows = listed().slice(state.entry, state.entry + ENTRIES), at = new Set(rows);
      const [first, last] = [state.unit, Math.min(state.unit + UNITS, units.length)];
      const shown = cells.filter(([unit, entry]) => unit >= first && unit < last && at.has(entry));
      return draw(target, shown.map(([unit, entry, count, text, plan, fact]) =>
        ({unit: units[unit], entry: entries[entry][0], level: count > 3 ? "4+" : String(count), text, href: address(plan, fact)})), spec => {
        spec.encoding.x.scale = {domain: [...Array(last - first).keys()].map(at => units[first + at])};
        spec.encoding.y.scale = {domain: rows.map(entry => entries[entry][0])};
      }, go);
    };
    const remake = () => {
      const domains = [...new Set(entries.map(entry => entry[1]))].sort(collator.compare);
      const set = key => value => { state[key] = key === "domain" ? value : Number(value); if (key === "domain") { state.entry = 0; remake(); } update(); };
      const names = listed().map(at => entries[at][0]);
      bar.replaceChildren(choice(say("domain"), [["", say("all")], ...domains.map(name => [name, name])], set("domain")));
      bar.querySelector("select").value = state.domain;
      if (names.length > ENTRIES) bar.append(choice(say("entries"), stretches(names, ENTRIES), set("entry")));
      if (units.length > UNITS) bar.append(choice(say("units"), stretches(units, UNITS), set("unit")));
      bar.querySelectorAll("select").forEach((select, at) => { if (at === bar.children.length - 1 && units.length > UNITS) select.value = state.unit; });
    };
    remake();
    return update();
  },

  strip(target) {
    const bar = document.getElementById("strip-choices");
    const update = at => draw(target, charts.strip[at].points.map(([plan, year, value, far, text, fact, scope], number) => ({
      unit: report.units[plan], plan: report.names[plan], year: year ?? "–", value, text, scope,
      kind: say(far ? "far" : "usual"), jitter: 2 * ((number * 0.618034) % 1) - 1, href: address(plan, fact),
    })), spec => {
      const title = charts.strip[at].measure;
      for (const layer of spec.layer) layer.encoding.x.title = title || say("value");
    }, go);
    bar.replaceChildren(choice(say("indicator"), charts.strip.map((group, at) =>
      [at, `${group.name}${group.measure ? ` (${group.measure})` : ""} – ${say("values", {count: counted.format(group.points.length)})}`]), update));
    return update(0);
  },

  months: target => draw(target, charts.months, undefined, datum => filterTasks(5, datum.month)),
  leads: target => draw(target, charts.leads, undefined, datum => filterTasks(null, datum.lead)),
  codes: target => draw(target, charts.codes),
};

// the tasks of a month (a column's value), or those that name a body
function filterTasks(column, value) {
  if (!value) return;
  const table = tables.get("tasks")();
  if (column === null) {
    const search = table.root.querySelector("input[type=search]");
    if (search) search.value = value;
    table.query = value;
    table.refresh();
  } else table.choose(column, value);
  table.root.scrollIntoView();
}

const drawn = [...document.querySelectorAll("[data-chart]")].map(target =>
  whenNear(target, () => drawings[target.dataset.chart](target)));
addEventListener("beforeprint", () => drawn.forEach(make => make()));
