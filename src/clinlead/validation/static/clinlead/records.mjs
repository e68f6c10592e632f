// Keys for the list of records; everything works without them.
// Up and down move between records, space leaves one out (the browser's own), Enter confirms the
// page (the form's own), c challenges the record that has the focus.
const form = document.querySelector("form[data-records]");
const boxes = form ? [...form.querySelectorAll('input[type="checkbox"][name="record"]')] : [];

if (boxes.length) {
  for (const hint of form.querySelectorAll(".app-keys")) hint.hidden = false;
  boxes[0].focus({ preventScroll: true });
  form.addEventListener("keydown", onKey);
  form.addEventListener("change", countSelected);
  countSelected();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const row = event.target.closest("li");
  if (!row) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const at = boxes.indexOf(row.querySelector('input[name="record"]'));
    const next = boxes[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  } else if (event.key === "c") {
    const link = row.querySelector("a[data-challenge]");
    if (link) link.click();
  }
}

function countSelected() {
  const count = boxes.filter((box) => box.checked).length;
  const words = count === 1 ? "Confirm 1 record" : `Confirm ${count} records`;
  for (const button of form.querySelectorAll('button[type="submit"]')) button.textContent = words;
}
