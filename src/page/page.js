"use strict";
// Shows the questions. What is shown is said by the fragment of the address, so that every view has a link:
// #lane=…&status=…&text=…, and #id=… for one question. Texts of questions are only ever set as text.
(() => {
  const PAGE = 50;
  const data = JSON.parse(document.getElementById("data").textContent);
  const { targets, rules, files, questions } = data;
  const byId = id => document.getElementById(id);
  const form = document.querySelector(".filters");
  const list = byId("list");
  const more = byId("more");
  const names = ["text", "lane", "status", "step", "label", "miss", "rule", "file", "sort"];
  const fields = names.filter(name => form.elements[name]);
  const LANE = 0, RUNNER_UP = 1, INSTINCT = 2, STEP = 3;
  let found = [];
  let shown = 0;

  // A new element with a class and children, which are elements or strings.
  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  const id = target => target === null ? "none" : targets[target][0];
  const title = target => target === null ? "none" : targets[target][1];
  const percent = share => `${Math.round(share * 100)} %`;
  const plain = pieces => pieces.map(piece => typeof piece === "string" ? piece : piece[0]).join("");
  const texts = new Map();
  const searched = (question, at) => {
    if (!texts.has(at)) texts.set(at, [question.i, ...question.t.map(plain)].join("\n").toLowerCase());
    return texts.get(at);
  };

  // What a question must be for each filter.
  const tests = {
    text: value => {
      const words = value.toLowerCase().split(/\s+/).filter(Boolean);
      return (question, at) => words.every(word => searched(question, at).includes(word));
    },
    lane: value => question => id(question.a[LANE]) === value,
    status: value => question => question.s === value,
    step: value => question => question.a[STEP] !== null && id(question.a[STEP]) === value,
    label: value => question => Boolean(question.y) && id(question.y[0][0]) === value,
    file: value => question => files[question.f] === value,
    rule: value => {
      const exact = rules.indexOf(value);
      const wanted = new Set(exact >= 0 ? [exact] : rules.flatMap((rule, at) => rule.includes(value) ? [at] : []));
      return question => question.e.some(fired => wanted.has(fired[0]));
    },
    miss: value => question => {
      if (!question.w) return value === "unlabelled";
      const [lane, instinct, step] = question.w;
      const any = lane || instinct || step;
      return { any, lane, instinct, step, right: !any }[value] === true;
    },
    id: value => question => question.i === value,
  };

  const state = () => {
    const fragment = location.hash.slice(1);
    return new URLSearchParams(fragment.includes("=") ? fragment : "");
  };

  const choose = wanted => {
    const active = [...fields, "id"].filter(name => name !== "sort" && wanted.get(name));
    const passes = active.map(name => tests[name](wanted.get(name)));
    found = [];
    questions.forEach((question, at) => {
      if (passes.every(pass => pass(question, at))) found.push(question);
    });
    const order = { unsure: 1, sure: -1 }[wanted.get("sort")];
    if (order) found.sort((one, other) => order * (one.c - other.c));
    return active;
  };

  const show = () => {
    const wanted = state();
    for (const name of fields) form.elements[name].value = wanted.get(name) || "";
    const active = choose(wanted);
    list.replaceChildren();
    shown = 0;
    showMore();
    const filtered = active.length ? ` of ${questions.length}` : "";
    byId("count").textContent = `${found.length}${filtered} question${found.length === 1 && !filtered ? "" : "s"}` +
      (found.length ? "" : "; clear a filter to see more");
    if (wanted.get("id")) list.querySelectorAll("details").forEach(details => { details.open = true; });
    return active.length > 0;
  };

  const showMore = () => {
    const next = found.slice(shown, shown + PAGE);
    const rows = next.map(row);
    list.append(...rows);
    shown += next.length;
    const rest = found.length - shown;
    more.hidden = rest <= 0;
    more.textContent = `Show ${Math.min(rest, PAGE)} more of ${rest}`;
    return rows[0];
  };

  const row = question => {
    const sure = make("span", "sure");
    if (question.s !== "none") sure.append(percent(question.c));
    sure.append(make("span", `badge ${question.s}`, question.s));
    if (question.w) {
      const wrong = ["lane", "instinct", "step"].filter((_, at) => question.w[at]);
      sure.append(wrong.length
        ? make("span", "badge wrong", `✗ ${wrong.join(", ")} wrong`)
        : make("span", "badge right", "✓ right"));
    }
    const what = make("span", "what", question.a[LANE] === null ? "No lane" : title(question.a[LANE]),
      make("span", "id", question.i));
    const stem = make("span", "stem", plain(question.t[0]).replace(/\s+/g, " ").trim().slice(0, 200));
    const details = make("details", "", make("summary", "", what, sure, stem));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(body(question));
    });
    return make("li", "", details);
  };

  const body = question => {
    const text = make("div", "", make("p", "text", ...question.t[0].map(piece)));
    if (question.t.length > 1) {
      const option = (pieces, at) =>
        make("li", "", make("span", "key", `${question.k[at]}. `), make("span", "", ...pieces.map(piece)));
      text.append(make("ol", "options", ...question.t.slice(1).map(option)));
    }
    const link = make("a", "", "Link to this question");
    link.href = `#${new URLSearchParams({ id: question.i })}`;
    return make("div", "body", text, facts(question), evidence(question),
      make("div", "", link, make("span", "muted", ` · ${files[question.f]}, line ${question.l}`)));
  };

  const MARKS = ["", "lane", "instinct", "step", "pair", "other lane", "against a lane"];
  const LETTERS = ["", "L", "I", "V", "P", "O", "−"];
  const piece = piece => {
    if (typeof piece === "string") return piece;
    const [text, zone, mark] = piece;
    let shown = text;
    if (mark) {
      const letter = make("sup", "", LETTERS[mark]);
      letter.setAttribute("aria-hidden", "true");
      shown = make("mark", `m${mark}`, text, letter, make("span", "visually-hidden", ` (${MARKS[mark]})`));
    }
    const className = { 1: "ask", 3: "out" }[zone];
    return className ? make("span", className, shown) : shown;
  };

  const facts = question => {
    const all = make("dl", "facts");
    const add = (name, ...what) => all.append(make("dt", "", name), make("dd", "", ...what));
    const labelled = (at, answer) => {
      if (!question.y || !question.w) return [];
      const [label, ...also] = question.y[at];
      if (!question.w[at]) return [make("span", "badge right", "✓ right")];
      const right = [label, ...also].map(id).join(" or ");
      return [make("span", "badge wrong", "✗ wrong"), ` should be ${right}`];
    };
    const [lane, runnerUp, instinct, step] = question.a;
    add("Lane", title(lane), ...labelled(0, lane));
    if (runnerUp !== null && question.s === "close") add("Close to", title(runnerUp));
    if (lane !== null || (question.y && question.y[0][0] !== null)) {
      add("First instinct", instinct === null ? "none" : `${id(instinct)}: ${title(instinct)}`, ...labelled(1, instinct));
      add("Verify next", title(step), ...labelled(2, step));
    }
    for (const target of question.p) {
      add(targets[target][2] === "pair" ? "Keep apart" : "Remember", `${id(target)}: ${title(target)}`);
    }
    return all;
  };

  const evidence = question => {
    if (!question.e.length) return make("p", "muted", "No word of this question is in the pack's vocabulary.");
    const head = make("tr", "", ...["Words", "Zone", "Rule", "Points"].map(name => {
      const cell = make("th", "", name);
      cell.scope = "col";
      return cell;
    }));
    const decisive = new Set(question.d);
    const line = ([rule, zone, negated, words, points]) => {
      const link = make("a", "", make("code", "", rules[rule]));
      link.href = `#${new URLSearchParams({ rule: rules[rule] })}`;
      const said = points.map(([target, number]) => `${id(target)} ${number < 0 ? "−" : "+"}${Math.abs(number)}`);
      return make("tr", "", make("td", "", words), make("td", "", negated ? `${zone}, negated` : zone),
        make("td", "", link, ...(decisive.has(rule) ? [make("span", "badge clear", "decisive")] : [])),
        make("td", "", said.join(", ")));
    };
    const caption = make("caption", "", "Evidence, strongest first");
    const table = make("table", "", caption, make("thead", "", head), make("tbody", "", ...question.e.map(line)));
    return make("div", "scroll", table);
  };

  // From the form to the address, and from there to the list.
  const fromForm = () => {
    const wanted = new URLSearchParams();
    for (const name of fields) if (form.elements[name].value) wanted.set(name, form.elements[name].value);
    const fragment = wanted.toString();
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    show();
  };
  let waiting;
  form.addEventListener("input", event => {
    clearTimeout(waiting);
    waiting = setTimeout(fromForm, event.target.type === "search" ? 150 : 0);
  });
  form.addEventListener("submit", event => { event.preventDefault(); fromForm(); });
  form.addEventListener("reset", () => setTimeout(fromForm));
  byId("open-all").addEventListener("click", () => {
    list.querySelectorAll("details").forEach(details => { details.open = true; });
  });
  more.addEventListener("click", () => showMore().querySelector("summary").focus());
  addEventListener("hashchange", () => {
    if (show()) byId("questions").scrollIntoView({ behavior: "instant" });
  });

  const theme = byId("theme");
  const stored = () => { try { return localStorage.getItem("firstlane-theme") || ""; } catch { return ""; } };
  const paint = value => {
    if (value) document.documentElement.dataset.theme = value; else delete document.documentElement.dataset.theme;
    theme.value = value;
  };
  theme.addEventListener("change", () => {
    paint(theme.value);
    try { localStorage.setItem("firstlane-theme", theme.value); } catch { /* A page from a file may have no storage. */ }
  });
  paint(stored());

  theme.parentElement.hidden = false;
  form.hidden = false;
  if (show()) byId("questions").scrollIntoView({ behavior: "instant" });
})();
