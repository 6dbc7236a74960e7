// One plan at a time, and where a fact stands in its source: #PLAN shows a plan, #PLAN-FACT the words of a fact in it.

const overview = document.getElementById("overview");
const said = document.getElementById("said");
const back = document.getElementById("return");
const heading = document.title;
let cameFrom = null, leftAt = 0;

// a plan of this page; it is made of its text when it is first asked for
function planOf(id) {
  const held = id && document.querySelector(`script[data-plan="${CSS.escape(id)}"]`);
  if (held) {
    const made = document.createElement("template");
    made.innerHTML = held.textContent; // every word of a plan in it is escaped
    held.remove();
    document.getElementById("main").append(made.content);
    equip(document.getElementById(id));
  }
  const named = document.getElementById(id);
  return named?.matches(".plan") ? named : null;
}

function open() {
  const [, id = "", key = ""] = /^#([^-]*)(?:-(.+))?$/.exec(decodeURIComponent(location.hash)) ?? [];
  const plan = planOf(id);
  if (overview) turnTo(plan, document.getElementById(id));
  if (!plan) return;
  if (key && highlight(plan, key)) return;
  if (overview) plan.querySelector("h1").focus({preventScroll: true});
}

// the overview, or one plan alone
function turnTo(plan, named) {
  const reading = document.body.classList.contains("reading");
  if (plan && !reading) leftAt = scrollY;
  document.body.classList.toggle("reading", Boolean(plan));
  for (const shown of document.querySelectorAll(".plan.open")) if (shown !== plan) shown.classList.remove("open");
  document.title = plan ? `${plan.querySelector("h1").textContent} – ${heading}` : heading;
  if (plan) {
    if (!plan.classList.contains("open")) scrollTo(0, 0);
    plan.classList.add("open");
  } else if (reading) {
    back.hidden = true;
    if (named) named.scrollIntoView(); else scrollTo(0, leftAt);
  }
}

function highlight(plan, key) {
  for (const hit of document.querySelectorAll(".hit")) hit.classList.remove("hit");
  const hits = [...plan.querySelectorAll(`.source [data-f~="${CSS.escape(key)}"]`)];
  if (!hits.length) return false;
  for (const hit of hits) hit.classList.add("hit");
  reveal(hits[0]);
  const line = hits[0].closest("li");
  const place = line ? say("line", {line: counted.format([...line.parentNode.children].indexOf(line) + 1)}) : "";
  said.textContent = say("marked", {text: hits.map(hit => hit.textContent).join(" ").slice(0, 200), place});
  hits[0].tabIndex = -1;
  hits[0].focus({preventScroll: true});
  back.hidden = !cameFrom;
  return true;
}

// in the middle of its pane where that scrolls, else of the window
function reveal(hit) {
  const pane = hit.closest(".text");
  const [inner, outer] = [hit.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (pane.scrollHeight > pane.clientHeight + 1) pane.scrollTop += inner.top - outer.top - pane.clientHeight / 2;
  if (inner.left < outer.left || inner.right > outer.right) pane.scrollLeft += inner.left - outer.left - pane.clientWidth / 3;
  const seen = hit.getBoundingClientRect();
  if (seen.top < 80 || seen.bottom > innerHeight - 60) hit.scrollIntoView({block: "center"});
}

document.addEventListener("click", event => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  cameFrom = link.closest(".read") ? link : null;
  if (link.hash === location.hash) {
    event.preventDefault();
    open();
  }
});

back.addEventListener("click", () => {
  back.hidden = true;
  cameFrom.scrollIntoView({block: "center"});
  cameFrom.focus({preventScroll: true});
});

addEventListener("hashchange", open);
open();
