// Comfort only: without this file lines and words are given in the form.
// Keys: j and k move from line to line (with Shift over several), 1 to 9 give a code given lately,
// c goes to the code, m to a memo, u takes back what was given last.

const box = () => document.querySelector("#coding");
const lines = () => [...box().querySelectorAll("[data-line]")];
let from = 0; // the lines that are marked, by their place
let to = 0;

/** How many code points there are before a place in a text node. */
const points = (text) => [...text].length;

/** A place in the page as a position in the transcript; null outside it. */
function positionOf(node, offset) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const piece = element.closest("[data-start]");
  if (!piece || !box().contains(piece)) return null;
  const range = document.createRange();
  range.setStart(piece, 0);
  range.setEnd(node, offset);
  return Number(piece.dataset.start) + points(range.toString());
}

/** The words that are selected, or else the marked lines. */
function passage() {
  const selection = document.getSelection();
  if (selection && !selection.isCollapsed) {
    const range = selection.getRangeAt(0);
    const start = positionOf(range.startContainer, range.startOffset);
    const end = positionOf(range.endContainer, range.endOffset);
    if (start !== null && end !== null && start < end) return [start, end];
  }
  const all = lines();
  if (!all.length) return null;
  const [first, last] = [all[Math.min(from, to)], all[Math.max(from, to)]];
  return [Number(first.dataset.from), Number(last.dataset.to)];
}

function fill(form) {
  const found = passage();
  if (!found) return;
  form.elements.start.value = found[0];
  form.elements.end.value = found[1];
}

function show(move) {
  const all = lines();
  all.forEach((line, place) => {
    const inside = place >= Math.min(from, to) && place <= Math.max(from, to);
    line.toggleAttribute("data-marked", inside);
    if (place === to) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
  });
  if (move && all[to]) {
    document.getSelection()?.removeAllRanges();
    all[to].focus({ preventScroll: true });
    all[to].scrollIntoView({ block: "nearest" });
  }
}

/** What was selected before is not meant any more. */
function forget() {
  for (const form of document.querySelectorAll("#give-code, #memo-form")) {
    form.elements.start.value = form.elements.end.value = "";
  }
}

function step(by, extend) {
  forget();
  to = Math.max(0, Math.min(lines().length - 1, to + by));
  if (!extend) from = to;
  show(true);
}

function give(name) {
  const form = document.querySelector("#give-code");
  if (!form) return;
  form.elements.name.value = name;
  fill(form);
  form.requestSubmit();
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const recent = box().querySelectorAll("[data-recent]");
  const pressed = event.key.toLowerCase();
  if (pressed === "j" || pressed === "k") step(pressed === "j" ? 1 : -1, event.shiftKey);
  else if (/^[1-9]$/.test(pressed) && recent[pressed - 1]) give(recent[pressed - 1].dataset.recent);
  else if (pressed === "c") document.querySelector("#give-code [name=name]")?.focus();
  else if (pressed === "m") document.querySelector("#memo-form textarea")?.focus();
  else if (pressed === "u") box().querySelector("[data-last] button")?.click();
  else return;
  event.preventDefault();
}

// A selection is lost when a field is entered, so it is kept in the form while it is there.
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  for (const form of document.querySelectorAll("#give-code, #memo-form")) fill(form);
});
document.addEventListener("keydown", key);
// Before htmx looks at the form.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.id !== "give-code") return;
    if (!form.elements.line.value && form.elements.start.value === "") fill(form);
  },
  true,
);
document.addEventListener("click", (event) => {
  const line = event.target.closest("[data-line]");
  if (!line || !box().contains(line)) return;
  from = to = lines().indexOf(line);
  if (document.getSelection()?.isCollapsed) forget();
  show(false);
});
document.addEventListener("htmx:afterSwap", () => show(true));
// What cannot be coded comes back as the page with the reason; a refusal is shown as its own page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status } = event.detail.xhr;
  if (status === 422) event.detail.shouldSwap = true;
  if (status === 403 || status === 404) window.location.reload();
});
