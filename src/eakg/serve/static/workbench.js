// YASGUI over the plain form. Results come drawn from the server, as without script.
"use strict";

const place = document.getElementById("workbench");
const plain = document.getElementById("plain");
const { endpoint, terms, base, root } = place.dataset;
const closure = document.getElementById("closure");

const known = fetch(terms).then((answer) => answer.json());

function completer(name, kind, fits) {
  return {
    name: `eakg-${name}`,
    bulk: true,
    autoShow: false,
    persistenceId: null,
    isValidCompletionPosition: fits,
    get: () => known.then((all) => all[kind]),
    preProcessToken: (yasqe, token) => Yasgui.Yasqe.Autocompleters[name].preProcessToken(yasqe, token),
    postProcessSuggestion: (yasqe, token, text) =>
      Yasgui.Yasqe.Autocompleters[name].postProcessSuggestion(yasqe, token, text),
  };
}

for (const [name, kind] of [["class", "classes"], ["property", "properties"]]) {
  const own = Yasgui.Yasqe.Autocompleters[name];
  Yasgui.Yasqe.registerAutocompleter(
    completer(name, kind, (yasqe) => own.isValidCompletionPosition(yasqe)), false);
}
Yasgui.Yasqe.forkAutocompleter("prefixes", {
  name: "eakg-prefixes",
  persistenceId: null,
  get: () => known.then((all) => Object.entries(all.prefixes).map(([name, iri]) => `${name}: <${iri}>`)),
}, false);

class Answer {
  // The result as the server draws it: rows with their evidence, chart, timeline, graph.
  constructor(yasr) {
    this.yasr = yasr;
    this.priority = 100;
    this.label = "Answer";
  }
  canHandleResults() {
    return Boolean(this.yasr.results) && !this.yasr.results.getError();
  }
  getIcon() {
    const made = (name, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const icon = made("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": true });
    icon.append(made("path", { d: "M2 13V7h3v6zM6.500 13V3h3v10zM11 13V9h3v4z" }));
    return icon;
  }
  async draw() {
    const tab = yasgui.getTab();
    const body = new URLSearchParams({ query: tab.asked || tab.getQuery(), closure: closure.value });
    await this.show(await fetch(endpoint, { method: "POST", body, headers: { Accept: "text/html" } }));
  }
  async show(answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("result") || page.querySelector("main");
    found.addEventListener("click", async (event) => {
      const link = event.target.closest(".views a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      await this.show(await fetch(link.href, { headers: { Accept: "text/html" } }));
      this.yasr.resultsEl.querySelector(".views a[aria-current]").focus();
    });
    this.yasr.resultsEl.replaceChildren(document.adoptNode(found));
  }
}
Yasgui.Yasr.registerPlugin("answer", Answer);

Yasgui.Yasr.defaults.pluginOrder = ["answer", "table", "response"];
Yasgui.Yasr.defaults.defaultPlugin = "answer";
Yasgui.Yasqe.defaults.prefixCcApi = null;
Yasgui.Yasqe.defaults.autocompleters = ["eakg-prefixes", "eakg-class", "eakg-property", "variables"];

function chosen() {
  return [{ name: "closure", value: closure.value }];
}

function choose() {
  yasgui.getTab()?.setRequestConfig({ args: chosen() });
}

plain.hidden = true;
place.hidden = false; // the editor measures itself

const yasgui = new Yasgui(place, {
  autofocus: false,
  persistenceId: "eakg",
  copyEndpointOnNewTab: false,
  requestConfig: {
    endpoint: new URL(endpoint, location.href).href,
    method: "POST",
    args: chosen(),
  },
  yasqe: {
    value: document.getElementById("query").value,
    autocompleters: Yasgui.Yasqe.defaults.autocompleters,
    prefixCcApi: null,
    screenReaderLabel: document.querySelector("label[for=query]").textContent,
    resizeable: true,
    editorHeight: "22rem",
  },
});

yasgui.on("query", (_, tab) => { tab.asked = tab.getQuery(); });
yasgui.on("tabSelect", choose);
closure.addEventListener("change", choose);

// The things of the graph are seen here, wherever their names point to.
place.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && base && link.href.startsWith(base)) {
    link.href = root + link.href.slice(base.length);
    link.removeAttribute("target");
  }
}, true);

for (const link of document.querySelectorAll("a.example")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const query = new URL(link.href).searchParams.get("query");
    const tab = yasgui.addTab(true, { name: link.dataset.name, yasqe: { value: query } });
    tab.query();
    link.closest("details").open = false;
    place.scrollIntoView();
  });
}

// The choice of triples stays with the editor; the rest of the form gives way to it.
const tools = closure.parentElement;
tools.classList.add("tools");
place.before(tools);
