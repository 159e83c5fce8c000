// Measures of the rendered page. Call settle() first: it finishes running transitions.

function settle() {
  for (const transition of document.getAnimations()) transition.finish();
}

function visible(element) {
  const isHidden = element.closest(".visually-hidden, .skip:not(:focus)");
  return element.checkVisibility({ visibilityProperty: true }) && !isHidden;
}

function parseColor(color) {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return { red, green, blue, alpha };
}

function blend(front, back) {
  const mix = (one, other) => one * front.alpha + other * (1 - front.alpha);
  return {
    red: mix(front.red, back.red),
    green: mix(front.green, back.green),
    blue: mix(front.blue, back.blue),
    alpha: 1,
  };
}

function backgroundOf(element) {
  if (element === null) return parseColor("rgb(255, 255, 255)");
  const color = parseColor(getComputedStyle(element).backgroundColor);
  return color.alpha === 1 ? color : blend(color, backgroundOf(element.parentElement));
}

function luminance({ red, green, blue }) {
  const [r, g, b] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(element) {
  const back = backgroundOf(element);
  const front = blend(parseColor(getComputedStyle(element).color), back);
  const [dark, light] = [luminance(front), luminance(back)].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}

/** Lowest contrast of text, and of icons in enabled controls (WCAG 2.2, 1.4.3 and 1.4.11). */
function contrasts() {
  const withText = [...document.querySelectorAll("body *")].filter(
    (element) =>
      visible(element) && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()),
  );
  const drawn = [...document.querySelectorAll("button:not([aria-disabled]) svg")].filter(visible);
  const least = (elements) => Math.min(...elements.map(contrast));
  return { text: least(withText), texts: withText.length, drawing: least(drawn), drawings: drawn.length };
}

/** Controls with less than 44 pixels of height or width (WCAG 2.2, 2.5.5). */
function smallTargets() {
  return [...document.querySelectorAll("a, button, input")].filter(visible).flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    return Math.min(width, height) < 44 ? [`${element.outerHTML}: ${width} x ${height}`] : [];
  });
}

/** Names of all controls in document order. */
function controls() {
  return [...document.querySelectorAll("a, button")]
    .filter((element) => element.checkVisibility())
    .map((element) => (element.getAttribute("aria-label") || element.innerText).trim());
}
