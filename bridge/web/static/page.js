// Small comforts; every page works without them.
"use strict";

const everything = document.querySelector("#tick-all");
const boxes = [...document.querySelectorAll('#choose .rows input[name="id"]')];

if (everything && boxes.length > 0) {
  const master = everything.querySelector("input");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    master.checked = ticked === boxes.length;
    master.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  master.addEventListener("change", () => {
    for (const box of boxes) box.checked = master.checked;
  });
  for (const box of boxes) box.addEventListener("change", show);
  everything.hidden = false;
  show();
}

// A second click must not send a form twice.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
});
