// The pointer: what it rests on, and clicks that would hit what slid under it a moment ago.

const GUARDED = 700; // milliseconds, more than between the clicks of a double click
const REACH = 24; // pixels around the place: no finger hits the same one twice
const ON_PURPOSE = 10; // pixels that a mouse moves when somebody moves it

let pointer = null; // where it was last
let typing = false; // whether a key was used after it
let slip = null; // where something slid under it, and until when clicks there do not count

/** Make a `change` to the page; where it puts something else under the pointer, clicks do not count for a moment. */
export function guarded(change) {
  const before = under();
  change();
  if (under() !== before) slip = { ...pointer, until: performance.now() + GUARDED };
}

/** The row that the pointer rests on, unless the keyboard is in use. */
export function pointedRow() {
  return (typing ? null : under()?.closest(".row")) ?? null;
}

function under() {
  if (pointer === null) return null;
  return document.elementFromPoint(pointer.x, pointer.y)?.closest("button, a, .row") ?? null;
}

function follow({ clientX: x, clientY: y, pointerType }) {
  if (x === pointer?.x && y === pointer?.y) return; // what browsers tell after the page has moved
  pointer = { x, y };
  typing = false;
  if (slip && pointerType !== "touch" && distance(slip) > ON_PURPOSE) slip = null;
}

function distance(place) {
  return Math.hypot(pointer.x - place.x, pointer.y - place.y);
}

function forget() {
  pointer = null;
}

document.addEventListener("pointermove", follow, true);
document.addEventListener("pointerdown", follow, true);
document.addEventListener("pointercancel", forget, true); // a finger that scrolls
document.documentElement.addEventListener("pointerleave", (event) => {
  if (event.pointerType !== "touch") forget();
});
document.addEventListener("keydown", () => (typing = true), true);
document.addEventListener(
  "click",
  (event) => {
    const byPointer = event.detail > 0;
    if (slip === null || !byPointer || event.timeStamp >= slip.until) return;
    if (Math.hypot(event.clientX - slip.x, event.clientY - slip.y) > REACH) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
