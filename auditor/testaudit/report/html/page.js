"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { texts, links, fixtures, layers } = data;
  const STEP = 100;
  const at = id => document.getElementById(id);
  const [search, layer, effect, uncertain, differing] = ["search", "layer", "effect", "uncertain", "differing"].map(at);
  const rows = at("rows"), more = at("more"), count = at("count");
  const tests = data.tests.map(([path, name, line, layer, certain, declared, variants, effects, evidence, uses]) => ({
    path: texts[path], name, line, layer, certain, declared, variants, effects: effects.map(e => texts[e]), evidence, uses, words: "" }));
  // What a test is found by is put together when it is first searched: a large suite's page opens without it.
  const words = test => test.words || (test.words = [test.path + "::" + test.name, ...test.effects,
    ...test.uses.map(f => texts[fixtures[f][0]]), ...test.evidence.map(l => texts[links[l][2]])].join("\n").toLowerCase());
  const element = (name, text, cls) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (cls) made.className = cls;
    return made;
  };
  const prose = (into, text) => {
    const pieces = text.split("`");
    pieces.forEach((piece, i) => into.append(i % 2 && pieces.length % 2 ? element("code", piece) : i && !(pieces.length % 2) ? "`" + piece : piece));
    return into;
  };
  for (const name of [...new Set(tests.flatMap(test => test.effects))].sort()) effect.append(element("option", name));

  let found = tests, shown = 0, exact = null;
  const filter = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = tests.filter(test =>
      (!layer.value || layers[test.layer] === layer.value) && (!effect.value || test.effects.includes(effect.value)) &&
      (!uncertain.checked || !test.certain) && (!differing.checked || (test.declared >= 0 && test.declared !== test.layer)) &&
      (exact === null || test.uses.some(f => texts[fixtures[f][0]] === exact)) && (exact !== null || wanted.every(word => words(test).includes(word))));
    rows.textContent = "";
    shown = 0;
    grow();
    const of = found.length === tests.length ? "" : " of " + tests.length.toLocaleString("en");
    count.textContent = found.length.toLocaleString("en") + of + (tests.length === 1 ? " test" : " tests") + (exact === null ? "" : " with the fixture " + exact);
  };
  const grow = () => {
    const next = document.createDocumentFragment();
    for (const test of found.slice(shown, shown + STEP)) next.append(row(test));
    rows.append(next);
    shown = Math.min(shown + STEP, found.length);
    more.hidden = shown >= found.length;
    more.textContent = "Show more (" + (found.length - shown).toLocaleString("en") + ")";
  };
  const row = test => {
    const made = element("tr"), name = element("td"), open = element("button", test.name), tag = element("td");
    open.type = "button";
    open.setAttribute("aria-expanded", "false");
    open.addEventListener("click", () => toggle(test, made, open));
    name.append(open);
    tag.append(element("span", layers[test.layer], "tag " + layers[test.layer]));
    const notes = [test.certain ? "" : "uncertain", test.declared >= 0 && test.declared !== test.layer ? "declared " + layers[test.declared] : "",
      test.variants > 1 ? test.variants + " variants" : ""].filter(Boolean);
    if (notes.length) tag.append(element("br"), element("span", notes.join(", "), "dim"));
    made.append(name, tag, element("td", test.effects.join(", ")));
    made.append(element("td", test.path + ":" + test.line, "dim"));
    return made;
  };
  const toggle = (test, made, open) => {
    const expand = open.getAttribute("aria-expanded") === "false";
    open.setAttribute("aria-expanded", String(expand));
    if (expand) made.after(evidence(test)); else made.nextSibling.remove();
  };
  const evidence = test => {
    const made = element("tr", undefined, "evidence"), cell = element("td");
    cell.colSpan = 4;
    const why = element("ol");
    for (const [path, line, message] of test.evidence.map(l => links[l])) {
      const link = element("li");
      link.append(element("code", texts[path] + ":" + line), " ");
      why.append(prose(link, texts[message]));
    }
    cell.append(element("strong", test.evidence.length ? "Evidence" : "Nothing that it touches makes it more than a unit test."));
    if (test.evidence.length) cell.append(why);
    if (test.uses.length) {
      const uses = element("ul");
      for (const [name, scope, place, auto] of test.uses.map(f => fixtures[f])) {
        const use = element("li");
        use.append(element("code", texts[name]), " " + texts[scope] + (auto ? ", autouse" : "") + ", ", element("span", texts[place], "dim"));
        uses.append(use);
      }
      const all = element("details");
      all.append(element("summary", "Fixtures (" + test.uses.length + ")"), uses);
      cell.append(all);
    }
    made.append(cell);
    return made;
  };

  const anew = () => { exact = null; filter(); };
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(anew, 80); });
  for (const control of [layer, effect, uncertain, differing]) control.addEventListener("change", filter);
  more.addEventListener("click", () => {
    const first = shown;
    grow();
    rows.querySelectorAll("button")[first]?.focus();
  });
  for (const link of document.querySelectorAll("[data-fixture]")) link.addEventListener("click", event => {
    event.preventDefault();
    search.value = exact = link.dataset.fixture;
    filter();
    at("tests").scrollIntoView();
    at("tests").focus({ preventScroll: true });
  });
  document.addEventListener("keydown", event => {
    const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); search.select(); return; }
    if (event.key === "Escape" && event.target === search) { search.value = ""; anew(); return; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || (typing && event.target !== search)) return;
    const buttons = [...rows.querySelectorAll("button")], here = buttons.indexOf(event.target);
    if (here < 0 && event.target !== search) return;
    const next = buttons[here + step];
    if (next) { event.preventDefault(); next.focus(); } else if (here === 0 && step < 0) { event.preventDefault(); search.focus(); }
  });
  filter();
})();
