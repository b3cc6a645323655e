// Words are chosen with the keyboard or the mouse, and go into the forms, which work by themselves.
"use strict";

const text = document.getElementById("text");
const sentences = [...text.querySelectorAll(".sentence")];
const words = document.getElementById("words");
const spans = document.getElementById("spans");
const length = (string) => [...string].length; // code points, as offsets count
const segmenter = segmenterOf(text.lang);

function segmenterOf(language) {
  try {
    return new Intl.Segmenter(language, { granularity: "word" });
  } catch {
    return new Intl.Segmenter(undefined, { granularity: "word" }); // it is no language
  }
}

// Every word: its sentence, where it stands there in units of the script, and from where to where
// in the text.
const places = sentences.flatMap((sentence, number) => {
  const words = sentence.textContent;
  return [...segmenter.segment(words)].filter((part) => part.isWordLike).map((part) => {
    const end = part.index + part.segment.length;
    const from = Number(sentence.dataset.start) + length(words.slice(0, part.index));
    return { number, sentence, start: part.index, end, from, to: from + length(part.segment) };
  });
});
let anchor = 0; // the words from which to which are chosen
let cursor = 0;

function boundary(sentence, offset, isEnd) {
  const nodes = document.createTreeWalker(sentence, NodeFilter.SHOW_TEXT);
  let node = nodes.nextNode();
  while (node && (isEnd ? offset > node.length : offset >= node.length)) {
    offset -= node.length;
    node = nodes.nextNode();
  }
  return [node, offset];
}

function choose() {
  if (!places.length) return;
  const [first, last] = anchor <= cursor ? [anchor, cursor] : [cursor, anchor];
  const start = boundary(places[first].sentence, places[first].start, false);
  const end = boundary(places[last].sentence, places[last].end, true);
  document.getSelection().setBaseAndExtent(...start, ...end);
  places[cursor].sentence.scrollIntoView({ block: "nearest" });
}

function move(to, extends_) {
  cursor = Math.min(Math.max(to, 0), places.length - 1);
  if (!extends_) anchor = cursor;
  choose();
}

function nearestWord(step) {
  const number = places[cursor]?.number ?? 0;
  const target = places.findIndex((place) => place.number === number + step);
  return target < 0 ? cursor : target;
}

// The offset of a place in the page, in code points of the text.
function offset(node, position) {
  const sentence = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".sentence");
  if (!sentence) return null;
  const range = document.createRange();
  range.setStart(sentence, 0);
  range.setEnd(node, position);
  return Number(sentence.dataset.start) + length(range.toString());
}

function take() {
  const selection = document.getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.commonAncestorContainer)) return;
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(range.endContainer, range.endOffset);
  if (start === null || end === null || start >= end) return;
  words.value = range.toString();
  spans.value = `${start} ${end}`;
}

document.addEventListener("selectionchange", take);

const keys = {
  ArrowRight: (event) => move(cursor + 1, event.shiftKey),
  ArrowLeft: (event) => move(cursor - 1, event.shiftKey),
  ArrowDown: (event) => move(nearestWord(1), event.shiftKey),
  ArrowUp: (event) => move(nearestWord(-1), event.shiftKey),
  Home: (event) => move(0, event.shiftKey),
  End: (event) => move(places.length - 1, event.shiftKey),
  Enter: () => mark(),
  " ": () => open(),
};

text.addEventListener("keydown", (event) => {
  if (event.target !== text || event.ctrlKey || event.metaKey || event.altKey) return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key](event);
  }
});

text.addEventListener("focus", () => {
  // Who comes with the mouse chooses with it.
  if (text.matches(":focus-visible") && document.getSelection().isCollapsed) choose();
});

// The arrows go on from where the mouse was.
text.addEventListener("mouseup", () => setTimeout(() => {
  const selection = document.getSelection();
  if (!selection.rangeCount || !text.contains(selection.anchorNode)) return;
  const range = selection.getRangeAt(0);
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(range.endContainer, range.endOffset);
  if (start === null || end === null) return;
  const first = places.findIndex((place) => place.to > start);
  const last = places.findLastIndex((place) => place.from <= Math.max(start, end - 1));
  anchor = Math.max(first, 0);
  cursor = Math.max(last, anchor);
}));

// What is chosen is looked for among the names of things.
function mark() {
  take(); // the browser tells of a selection later than of a key
  if (!spans.value) return;
  const field = document.getElementById("mark-find");
  field.value = words.value;
  field.focus();
  field.select();
  find(field);
}

function open() {
  const { focusNode } = document.getSelection();
  const element = focusNode?.nodeType === Node.TEXT_NODE ? focusNode.parentElement : focusNode;
  element?.closest("#text a")?.click();
}

let question = 0;

