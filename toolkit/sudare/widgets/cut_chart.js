// Bars with a cut that is dragged, stepped by keys or typed. Python sends bars of many and answers each cut with
// ready-made sentences; nothing else of the data is here, and nothing is worked out here.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 14; // of the chart, in em
const TICKS = 8; // labels on the axis, at most
const PAGE = 10; // steps by which PageUp and PageDown move
const SEEN = 2; // pixels that even the lowest bar is high: it holds people

function made(name, attributes = {}, children = []) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function html(name, attributes = {}, children = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Where bars stand: an open bar is drawn as wide as the narrowest other, so that its end tells nothing. */
function placed(bars) {
  const widths = bars.filter((bar) => bar.low !== null && bar.high !== null).map((bar) => bar.high - bar.low);
  const width = widths.length ? Math.min(...widths) : 1;
  return bars
    .filter((bar) => bar.low !== null || bar.high !== null)
    .map((bar) => ({ ...bar, from: bar.low ?? bar.high - width, to: bar.high ?? bar.low + width }));
}

/** A number on the grid of steps, without the dust of binary fractions. */
function snapped(value, step) {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Number((Math.round(value / step) * step).toFixed(digits));
}

function render({ model, el }) {
  // Patterns are found by name in the whole page, and each chart is a module of its own: only chance tells them apart.
  const name = `sudare-cut-${Math.random().toString(36).slice(2)}`;
  const words = model.get("words");
  const step = words.step;

  const svg = made("svg", { class: "sudare-cut-plot", role: "group", "aria-label": words.title });
  const field = html("input", { type: "number", step: "any", id: `${name}-field`, class: "sudare-cut-field" });
  const label = html("label", { for: `${name}-field` }, [words.field]);
  const told = html("div", { class: "sudare-cut-told", "aria-live": "polite", "data-test": "cut-told" });
  const legend = html("p", { class: "sudare-cut-legend" });
  const reference = html("p", { class: "sudare-cut-reference" });
  const handle = made("g", { class: "sudare-cut-handle", role: "slider", tabindex: "0", "aria-label": words.field });
  handle.dataset.test = "cut-handle";
  const plot = made("g");
  svg.append(plot, handle); // the handle stays in its place in the page, or it would lose the focus
  const root = html("section", { class: "sudare-cut", "aria-label": words.title }, [
    html("div", { class: "sudare-cut-title", "aria-hidden": "true" }, [words.title]),
    svg,
    html("div", { class: "sudare-cut-typed" }, [label, field, html("span", {}, [words.unit])]),
    told,
    legend,
    reference,
  ]);
  el.append(root);

  let scale = { min: 0, max: 1, x: () => 0, value: () => 0 };
  let frame = 0;
  let dragging = false;

  const above = () => model.get("side") === "above";
  const within = (value) => Math.min(scale.max, Math.max(scale.min, value));

  /** The line between what stays and what is gathered: a whole number at most `cut` ends after it. */
  function edge(cut) {
    return !above() && words.whole ? cut + step : cut;
  }

  function text(cut) {
    return cut === null ? words.none : (above() ? words.above : words.below).replace("{n}", String(cut));
  }

  function move(cut) {
    if (cut === model.get("cut")) return;
    model.set("cut", cut);
    if (!frame) {
      // One message a frame at most; ipywidgets holds back further ones until Python answered, and sends the newest.
      frame = requestAnimationFrame(() => {
        frame = 0;
        model.save_changes();
      });
    }
  }

  function drawBars(bars, most, size) {
    for (const bar of bars) {
      const [x, width] = [scale.x(bar.from), scale.x(bar.to) - scale.x(bar.from)];
      const height = Math.max((size.height * bar.count) / most, SEEN);
      const at = { x: x + 0.5, y: size.height - height, width: Math.max(width - 1, 0.5), height };
      plot.append(made("rect", { ...at, class: "sudare-cut-bar" }, [made("title", {}, [`${bar.label}: ${bar.count}`])]));
    }
  }

  function drawAxis(bars, size, em) {
    const edges = [...new Set(bars.flatMap((bar) => [bar.low, bar.high]).filter((one) => one !== null))];
    const every = Math.ceil(edges.length / Math.min(TICKS, Math.max(2, Math.floor(size.width / (4 * em)))));
    plot.append(
      made("line", { class: "sudare-cut-axis", x1: 0, x2: size.width, y1: size.height, y2: size.height }),
      made("text", { class: "sudare-cut-tick", x: 0, y: -1.2 * em }, [words.most]),
    );
    edges.forEach((one, n) => {
      if (n % every) return;
      const at = { x: scale.x(one), y: size.height + 1.2 * em, class: "sudare-cut-tick", "text-anchor": "middle" };
      plot.append(made("text", at, [String(one)]));
    });
  }

  function drawBeyond(size) {
    const cut = model.get("cut");
    if (cut === null) return;
    const x = scale.x(within(edge(cut)));
    const [from, to] = above() ? [x, size.width] : [0, x];
    const clip = made("clipPath", { id: `${name}-clip` }, [
      made("rect", { x: from, y: 0, width: Math.max(to - from, 0), height: size.height }),
    ]);
    const hatch = made("pattern", { id: `${name}-hatch`, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, [
      made("rect", { width: 6, height: 6, class: "sudare-cut-beyond" }),
      made("path", { d: "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", class: "sudare-cut-hatch" }),
    ]);
    plot.append(made("defs", {}, [clip, hatch]));
    const bars = [...plot.querySelectorAll(".sudare-cut-bar")].map((bar) => bar.cloneNode(true));
    for (const bar of bars) {
      bar.setAttribute("class", "sudare-cut-gathered");
      bar.setAttribute("fill", `url(#${name}-hatch)`);
    }
    const ground = { x: from, y: 0, width: Math.max(to - from, 0), height: size.height, class: "sudare-cut-outer" };
    plot.append(made("rect", ground), made("g", { "clip-path": `url(#${name}-clip)` }, bars));
  }

  function drawAfter(bars, most, size) {
    for (const bar of bars) {
      const height = Math.max((size.height * bar.count) / most, SEEN);
      const [from, to] = [scale.x(within(bar.from)), scale.x(within(bar.to))];
      const line = `M${from},${size.height} V${size.height - height} H${to} V${size.height}`;
      plot.append(made("path", { d: line, class: "sudare-cut-after" }, [made("title", {}, [`${bar.label}: ${bar.count}`])]));
    }
  }

  function drawReference(size, em) {
    const at = words.reference_at;
    if (at === null || at < scale.min || at > scale.max) return;
    const x = scale.x(at);
    const side = x > size.width / 2 ? { x: x - 4, "text-anchor": "end" } : { x: x + 4, "text-anchor": "start" };
    plot.append(
      made("line", { class: "sudare-cut-outside", x1: x, x2: x, y1: 0, y2: size.height }),
      made("text", { class: "sudare-cut-tick", y: 0.9 * em, ...side }, [words.reference_label]),
    );
  }

  function drawHandle(size, em) {
    const cut = model.get("cut");
    const shown = within(cut ?? (above() ? scale.max : scale.min));
    const x = scale.x(within(cut === null ? shown : edge(shown)));
    handle.replaceChildren(
      made("rect", { x: x - 0.75 * em, y: -0.75 * em, width: 1.5 * em, height: size.height + 0.75 * em, class: "sudare-cut-grip" }),
      made("line", { x1: x, x2: x, y1: 0, y2: size.height, class: "sudare-cut-line" }),
      made("circle", { cx: x, cy: 0, r: 0.55 * em, class: "sudare-cut-knob" }),
    );
    const numbers = { valuemin: scale.min, valuemax: scale.max, valuenow: shown, valuetext: text(cut) };
    for (const [key, value] of Object.entries(numbers)) handle.setAttribute(`aria-${key}`, String(value));
    if (document.activeElement !== field) field.value = cut ?? "";
  }

  function draw() {
    if (!root.clientWidth) return; // not on the page yet: the observer of its size draws it
    const { before, after } = model.get("bins");
    const em = Number.parseFloat(getComputedStyle(root).fontSize);
    const [bars, other] = [placed(before), placed(after)];
    const margin = { top: 2.5 * em, side: 1.5 * em, bottom: 2 * em };
    const size = { width: Math.max(root.clientWidth - 2 * margin.side, 10 * em), height: HEIGHT * em };
    svg.toggleAttribute("hidden", !bars.length);
    if (!bars.length) return;
    const [min, max] = [bars[0].from, bars[bars.length - 1].to];
    const share = size.width / (max - min);
    scale = { min, max, x: (value) => (value - min) * share, value: (x) => min + x / share };
    svg.setAttribute("width", size.width + 2 * margin.side);
    svg.setAttribute("height", size.height + margin.top + margin.bottom);
    plot.replaceChildren();
    for (const part of [plot, handle]) part.setAttribute("transform", `translate(${margin.side},${margin.top})`);
    const most = Math.max(...bars.map((bar) => bar.count), ...other.map((bar) => bar.count));
    drawBars(bars, most, size);
    drawBeyond(size);
    drawAfter(other, most, size);
    drawAxis(bars, size, em);
    drawReference(size, em);
    drawHandle(size, em);
    scale.left = margin.side;
  }

  function tell() {
    const { lines, answers } = model.get("messages");
    told.replaceChildren(...lines.map((line) => html("p", {}, [line])));
    told.dataset.answers = String(answers);
    wait();
  }

  /** Numbers that are not yet those of the cut are marked, and read out only once they are. */
  function wait() {
    told.setAttribute("aria-busy", String(dragging || model.get("messages").answers !== model.get("cut")));
  }

  function at(event) {
    const x = event.clientX - svg.getBoundingClientRect().left - scale.left;
    const value = snapped(scale.value(x), step);
    return snapped(within(above() || !words.whole ? value : value - step), step);
  }

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    dragging = true;
    handle.focus({ preventScroll: true });
    move(at(event));
  });
  svg.addEventListener("pointermove", (event) => {
    if (dragging) move(at(event));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, () => {
      dragging = false;
      wait();
    });
  }
  handle.addEventListener("keydown", (event) => {
    const now = within(model.get("cut") ?? (above() ? scale.max : scale.min));
    const targets = {
      ArrowRight: now + step, ArrowUp: now + step, ArrowLeft: now - step, ArrowDown: now - step,
      PageUp: now + PAGE * step, PageDown: now - PAGE * step, Home: scale.min, End: scale.max,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook has commands of its own on these keys
    move(snapped(within(targets[event.key]), step));
  });
  field.addEventListener("keydown", (event) => event.stopPropagation());
  field.addEventListener("change", () => {
    const typed = field.value === "" ? null : field.valueAsNumber;
    if (typed === null || Number.isFinite(typed)) move(typed);
  });

  legend.textContent = words.legend;
  reference.textContent = words.reference;
  const onCut = () => {
    draw();
    wait();
  };
  model.on("change:cut", onCut);
  model.on("change:side", onCut);
  model.on("change:bins", draw);
  model.on("change:messages", tell);
  const watch = new ResizeObserver(draw);
  watch.observe(root);
  draw();
  tell();
  return () => {
    watch.disconnect();
    cancelAnimationFrame(frame);
    model.off("change:cut", onCut);
    model.off("change:side", onCut);
    model.off("change:bins", draw);
    model.off("change:messages", tell);
  };
}

export default { render };