async function find(field, delay = 0) {
  const list = document.getElementById(field.dataset.things);
  const number = ++question;
  list.replaceChildren(); // what other words found is not to be chosen for these
  await new Promise((done) => setTimeout(done, delay));
  if (number !== question) return;
  const answer = await fetch(`/things?find=${encodeURIComponent(field.value)}`);
  const things = answer.ok ? await answer.json() : [];
  if (number !== question) return; // a later one was asked
  list.replaceChildren(...things.map((thing) => {
    const option = new Option(thing.title, thing.slug);
    option.dataset.name = thing.name;
    return option;
  }));
}

for (const field of document.querySelectorAll("input[data-things]")) {
  const list = document.getElementById(field.dataset.things);
  field.addEventListener("input", () => find(field, 200)); // not for each letter
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.options.length) {
      event.preventDefault();
      list.selectedIndex = 0;
      list.focus();
    }
    if (event.key === "Enter") {
      event.preventDefault(); // the button to find things would be pressed
      field.form.requestSubmit(field.form.querySelector("button:not([formmethod])"));
    }
    if (event.key === "Escape") text.focus();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      list.form.requestSubmit(list.form.querySelector("button:not([formmethod])"));
    }
    if (event.key === "Escape") text.focus();
  });
}

// In a list, what is typed chooses what is called so as a whole, before what only begins so.
const PAUSE = 1000; // milliseconds, after which a name is typed anew, as in other lists

function typeAhead(list) {
  let typed = "";
  let time = 0;
  list.addEventListener("blur", () => { typed = ""; });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || length(event.key) !== 1) return;
    if (event.timeStamp - time > PAUSE) typed = "";
    if (!typed && event.key === " ") return; // it opens the list
    event.preventDefault();
    time = event.timeStamp;
    typed += event.key.toLowerCase();
    const option = optionOf(list, typed);
    if (option) list.selectedIndex = option.index;
  });
}

function optionOf(list, typed) {
  const options = [...list.options];
  const names = (option) => [option.value, option.text, option.dataset.name ?? ""].map((name) => name.toLowerCase());
  const whole = options.find((option) => names(option).includes(typed));
  if (whole) return whole;
  // The first letter goes on to the next, and so does the same one again.
  const isOne = [...typed].every((letter) => letter === [...typed][0]);
  const start = Math.max(list.selectedIndex + (isOne ? 1 : 0), 0);
  const order = [...options.slice(start), ...options.slice(0, start)];
  const begins = (part) => order.find((option) => names(option).some((name) => name.startsWith(part)));
  return begins(typed) ?? (isOne ? begins([...typed][0]) : undefined);
}

for (const list of document.querySelectorAll("select")) typeAhead(list);

// A role that waits for what is clicked next.
let waiting = null;

for (const form of document.querySelectorAll("form[data-role]:has(select)")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Pick";
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-label", `Pick ${form.dataset.role} in the text`);
  button.addEventListener("click", () => {
    const isOn = waiting !== form;
    for (const other of document.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", "false");
    waiting = isOn ? form : null;
    button.setAttribute("aria-pressed", String(isOn));
    if (isOn) text.focus();
  });
  form.append(button);
}

text.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && !document.getSelection().isCollapsed && event.detail) {
    event.preventDefault(); // words were chosen, of which some are marked
  } else if (link && waiting) {
    event.preventDefault();
    const list = waiting.elements.filler;
    if (![...list.options].some((option) => option.value === link.dataset.id)) {
      list.append(new Option(link.title, link.dataset.id));
    }
    list.value = link.dataset.id;
    waiting.requestSubmit();
  }
});

// Links in the text are opened from the words that are chosen; so the tabulator leaves the text.
for (const link of text.querySelectorAll("a")) link.tabIndex = -1;

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea");
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !isTyping) {
    event.preventDefault();
    document.getElementById("undo")?.requestSubmit();
  }
});

// After an edit one goes on where it was.
const selected = document.getElementById("annotation");
if (selected && Number(selected.dataset.place) >= 0) {
  const number = places.findIndex((place) => place.from >= Number(selected.dataset.place));
  if (number >= 0) anchor = cursor = number;
}
if (selected) {
  text.focus({ preventScroll: true });
  choose();
}

// After a suggestion one goes on to the next.
const suggestions = [...document.querySelectorAll(".entries .suggestion")];
const GOES_ON = "suggestion";
for (const [number, part] of suggestions.entries()) {
  part.addEventListener("submit", () => sessionStorage.setItem(GOES_ON, String(number)));
}
const place = sessionStorage.getItem(GOES_ON);
sessionStorage.removeItem(GOES_ON);
if (place !== null) suggestions[Number(place)]?.querySelector("button").focus();

const findings = document.getElementById("findings");
fetch(findings.dataset.address)
  .then((answer) => answer.text())
  .then((page) => {
    const part = new DOMParser().parseFromString(page, "text/html").getElementById("findings");
    if (part) findings.replaceChildren(...part.childNodes);
  });
